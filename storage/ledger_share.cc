#include "storage/ledger_share.h"

#include "absl/strings/str_cat.h"

namespace commons::storage {

absl::Status LedgerShare::MayHold(const Ledger::Charge& charge, uint64_t held, uint64_t unspent,
                                  int64_t now) const {
  const uint64_t share = unspent / kPart;
  if (held <= share && charge.cost_micro_rho <= share - held) return absl::OkStatus();
  if (held > 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("ledger: dataset ", charge.dataset, ": open questions of one member may hold ",
                     share, " micro-rho, a quarter of what is left; wait for its others to end"));
  }
  const auto large = unpaid_.find({charge.asking_org, charge.dataset});
  if (large == unpaid_.end()) return absl::OkStatus();
  const size_t recent = large->second.Count(absl::FromUnixMicros(now));
  if (recent < kLargeUnpaid) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "ledger: dataset ", charge.dataset, ": within the hour ", recent,
      " questions of this member "
      "came to nothing that cost more than a quarter of what is left, as this one does"));
}

void LedgerShare::Reserved(const Ledger::Charge& charge, uint64_t unspent, int64_t now) {
  if (charge.cost_micro_rho <= unspent / kPart) return;
  const auto [large, fresh] =
      unpaid_.try_emplace({charge.asking_org, charge.dataset}, absl::Hours(1), kLargeUnpaid);
  large->second.Add(absl::FromUnixMicros(now), {charge.query, charge.attempt});
}

void LedgerShare::Paid(const OrgId& asking_org, const std::string& dataset, const QueryId& query,
                       uint32_t attempt) {
  const auto large = unpaid_.find({asking_org, dataset});
  if (large != unpaid_.end()) large->second.TakeBack({query, attempt});
}

}  // namespace commons::storage
