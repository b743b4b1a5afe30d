// What the entries of a ledger say: reservations, what is spent, what was spent for nothing. The
// same at writing and at reading back.
#ifndef COMMONS_STORAGE_LEDGER_BOOKS_H_
#define COMMONS_STORAGE_LEDGER_BOOKS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/spending.h"
#include "storage/ledger/charge.h"
#include "storage/ledger/entry.h"
#include "storage/ledger/share.h"

namespace commons::storage {

// In memory, as sums of each account: of single questions only those whose time is not over,
// however many there were. Neither disk nor clock. Not thread-safe. Times are microseconds since
// 1970 UTC, and a year is a UTC year. Sums saturate.
class LedgerBooks {
 public:
  // kResourceExhausted, with the reason: see Ledger::Reserve. Whether the attempt was made before
  // is not looked at.
  absl::Status MayReserve(const LedgerCharge& charge, int64_t now) const;
  // A live reservation: neither lapsed, released nor final.
  bool Holds(const LedgerAttempt& attempt, int64_t now) const;
  // kDataLoss, and nothing changes: the entry can't follow those before it. The message goes on
  // after "entry 3 ".
  absl::Status Apply(const LedgerEntry& entry);
  // Whether the release of a final charge is stored.
  using IsPublished = absl::FunctionRef<absl::StatusOr<bool>(const LedgerAttempt&)>;
  // The same of an entry that was written earlier, by a process that has ended. A final one is held
  // only if its release may still come: what it came to is looked up here, once. Errors are
  // is_published's too.
  absl::Status ApplyStored(const LedgerEntry& entry, IsPublished is_published);

  void Release(const LedgerAttempt& attempt) { live_.erase(attempt); }
  void Published(const LedgerAttempt& attempt) { unpublished_.erase(attempt); }
  // What is final for longer than a release may take was for nothing from now on.
  void Settle(int64_t now);

  LedgerBalance BalanceAt(const std::string& dataset, int64_t now) const;
  LedgerSpending SpendingAt(const std::string& dataset, int64_t now) const;
  // Of one of those who bear costs. What entries of version 1 spent is in no account but the asking
  // organisation's.
  LedgerBalance AccountAt(const LedgerAccount& account, int64_t now) const;
  // As of the last Settle.
  uint64_t AbortedBy(const OrgId& asking_org, const std::string& dataset, int64_t now) const;
  LedgerUnpublished UnpublishedBy(const OrgId& asking_org, const std::string& dataset,
                                  int64_t now) const;
  // Of the newest entry; 0 before the first.
  int64_t last_micros() const { return last_micros_; }

 private:
  struct Reservation {
    std::string dataset;
    Spending cost;
    OrgId asking_org;
    int64_t at_micros;
    std::vector<LedgerAccount> accounts;
    bool Lapsed(int64_t now) const;
  };
  // A final charge whose release may still come.
  struct Awaited {
    Reservation charge;
    int64_t final_micros;
  };
  using Years = std::map<int64_t, Spending>;
  uint64_t Unspent(const LedgerCharge& charge, int64_t now) const;
  absl::Status CheckAccounts(const LedgerCharge& charge, int64_t now) const;
  void Reserve(const LedgerCharge& charge, int64_t now);
  void Finalise(const LedgerAttempt& attempt, int64_t now);

  int64_t last_micros_ = 0;
  std::map<LedgerAttempt, Reservation> live_;  // some lapsed: pruned when one is reserved
  std::map<std::string, Years> spent_;         // by dataset
  std::map<LedgerAccount, Years> accounts_;
  LedgerShare shares_;
  std::map<LedgerAttempt, Awaited> unpublished_;
  std::map<std::pair<OrgId, std::string>, Years> aborted_;  // by asker and dataset
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_BOOKS_H_
