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
// first.
constexpr char kRelease[] = "r";
constexpr char kOrder[] = "n";
constexpr char kFree[] = "o";

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

// Removes, in `batch`, what must go before `next` is kept too.
absl::Status MakeRoom(const Database& db, const FreeReleases& free,
                      const ReleaseStore::Record& next, rocksdb::WriteBatch& batch) {
  struct Kept {
    uint64_t sequence, size;
    absl::Time at;
    std::string key;
  };
  std::vector<Kept> kept;
  uint64_t bytes = next.release.size();
  rocksdb::ColumnFamilyHandle* releases = db.family(Family::kReleases);
  std::unique_ptr<rocksdb::Iterator> it(db.raw()->NewIterator({}, releases));
  for (it->Seek(kFree); it->Valid() && it->key().starts_with(kFree); it->Next()) {
    RecordReader key({it->key().data(), it->key().size()});
    RecordReader value({it->value().data(), it->value().size()});
    key.Raw(1);
    Kept each{key.U64(), value.U64(), absl::FromUnixMicros(static_cast<int64_t>(value.U64())), ""};
    each.key = value.Rest();
    if (!key.AtEnd() || !value.ok()) return absl::DataLossError("a release is damaged");
    bytes += each.size;
    kept.push_back(std::move(each));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "releases"));
  size_t count = kept.size() + 1;
  for (const Kept& oldest : kept) {
    if (count <= free.most && bytes <= free.bytes && next.stored_at - oldest.at <= free.age) {
      break;
    }
    batch.Delete(releases, oldest.key);
    batch.Delete(releases, RecordWriter().Raw(kOrder).U64(~oldest.sequence).bytes());
    batch.Delete(releases, RecordWriter().Raw(kFree).U64(oldest.sequence).bytes());
    bytes -= oldest.size;
    --count;
  }
  return absl::OkStatus();
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
    RETURN_IF_ERROR(MakeRoom(db_, free_, record, batch));
    batch.Put(releases, RecordWriter().Raw(kFree).U64(sequence).bytes(),
              RecordWriter()
                  .U64(record.release.size())
                  .U64(absl::ToUnixMicros(record.stored_at))
                  .Raw(key)
                  .bytes());
  }
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return FromRocks(db_.raw()->Write(synced, &batch), Named(record.query, record.attempt));
}

absl::StatusOr<ReleaseStore::Record> ReleaseStore::Get(const QueryId& query,
                                                       uint32_t attempt) const {
  const std::string key = ReleaseKey(query, attempt);
  std::string value;
  RETURN_IF_ERROR(FromRocks(db_.raw()->Get({}, db_.family(Family::kReleases), key, &value),
                            Named(query, attempt)));
  return Decode(key, value);
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
