#include "storage/ledger/entry.h"

#include "crypto/hash.h"
#include "storage/record.h"

namespace commons::storage {

std::string Serialize(const LedgerEntry& entry) {
  const LedgerCharge& charge = entry.charge;
  RecordWriter writer;
  writer.U64(entry.kind).U64(entry.at_micros).Id(charge.query).U64(charge.attempt);
  if (entry.kind == LedgerEntry::kReserve) {
    writer.Text(charge.dataset)
        .U64(charge.cost_micro_rho)
        .U64(charge.budget_micro_rho)
        .Id(charge.asking_org)
        .Id(charge.digest);
  }
  return writer.bytes();
}

absl::StatusOr<LedgerEntry> ParseLedgerEntry(absl::string_view bytes) {
  LedgerEntry entry;
  RecordReader reader(bytes);
  entry.kind = static_cast<LedgerEntry::Kind>(reader.U64());
  entry.at_micros = static_cast<int64_t>(reader.U64());
  reader.Id(&entry.charge.query);
  entry.charge.attempt = static_cast<uint32_t>(reader.U64());
  if (entry.kind == LedgerEntry::kReserve) {
    entry.charge.dataset = reader.Text();
    entry.charge.cost_micro_rho = reader.U64();
    entry.charge.budget_micro_rho = reader.U64();
    reader.Id(&entry.charge.asking_org);
    reader.Id(&entry.charge.digest);
  }
  if (!reader.AtEnd() || Serialize(entry) != bytes ||
      (entry.kind != LedgerEntry::kReserve && entry.kind != LedgerEntry::kFinalise)) {
    return absl::DataLossError("is damaged");
  }
  return entry;
}

LedgerPosition Extend(const LedgerPosition& before, absl::string_view entry) {
  crypto::FieldHasher hasher("commons ledger v1");
  hasher.Add(before.head).AddU64(before.sequence + 1).Add(entry);
  return {before.sequence + 1, hasher.Finish()};
}

}  // namespace commons::storage
