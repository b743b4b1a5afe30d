#include "storage/release_store.h"

#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/db.h"
#include "storage/record.h"

namespace commons::storage {
namespace {

// kReleases: 'r' | query | attempt -> sequence | stored_at | release;  'n' | ~sequence -> key, so
// that the newest comes first;  'o' | sequence -> size | stored_at | key, of free ones, oldest
// first;  'b': there once all free ones are noted by 'o'.
constexpr char kRelease[] = "r";
constexpr char kOrder[] = "n";
constexpr char kFree[] = "o";
constexpr char kAllNoted[] = "b";

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

std::string ReleaseKey(const QueryId& query, uint32_t attempt) {
  return RecordWriter().Raw(kRelease).Id(query).U64(attempt).bytes();
}

std::string Named(const QueryId& query, uint32_t attempt) {
  return absl::StrCat("release ", query.ToHex(), " attempt ", attempt);
}

absl::StatusOr<ReleaseStore::Record> Decode(absl::string_view key, absl::string_view value) {
  ReleaseStore::Record record;
  RecordReader key_reader(key), reader(value);
  key_reader.Raw(1);
  key_reader.Id(&record.query);
  record.attempt = static_cast<uint32_t>(key_reader.U64());
  reader.U64();
  record.stored_at = absl::FromUnixMicros(static_cast<int64_t>(reader.U64()));
  record.release = reader.Rest();
  if (!key_reader.AtEnd() || !reader.ok()) return absl::DataLossError("a release is damaged");
  return record;
}

// One more than the newest release's number.
absl::StatusOr<uint64_t> NextSequence(const Database& db) {
  std::unique_ptr<rocksdb::Iterator> it(
      db.raw()->NewIterator(rocksdb::ReadOptions(), db.family(Family::kReleases)));
  it->Seek(kOrder);
  RETURN_IF_ERROR(FromRocks(it->status(), "releases"));
  if (!it->Valid() || !it->key().starts_with(kOrder)) return 0;
  RecordReader reader({it->key().data(), it->key().size()});
  reader.Raw(1);
  return ~reader.U64() + 1;
}

struct Free {
  uint64_t sequence, size;
  absl::Time at;
  std::string key;
};

std::string FreeKey(uint64_t sequence) { return RecordWriter().Raw(kFree).U64(sequence).bytes(); }

std::string FreeValue(uint64_t size, absl::Time at, absl::string_view key) {
  return RecordWriter().U64(size).U64(absl::ToUnixMicros(at)).Raw(key).bytes();
}

// Calls `each` with the free ones, the oldest first, while it returns true.
absl::Status ForFree(const Database& db, absl::FunctionRef<bool(const Free&)> each) {
  std::unique_ptr<rocksdb::Iterator> it(db.raw()->NewIterator({}, db.family(Family::kReleases)));
  for (it->Seek(kFree); it->Valid() && it->key().starts_with(kFree); it->Next()) {
    RecordReader key({it->key().data(), it->key().size()});
    RecordReader value({it->value().data(), it->value().size()});
    key.Raw(1);
    Free free{key.U64(), value.U64(), absl::FromUnixMicros(static_cast<int64_t>(value.U64())), ""};
    free.key = value.Rest();
    if (!key.AtEnd() || !value.ok()) return absl::DataLossError("a release is damaged");
    if (!each(free)) break;
  }
  return FromRocks(it->status(), "releases");
}

// Removes, in `batch`, what must go so that `more` ones of `bytes` in all can be kept too.
absl::Status MakeRoom(const Database& db, const FreeReleases& most, size_t more, uint64_t bytes,
                      absl::Time now, rocksdb::WriteBatch& batch) {
  size_t count = more;
  RETURN_IF_ERROR(ForFree(db, [&](const Free& free) {
    ++count;
    bytes += free.size;
    return true;
  }));
  rocksdb::ColumnFamilyHandle* releases = db.family(Family::kReleases);
  return ForFree(db, [&](const Free& oldest) {
    if (count <= most.most && bytes <= most.bytes && now - oldest.at <= most.age) return false;
    batch.Delete(releases, oldest.key);
    batch.Delete(releases, RecordWriter().Raw(kOrder).U64(~oldest.sequence).bytes());
    batch.Delete(releases, FreeKey(oldest.sequence));
    bytes -= oldest.size;
    --count;
    return true;
  });
}

}  // namespace

absl::Status ReleaseStore::Put(const Record& record) {
  std::lock_guard lock(write_mu_);
  absl::StatusOr<Record> stored = Get(record.query, record.attempt);
  if (stored.ok()) {
    if (stored->release == record.release) return absl::OkStatus();
    return absl::AlreadyExistsError(
        absl::StrCat(Named(record.query, record.attempt), ": other bytes are stored"));
  }
  if (!absl::IsNotFound(stored.status())) return stored.status();
  ASSIGN_OR_RETURN(const uint64_t sequence, NextSequence(db_));
  const std::string key = ReleaseKey(record.query, record.attempt);
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* releases = db_.family(Family::kReleases);
  batch.Put(releases, key,
            RecordWriter()
                .U64(sequence)
                .U64(absl::ToUnixMicros(record.stored_at))
                .Raw(record.release)
                .bytes());
  batch.Put(releases, RecordWriter().Raw(kOrder).U64(~sequence).bytes(), key);
  if (record.free) {
    RETURN_IF_ERROR(MakeRoom(db_, free_, 1, record.release.size(), record.stored_at, batch));
    batch.Put(releases, FreeKey(sequence), FreeValue(record.release.size(), record.stored_at, key));
  }
  return FromRocks(db_.raw()->Write(Synced(), &batch), Named(record.query, record.attempt));
}

absl::StatusOr<ReleaseStore::Record> ReleaseStore::Get(const QueryId& query,
                                                       uint32_t attempt) const {
  const std::string key = ReleaseKey(query, attempt);
  std::string value;
  RETURN_IF_ERROR(FromRocks(db_.raw()->Get({}, db_.family(Family::kReleases), key, &value),
                            Named(query, attempt)));
  return Decode(key, value);
}

absl::Status ReleaseStore::NoteFree(IsCharged is_charged) {
  rocksdb::ColumnFamilyHandle* releases = db_.family(Family::kReleases);
  std::string noted;
  const rocksdb::Status got = db_.raw()->Get({}, releases, kAllNoted, &noted);
  if (!got.IsNotFound()) return FromRocks(got, "releases");
  rocksdb::WriteBatch batch;
  std::unique_ptr<rocksdb::Iterator> it(db_.raw()->NewIterator({}, releases));
  for (it->Seek(kRelease); it->Valid() && it->key().starts_with(kRelease); it->Next()) {
    const absl::string_view key(it->key().data(), it->key().size());
    const absl::string_view value(it->value().data(), it->value().size());
    ASSIGN_OR_RETURN(const Record record, Decode(key, value));
    ASSIGN_OR_RETURN(const bool charged, is_charged(record.query, record.attempt));
    if (charged) continue;
    batch.Put(releases, FreeKey(RecordReader(value).U64()),
              FreeValue(record.release.size(), record.stored_at, key));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "releases"));
  batch.Put(releases, kAllNoted, "");
  return FromRocks(db_.raw()->Write(Synced(), &batch), "releases");
}

absl::Status ReleaseStore::BoundFree(IsCharged is_charged, absl::Time now) {
  std::lock_guard lock(write_mu_);
  RETURN_IF_ERROR(NoteFree(is_charged));
  rocksdb::WriteBatch batch;
  RETURN_IF_ERROR(MakeRoom(db_, free_, 0, 0, now, batch));
  if (batch.Count() == 0) return absl::OkStatus();
  return FromRocks(db_.raw()->Write(Synced(), &batch), "releases");
}

absl::StatusOr<bool> ReleaseStore::Has(const QueryId& query, uint32_t attempt) const {
  const std::string key = ReleaseKey(query, attempt);
  rocksdb::PinnableSlice value;
  const rocksdb::Status got = db_.raw()->Get({}, db_.family(Family::kReleases), key, &value);
  if (got.IsNotFound()) return false;
  RETURN_IF_ERROR(FromRocks(got, Named(query, attempt)));
  RETURN_IF_ERROR(Decode(key, {value.data(), value.size()}).status());
  return true;
}

absl::StatusOr<std::vector<ReleaseStore::Record>> ReleaseStore::List(size_t limit) const {
  std::vector<Record> newest;
  std::unique_ptr<rocksdb::Iterator> it(
      db_.raw()->NewIterator(rocksdb::ReadOptions(), db_.family(Family::kReleases)));
  for (it->Seek(kOrder); newest.size() < limit && it->Valid() && it->key().starts_with(kOrder);
       it->Next()) {
    const std::string key = it->value().ToString();
    std::string value;
    RETURN_IF_ERROR(
        FromRocks(db_.raw()->Get({}, db_.family(Family::kReleases), key, &value), "releases"));
    ASSIGN_OR_RETURN(Record record, Decode(key, value));
    newest.push_back(std::move(record));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "releases"));
  return newest;
}

}  // namespace commons::storage
