// Releases this node took part in: the bytes it countersigned at Publish, kept.
#ifndef COMMONS_STORAGE_RELEASE_STORE_H_
#define COMMONS_STORAGE_RELEASE_STORE_H_

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "storage/db.h"

namespace commons::storage {

// Thread-safe; `db` must outlive it. kDataLoss when a stored release can't be read.
class ReleaseStore {
 public:
  struct Record {
    QueryId query;
    uint32_t attempt = 1;
    std::string release;  // serialised ReleaseRecord, as countersigned
    absl::Time stored_at;
  };
  explicit ReleaseStore(Database& db) : db_(db) {}
  // Synced. kAlreadyExists when other bytes are stored for (query, attempt); the same bytes are ok.
  absl::Status Put(const Record& record);
  absl::StatusOr<Record> Get(const QueryId& query, uint32_t attempt) const;  // kNotFound
  // Newest first, at most `limit`.
  absl::StatusOr<std::vector<Record>> List(size_t limit) const;

 private:
  Database& db_;
  std::mutex write_mu_;  // a write that depends on what is stored
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_RELEASE_STORE_H_
