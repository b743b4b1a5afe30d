#include "storage/table/edition_disk.h"

#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "rocksdb/convenience.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/table/chunk_writer.h"

namespace commons::storage {
namespace {

using crypto::AeadKey;
using crypto::SecretKeyAccess;

absl::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

std::string Named(absl::string_view name) { return absl::StrCat("dataset \"", name, "\""); }

rocksdb::WriteOptions Synced() {
  rocksdb::WriteOptions options;
  options.sync = true;
  return options;
}

}  // namespace

absl::StatusOr<std::map<std::string, StoredDataset>> EditionDisk::Load() {
  RETURN_IF_ERROR(ClearImportDirectory(*db_));
  std::map<std::string, StoredDataset> datasets;
  std::unique_ptr<rocksdb::Iterator> it(
      db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kDatasets)));
  const rocksdb::Slice prefix(kDatasetKeyPrefix.data(), kDatasetKeyPrefix.size());
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    const absl::string_view name = View(it->key()).substr(kDatasetKeyPrefix.size());
    ASSIGN_OR_RETURN(StoredDataset dataset, LoadDataset(name, View(it->value())));
    datasets.emplace(std::string(name), std::move(dataset));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "datasets"));
  it.reset();
  std::set<EditionId> held;
  for (const auto& [name, dataset] : datasets) {
    for (const auto& [number, edition] : dataset.editions) {
      held.insert({dataset.record.number, number});
    }
  }
  ASSIGN_OR_RETURN(const std::vector<EditionId> found, EditionsOnDisk());
  for (const EditionId& id : found) {
    if (!held.contains(id)) RETURN_IF_ERROR(RemoveEdition(id));
  }
  for (auto& [name, dataset] : datasets) {
    if (!dataset.record.key_left) continue;
    RETURN_IF_ERROR(RemoveDataset(name, dataset.record));
    dataset.record.key_left = false;
  }
  return datasets;
}

absl::StatusOr<StoredDataset> EditionDisk::LoadDataset(absl::string_view name,
                                                       absl::string_view sealed) const {
  ASSIGN_OR_RETURN(const std::string plain, master_->Open(sealed, DatasetKey(name)));
  StoredDataset dataset;
  ASSIGN_OR_RETURN(dataset.record, ParseDataset(plain));
  if (!dataset.record.dropped) {
    ASSIGN_OR_RETURN(AeadKey key,
                     AeadKey::FromBytes(dataset.record.key, SecretKeyAccess::IKnowWhatIAmDoing()));
    dataset.key = std::make_shared<const AeadKey>(std::move(key));
    RETURN_IF_ERROR(LoadEdition(name, dataset.record.edition, &dataset));
    if (dataset.record.before != 0) {
      RETURN_IF_ERROR(LoadEdition(name, dataset.record.before, &dataset));
    }
  }
  dataset.record.key.clear();
  return dataset;
}

absl::Status EditionDisk::LoadEdition(absl::string_view name, uint64_t number,
                                      StoredDataset* dataset) const {
  const std::string key = EditionKey(dataset->record.number, number);
  std::string value;
  RETURN_IF_ERROR(FromRocks(
      db_->raw()->Get(rocksdb::ReadOptions(), db_->family(Family::kDatasets), key, &value),
      Named(name)));
  ASSIGN_OR_RETURN(const std::string record, dataset->key->Open(value, key));
  ASSIGN_OR_RETURN(dataset->editions[number], ParseEdition(record));
  return absl::OkStatus();
}

// Of which a chunk or a record is there; an edition with both stands twice.
absl::StatusOr<std::vector<EditionId>> EditionDisk::EditionsOnDisk() const {
  std::vector<EditionId> editions;
  std::unique_ptr<rocksdb::Iterator> it(
      db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kColumns)));
  for (it->SeekToFirst(); it->Valid();) {
    const std::optional<EditionId> id = EditionOfKey(View(it->key()));
    if (!id) return absl::DataLossError("columns: a key that no import writes");
    editions.push_back(*id);
    it->Seek(EditionPrefix(id->dataset, id->edition + 1));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "columns"));
  it.reset(db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kDatasets)));
  const rocksdb::Slice prefix(kEditionKeyPrefix.data(), kEditionKeyPrefix.size());
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    const auto id = EditionOfKey(View(it->key()).substr(kEditionKeyPrefix.size()));
    if (id) editions.push_back(*id);
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "datasets"));
  return editions;
}

std::string EditionDisk::Sealed(absl::string_view name, const DatasetRecord& record,
                                const AeadKey& key) const {
  DatasetRecord whole = record;
  whole.key = key.Bytes(SecretKeyAccess::IKnowWhatIAmDoing());
  return master_->Seal(SerializeDataset(whole), DatasetKey(name), *random_);
}

absl::Status EditionDisk::Point(absl::string_view name, const DatasetRecord& record,
                                const AeadKey& key) {
  return FromRocks(db_->raw()->Put(Synced(), db_->family(Family::kDatasets), DatasetKey(name),
                                   Sealed(name, record, key)),
                   Named(name));
}

absl::Status EditionDisk::Commit(absl::string_view name, const DatasetRecord& record,
                                 const AeadKey& key, const EditionRecord& edition) {
  const std::string edition_key = EditionKey(record.number, record.edition);
  rocksdb::ColumnFamilyHandle* const family = db_->family(Family::kDatasets);
  rocksdb::WriteBatch batch;
  batch.Put(family, edition_key, key.Seal(SerializeEdition(edition), edition_key, *random_));
  batch.Put(family, DatasetKey(name), Sealed(name, record, key));
  return FromRocks(db_->raw()->Write(Synced(), &batch), Named(name));
}

absl::Status EditionDisk::Bury(absl::string_view name, const DatasetRecord& record) {
  return PutTombstone(name, record, /*key_left=*/true);
}

absl::Status EditionDisk::PutTombstone(absl::string_view name, const DatasetRecord& record,
                                       bool key_left) {
  DatasetRecord tombstone = record;
  tombstone.before = 0;
  tombstone.dropped = true;
  tombstone.key_left = key_left;
  tombstone.key.assign(32, '\0');
  const std::string key = DatasetKey(name);
  return FromRocks(db_->raw()->Put(Synced(), db_->family(Family::kDatasets), key,
                                   master_->Seal(SerializeDataset(tombstone), key, *random_)),
                   Named(name));
}

absl::Status EditionDisk::RemoveChunks(const std::string& begin, const std::string& end) {
  rocksdb::ColumnFamilyHandle* const family = db_->family(Family::kColumns);
  const rocksdb::Slice from(begin);
  const rocksdb::Slice to(end);
  // Whole files go at once; the range covers what shares a file with others.
  RETURN_IF_ERROR(
      FromRocks(rocksdb::DeleteFilesInRange(db_->raw(), family, &from, &to, /*include_end=*/false),
                "columns"));
  return FromRocks(db_->raw()->DeleteRange(rocksdb::WriteOptions(), family, from, to), "columns");
}

absl::Status EditionDisk::RemoveEdition(const EditionId& id) {
  RETURN_IF_ERROR(RemoveChunks(EditionPrefix(id.dataset, id.edition),
                               EditionPrefix(id.dataset, id.edition + 1)));
  return FromRocks(db_->raw()->Delete(rocksdb::WriteOptions(), db_->family(Family::kDatasets),
                                      EditionKey(id.dataset, id.edition)),
                   "datasets");
}

absl::Status EditionDisk::RemoveDataset(absl::string_view name, const DatasetRecord& record) {
  const uint32_t number = record.number;
  RETURN_IF_ERROR(RemoveChunks(EditionPrefix(number, 0), EditionPrefix(number + 1, 0)));
  RETURN_IF_ERROR(
      FromRocks(db_->raw()->DeleteRange(rocksdb::WriteOptions(), db_->family(Family::kDatasets),
                                        EditionKey(number, 0), EditionKey(number + 1, 0)),
                "datasets"));
  RETURN_IF_ERROR(ForgetOldRecords());
  return PutTombstone(name, record, /*key_left=*/false);
}

// A key that was deleted still lies, sealed, in the write-ahead log and in older files: flushing
// every family lets the log go, and compaction rewrites the files.
absl::Status EditionDisk::ForgetOldRecords() {
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  for (int family = 0; family <= static_cast<int>(Family::kColumns); ++family) {
    families.push_back(db_->family(static_cast<Family>(family)));
  }
  RETURN_IF_ERROR(FromRocks(db_->raw()->Flush(rocksdb::FlushOptions(), families), "datasets"));
  rocksdb::CompactRangeOptions rewrite;
  rewrite.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  return FromRocks(
      db_->raw()->CompactRange(rewrite, db_->family(Family::kDatasets), nullptr, nullptr),
      "datasets");
}

}  // namespace commons::storage
