// How much of what a dataset has not spent one asking organisation may hold in reservations that
// are not final. Holding costs nothing: without a limit one member could keep the others from
// asking for as long as it likes.
#ifndef COMMONS_STORAGE_LEDGER_SHARE_H_
#define COMMONS_STORAGE_LEDGER_SHARE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "base/ids.h"
#include "base/quota.h"
#include "storage/ledger.h"

namespace commons::storage {

// A quarter. One question above that is granted while the asker holds nothing else of the dataset,
// and four of them in an hour that come to nothing: all that is left is so reserved for no more
// than two minutes of it. Unspent 100,000: 5 x 5,000 ok, the sixth not; 60,000 alone ok; after four
// such that lapsed or were let go, 25,000 at most for a while. Not thread-safe. Times are
// microseconds.
class LedgerShare {
 public:
  static constexpr uint64_t kPart = 4;
  static constexpr size_t kLargeUnpaid = 4;

  // kResourceExhausted, with the reason. held: of the dataset, by the charge's asker.
  absl::Status MayHold(const Ledger::Charge& charge, uint64_t held, uint64_t unspent,
                       int64_t now) const;
  void Reserved(const Ledger::Charge& charge, uint64_t unspent, int64_t now);
  void Paid(const OrgId& asking_org, const std::string& dataset, const QueryId& query,
            uint32_t attempt);

 private:
  using Large = RecentEvents<std::pair<QueryId, uint32_t>>;  // by query and attempt
  std::map<std::pair<OrgId, std::string>, Large> unpaid_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_SHARE_H_
