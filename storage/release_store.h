// Releases this node took part in: the bytes it countersigned at Publish, kept.
#ifndef COMMONS_STORAGE_RELEASE_STORE_H_
#define COMMONS_STORAGE_RELEASE_STORE_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "storage/db.h"

namespace commons::storage {

// Releases of open questions cost nothing to ask for. Of these so many are kept, the oldest go
// first.
struct FreeReleases {
  size_t most = 4'096;
  uint64_t bytes = uint64_t{256} << 20;
  absl::Duration age = absl::Hours(24 * 400);
};

// Thread-safe; `db` must outlive it. kDataLoss when a stored release can't be read. Releases that
// were paid for are never removed: after a restart the ledger tells by them what was not aborted.
class ReleaseStore {
 public:
  struct Record {
    QueryId query;
    uint32_t attempt = 1;
    std::string release;  // serialised ReleaseRecord, as countersigned
    absl::Time stored_at;
    bool free = false;  // of an open question; not read back
  };
  explicit ReleaseStore(Database& db, const FreeReleases& free = {}) : db_(db), free_(free) {}
  // Synced; a free one makes room for itself. kAlreadyExists when other bytes are stored for
  // (query, attempt); the same bytes are ok.
  absl::Status Put(const Record& record);
  absl::StatusOr<Record> Get(const QueryId& query, uint32_t attempt) const;  // kNotFound
  absl::StatusOr<bool> Has(const QueryId& query, uint32_t attempt) const;
  // To be called at start: the bound holds of what an older version stored, too. That did not note
  // which releases were free: those that is_charged (Ledger::WasReserved) knows nothing of.
  using IsCharged = absl::FunctionRef<absl::StatusOr<bool>(const QueryId&, uint32_t attempt)>;
  absl::Status BoundFree(IsCharged is_charged, absl::Time now);
  // Newest first, at most `limit`.
  absl::StatusOr<std::vector<Record>> List(size_t limit) const;

 private:
  absl::Status NoteFree(IsCharged is_charged);

  Database& db_;
  const FreeReleases free_;
  std::mutex write_mu_;  // a write that depends on what is stored
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_RELEASE_STORE_H_
