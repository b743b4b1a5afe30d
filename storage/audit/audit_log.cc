#include "storage/audit/audit_log.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "storage/record.h"

namespace commons::storage {
namespace {

// kAudit: 'e' | index -> entry;  't' -> size | root.
constexpr char kEntry[] = "e";
constexpr char kTip[] = "t";

std::string EntryKey(uint64_t index) { return RecordWriter().Raw(kEntry).U64(index).bytes(); }

absl::Status Damaged(uint64_t index) {
  return absl::DataLossError(absl::StrCat("audit log: entry ", index, " is missing or damaged"));
}

absl::Status NotWhatWasAdded() {
  return absl::DataLossError("audit log: its entries are not those that were added");
}

// The index that a key is for; `missing` when it is no key of an entry.
uint64_t IndexOf(const rocksdb::Slice& key, uint64_t missing) {
  RecordReader reader({key.data(), key.size()});
  const bool entry = reader.Raw(1) == kEntry;
  const uint64_t index = reader.U64();
  return entry && reader.AtEnd() ? index : missing;
}

std::string TipOf(const crypto::MerkleTree& tree) {
  return RecordWriter().U64(tree.size()).Id(tree.Root()).bytes();
}

absl::string_view ViewOf(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(Database& db) {
  std::unique_ptr<AuditLog> log(new AuditLog(db));
  RETURN_IF_ERROR(log->Load());
  return log;
}

absl::Status AuditLog::Load() {
  std::unique_ptr<rocksdb::Iterator> it(db_.raw()->NewIterator({}, db_.family(Family::kAudit)));
  for (it->Seek(kEntry); it->Valid() && it->key().starts_with(kEntry); it->Next()) {
    if (IndexOf(it->key(), tree_.size() + 1) != tree_.size()) return Damaged(tree_.size());
    tree_.Append(ViewOf(it->value()));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "audit log"));
  std::string tip;
  const rocksdb::Status got = db_.raw()->Get({}, db_.family(Family::kAudit), kTip, &tip);
  if (got.IsNotFound() && tree_.size() == 0) return absl::OkStatus();
  if (got.IsNotFound()) return NotWhatWasAdded();
  RETURN_IF_ERROR(FromRocks(got, "audit log"));
  return tip == TipOf(tree_) ? absl::OkStatus() : NotWhatWasAdded();
}

absl::Status AuditLog::Append(absl::string_view entry) {
  if (entry.size() > kEntryBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("audit log: an entry of ", entry.size(), " bytes; at most ", kEntryBytes));
  }
  std::lock_guard lock(mu_);
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* const audit = db_.family(Family::kAudit);
  batch.Put(audit, EntryKey(tree_.size()), {entry.data(), entry.size()});
  tree_.Append(entry);
  batch.Put(audit, kTip, TipOf(tree_));
  const absl::Status written = FromRocks(db_.raw()->Write({}, &batch), "audit log");
  if (!written.ok()) tree_.Shorten(tree_.size() - 1);
  return written;
}

AuditLog::Position AuditLog::position() const {
  std::lock_guard lock(mu_);
  return {tree_.size(), tree_.Root()};
}

absl::Status AuditLog::Read(uint64_t from, Each each) const {
  const uint64_t size = position().size;
  std::unique_ptr<rocksdb::Iterator> it(db_.raw()->NewIterator({}, db_.family(Family::kAudit)));
  it->Seek(EntryKey(from));
  for (uint64_t index = from; index < size; ++index, it->Next()) {
    RETURN_IF_ERROR(FromRocks(it->status(), "audit log"));
    if (!it->Valid() || IndexOf(it->key(), size) != index) return Damaged(index);
    if (!each(index, ViewOf(it->value()))) break;
  }
  return absl::OkStatus();
}

absl::Status AuditLog::ReadBack(uint64_t before, Each each) const {
  before = std::min(before, position().size);
  std::unique_ptr<rocksdb::Iterator> it(db_.raw()->NewIterator({}, db_.family(Family::kAudit)));
  if (before > 0) it->Seek(EntryKey(before - 1));
  for (uint64_t index = before; index-- > 0; it->Prev()) {
    RETURN_IF_ERROR(FromRocks(it->status(), "audit log"));
    if (!it->Valid() || IndexOf(it->key(), before) != index) return Damaged(index);
    if (!each(index, ViewOf(it->value()))) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Hash32>> AuditLog::InclusionProof(uint64_t index, uint64_t size) const {
  std::lock_guard lock(mu_);
  return tree_.InclusionProof(index, size);
}

absl::StatusOr<std::vector<Hash32>> AuditLog::ConsistencyProof(uint64_t old_size,
                                                               uint64_t size) const {
  std::lock_guard lock(mu_);
  return tree_.ConsistencyProof(old_size, size);
}

}  // namespace commons::storage
