// The node's audit log: entries that are only ever added, as leaves of an RFC 6962 tree.
// docs/formats/audit.md.
#ifndef COMMONS_STORAGE_AUDIT_AUDIT_LOG_H_
#define COMMONS_STORAGE_AUDIT_AUDIT_LOG_H_

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "crypto/merkle/merkle.h"
#include "storage/db.h"

namespace commons::storage {

// Thread-safe; `db` must outlive it. Kept in memory: 64 bytes an entry.
class AuditLog {
 public:
  // An entry is no longer than this: what goes into one is bounded before.
  static constexpr size_t kEntryBytes = 512 << 10;

  struct Position {
    uint64_t size = 0;
    Hash32 root;
  };

  // kDataLoss: an entry is missing or is not what was added.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(Database& db);

  // Survives a process that is killed at once; a machine that loses power no later than the next
  // synced write to the same database, as every charge to the ledger is one. kInvalidArgument:
  // longer than kEntryBytes.
  absl::Status Append(absl::string_view entry);
  Position position() const;

  // Entries from index `from` on, oldest first, until `each` says false. kDataLoss as above.
  using Each = absl::FunctionRef<bool(uint64_t index, absl::string_view entry)>;
  absl::Status Read(uint64_t from, Each each) const;
  // Newest first, from the newest below `before` down.
  absl::Status ReadBack(uint64_t before, Each each) const;

  // RFC 6962, of this log as it was with `size` entries; kInvalidArgument when it is shorter.
  absl::StatusOr<std::vector<Hash32>> InclusionProof(uint64_t index, uint64_t size) const;
  absl::StatusOr<std::vector<Hash32>> ConsistencyProof(uint64_t old_size, uint64_t size) const;

 private:
  explicit AuditLog(Database& db) : db_(db) {}
  absl::Status Load();

  Database& db_;
  mutable std::mutex mu_;
  crypto::MerkleTree tree_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_AUDIT_AUDIT_LOG_H_
