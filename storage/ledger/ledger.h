// What protected questions have spent, in integer micro-rho, per dataset and year
// (docs/formats/ledger.md). Reserve at vote, final at Submit, never refunded afterwards. A final
// charge whose release is not stored here within kPublishWithin was for nothing: an aborted
// question. Worked example, budget 12,000, questions of three members:
//   Reserve(q1, 5000) ok: spent 0, reserved 5000     Reserve(q2, 5000) ok: reserved 10,000
//   Reserve(q3, 5000) kResourceExhausted             q1 lapses after 30 s: reserved 5000
//   Finalise(q2): spent 5000                         Reserve(q3, 5000) ok
//   Finalise(q1): kFailedPrecondition (it lapsed)
#ifndef COMMONS_STORAGE_LEDGER_LEDGER_H_
#define COMMONS_STORAGE_LEDGER_LEDGER_H_

#include <cstdint>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "storage/db.h"
#include "storage/ledger/charge.h"
#include "storage/ledger/entry.h"

namespace commons::storage {

// Thread-safe. Sums saturate. Entries form a hash chain, so a restored copy can be told from the
// newest one by (sequence, head). A `now` before the newest entry counts as that entry's time.
class Ledger {
 public:
  using Charge = LedgerCharge;
  using Position = LedgerPosition;
  using Balance = LedgerBalance;
  using Unpublished = LedgerUnpublished;
  static constexpr absl::Duration kPublishWithin = Unpublished::kWithin;

  // Reads what is stored, releases included; `db` must outlive it. kDataLoss, with the entry's
  // number: one is missing, was changed, or can't follow those before it.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(Database& db);
  ~Ledger();

  // kResourceExhausted: spent + reserved + cost > budget, or one of its limits, more than
  // limits::kOpenProposalsPerOrg live reservations of the asking organisation, or more than its
  // share (share.h); kAlreadyExists: this (query, attempt) was reserved before, live or not.
  // Synced. Charged to the UTC year of `now`, whenever it becomes final.
  absl::StatusOr<Position> Reserve(const Charge& charge, absl::Time now);
  // Synced before it returns. kFailedPrecondition: never reserved, lapsed, released or final
  // already.
  absl::Status Finalise(const QueryId& query, uint32_t attempt, absl::Time now);
  // Live or not.
  absl::StatusOr<bool> WasReserved(const QueryId& query, uint32_t attempt) const;
  // Before Finalise only (the question went no further): frees the reservation. Unknown: no effect.
  void Release(const QueryId& query, uint32_t attempt);

  // The release of a final question is stored (release_store.h): it was not aborted. After a
  // restart the stored release is what counts.
  void Published(const QueryId& query, uint32_t attempt);

  Balance BalanceOf(absl::string_view dataset, absl::Time now) const;
  LedgerSpending SpendingOf(absl::string_view dataset, absl::Time now) const;
  Balance BalanceOf(const LedgerAccount& account, absl::Time now) const;
  // What this year's aborted questions of one asking organisation have spent.
  uint64_t AbortedBy(const OrgId& asking_org, absl::string_view dataset, absl::Time now) const;
  Unpublished UnpublishedBy(const OrgId& asking_org, absl::string_view dataset,
                            absl::Time now) const;
  Position position() const;
  // The number of the newest entry, which nothing verifies; also of a database opened to read.
  // kDataLoss.
  static absl::StatusOr<uint64_t> CountEntries(const Database& db);

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_LEDGER_H_
