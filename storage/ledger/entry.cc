#include "storage/ledger/entry.h"

#include "crypto/hash.h"
#include "storage/record.h"

namespace commons::storage {
namespace {

void ReadCharge(LedgerEntry::Kind kind, RecordReader& reader, LedgerCharge* charge) {
  const bool version_1 = kind == LedgerEntry::kReserveVersion1;
  charge->dataset = reader.Text();
  if (!version_1) charge->cost.counts_micro_rho = reader.U64();
  charge->cost.sums_micro_rho = reader.U64();
  charge->budget_micro_rho = reader.U64();
  reader.Id(&charge->asking_org);
  reader.Id(&charge->digest);
  if (version_1) return;
  reader.Id(&charge->project);
  reader.Id(&charge->researcher);
}

}  // namespace

std::string Serialize(const LedgerEntry& entry) {
  const LedgerCharge& charge = entry.charge;
  RecordWriter writer;
  writer.U64(entry.kind).U64(entry.at_micros).Id(charge.query).U64(charge.attempt);
  if (entry.kind == LedgerEntry::kFinalise) return writer.bytes();
  const bool version_1 = entry.kind == LedgerEntry::kReserveVersion1;
  writer.Text(charge.dataset);
  if (!version_1) writer.U64(charge.cost.counts_micro_rho);
  writer.U64(charge.cost.sums_micro_rho)
      .U64(charge.budget_micro_rho)
      .Id(charge.asking_org)
      .Id(charge.digest);
  if (!version_1) writer.Id(charge.project).Id(charge.researcher);
  return writer.bytes();
}

absl::StatusOr<LedgerEntry> ParseLedgerEntry(absl::string_view bytes) {
  LedgerEntry entry;
  RecordReader reader(bytes);
  entry.kind = static_cast<LedgerEntry::Kind>(reader.U64());
  entry.at_micros = static_cast<int64_t>(reader.U64());
  if (reader.ok() &&
      (entry.kind < LedgerEntry::kReserveVersion1 || entry.kind > LedgerEntry::kReserve)) {
    return absl::DataLossError("is of a kind that this version does not know");
  }
  reader.Id(&entry.charge.query);
  entry.charge.attempt = static_cast<uint32_t>(reader.U64());
  if (entry.kind != LedgerEntry::kFinalise) ReadCharge(entry.kind, reader, &entry.charge);
  if (!reader.AtEnd()) return absl::DataLossError("is cut off or too long");
  if (Serialize(entry) != bytes) return absl::DataLossError("is not as a node writes it");
  return entry;
}

LedgerPosition Extend(const LedgerPosition& before, absl::string_view entry) {
  crypto::FieldHasher hasher("commons ledger v1");
  hasher.Add(before.head).AddU64(before.sequence + 1).Add(entry);
  return {before.sequence + 1, hasher.Finish()};
}

}  // namespace commons::storage
