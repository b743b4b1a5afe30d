// The node's RocksDB: opened once, small, shared by the named stores. The only code that
// sees rocksdb types lies in this room.
#ifndef COMMONS_STORAGE_DB_H_
#define COMMONS_STORAGE_DB_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace rocksdb {
class DB;
class ColumnFamilyHandle;
class Status;
}  // namespace rocksdb

namespace commons::storage {

enum class Family { kDefault, kDocuments, kLog, kAudit, kLedger, kReleases, kDatasets, kColumns };

// Thread-safe. Stores borrow it and must go first.
class Database {
 public:
  // Creates the directory (0700) and the column families that are missing. kFailedPrecondition
  // "is in use by another process" when another daemon holds it; kPermissionDenied, with what to
  // do, when a part of it may not be read or written; kDataLoss when it is damaged, a record in the
  // middle of the write-ahead log included (only its torn end is let go).
  static absl::StatusOr<std::unique_ptr<Database>> Open(const std::string& dir);
  // What is there, without changing a file; another process may have it open. nullptr: nothing is.
  // kPermissionDenied as above: that is not nothing.
  static absl::StatusOr<std::unique_ptr<Database>> OpenToRead(const std::string& dir);
  ~Database();
  rocksdb::DB* raw() const;
  // nullptr only after OpenToRead: the database holds none of that name.
  rocksdb::ColumnFamilyHandle* family(Family family) const;
  const std::string& dir() const;

  // OK until a write fails for a reason of the disk, after which RocksDB takes no more of them:
  // that error then. Cheap.
  absl::Status Health() const;
  // To be tried now and then while Health() is an error. OK: writes are taken again. kUnavailable:
  // not yet (the disk is full, say). kInternal: not in this process; what was written last may or
  // may not be there, and opening the database anew tells.
  absl::Status Recover();

 private:
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// One function at this border translates every rocksdb code. `what` names the thing.
absl::Status FromRocks(const rocksdb::Status& status, absl::string_view what);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_DB_H_
