#include "storage/ledger/share.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace commons::storage {
namespace {

// Subtraction first: at may be anything.
bool IsRecent(int64_t at, int64_t now) { return now - int64_t{3600} * 1'000'000 < at; }

}  // namespace

absl::Status LedgerShare::MayHold(const LedgerCharge& charge, uint64_t held, uint64_t unspent,
                                  int64_t now) const {
  const uint64_t share = unspent / kPart;
  if (held <= share && charge.cost.total_micro_rho() <= share - held) return absl::OkStatus();
  if (held > 0) {
    return absl::ResourceExhaustedError(
        absl::StrCat("ledger: dataset ", charge.dataset, ": open questions of one member may hold ",
                     share, " micro-rho, a quarter of what is left; wait for its others to end"));
  }
  const auto large = unpaid_.find({charge.asking_org, charge.dataset});
  if (large == unpaid_.end()) return absl::OkStatus();
  const auto recent =
      std::count_if(large->second.begin(), large->second.end(),
                    [&](const Large& each) { return IsRecent(each.at_micros, now); });
  if (static_cast<size_t>(recent) < kLargeUnpaid) return absl::OkStatus();
  return absl::ResourceExhaustedError(absl::StrCat(
      "ledger: dataset ", charge.dataset, ": within the hour ", recent,
      " questions of this member "
      "came to nothing that cost more than a quarter of what is left, as this one does"));
}

void LedgerShare::Reserved(const LedgerCharge& charge, uint64_t unspent, int64_t now) {
  if (charge.cost.total_micro_rho() <= unspent / kPart) return;
  std::vector<Large>& large = unpaid_[{charge.asking_org, charge.dataset}];
  std::erase_if(large, [&](const Large& each) { return !IsRecent(each.at_micros, now); });
  large.push_back({AttemptOf(charge), now});
}

void LedgerShare::Paid(const OrgId& asking_org, const std::string& dataset,
                       const LedgerAttempt& attempt) {
  const auto large = unpaid_.find({asking_org, dataset});
  if (large == unpaid_.end()) return;
  std::erase_if(large->second, [&](const Large& each) { return each.attempt == attempt; });
}

}  // namespace commons::storage
