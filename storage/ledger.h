// What protected questions have spent, in integer micro-rho, per dataset and year
// (docs/formats/ledger.md). Reserve at vote, final at Submit, never refunded afterwards. A final
// charge whose release is not stored here within kPublishWithin was for nothing: an aborted
// question. Worked example, budget 12,000, questions of three members:
//   Reserve(q1, 5000) ok: spent 0, reserved 5000     Reserve(q2, 5000) ok: reserved 10,000
//   Reserve(q3, 5000) kResourceExhausted             q1 lapses after 30 s: reserved 5000
//   Finalise(q2): spent 5000                         Reserve(q3, 5000) ok
//   Finalise(q1): kFailedPrecondition (it lapsed)
#ifndef COMMONS_STORAGE_LEDGER_H_
#define COMMONS_STORAGE_LEDGER_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "storage/db.h"

namespace commons::storage {

// Thread-safe. Sums saturate. Entries form a hash chain, so a restored copy can be told from the
// newest one by (sequence, head).
class Ledger {
 public:
  static constexpr absl::Duration kPublishWithin = absl::Seconds(60);

  struct Charge {
    std::string dataset;
    QueryId query;
    uint32_t attempt = 1;
    uint64_t cost_micro_rho = 0;
    uint64_t budget_micro_rho = 0;  // of the dataset for the year
    OrgId asking_org;
    QuestionDigest digest;
  };
  struct Position {
    uint64_t sequence = 0;
    Hash32 head;
  };
  struct Balance {
    uint64_t spent_micro_rho = 0;
    uint64_t reserved_micro_rho = 0;
    uint64_t spent_ever_micro_rho = 0;
  };

  // Reads what is stored, releases included. The year of a charge is the UTC year of `now` at
  // Reserve.
  static absl::StatusOr<std::unique_ptr<Ledger>> Open(Database& db);
  ~Ledger();

  // kResourceExhausted: spent + reserved + cost > budget, more than limits::kOpenProposalsPerOrg
  // live reservations of the asking organisation, or more than its share (ledger_share.h);
  // kAlreadyExists: this (query, attempt) was reserved before, live or not. Synced.
  absl::StatusOr<Position> Reserve(const Charge& charge, absl::Time now);
  // Synced before it returns. kFailedPrecondition: never reserved, lapsed, released or final
  // already.
  absl::Status Finalise(const QueryId& query, uint32_t attempt, absl::Time now);
  // Before Finalise only (the question went no further): frees the reservation. Unknown: no effect.
  void Release(const QueryId& query, uint32_t attempt);

  // The release of a final question is stored (release_store.h): it was not aborted. After a
  // restart the stored release is what counts.
  void Published(const QueryId& query, uint32_t attempt);

  Balance BalanceOf(absl::string_view dataset, absl::Time now) const;
  // What this year's aborted questions of one asking organisation have spent.
  uint64_t AbortedBy(const OrgId& asking_org, absl::string_view dataset, absl::Time now) const;
  // Final charges of one asking organisation whose release may still come.
  struct Unpublished {
    size_t questions = 0;
    uint64_t spent_micro_rho = 0;
  };
  Unpublished UnpublishedBy(const OrgId& asking_org, absl::string_view dataset,
                            absl::Time now) const;
  Position position() const;

 private:
  struct Impl;
  explicit Ledger(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_H_
