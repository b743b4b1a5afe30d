#include "storage/table/table_store.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "rocksdb/convenience.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"
#include "storage/table/chunk_cache.h"
#include "storage/table/chunk_reader.h"
#include "storage/table/epoch_writer.h"
#include "storage/table/records.h"

namespace commons::storage {
namespace {

using crypto::AeadKey;
using crypto::SecretKeyAccess;

constexpr size_t kRankKeyBytes = 16;

absl::string_view View(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// An epoch that can be read. Immutable but for the store's lock over `pins`.
struct Epoch {
  EpochId id;
  std::shared_ptr<const AeadKey> key;
  EpochRecord record;
  int pins = 0;
  bool dropped = false;  // with its dataset
};

struct Dataset {
  DatasetRecord record;
  std::shared_ptr<const AeadKey> key;
  std::map<uint64_t, std::shared_ptr<Epoch>> epochs;
};

void Stage(const ImportOptions& options, absl::string_view stage) {
  if (options.at_stage) options.at_stage(stage);
}

}  // namespace

class TableStore::Impl {
 public:
  Impl(Database* db, const AeadKey* master, crypto::RandomSource* random, const Options& options)
      : db_(db), master_(master), random_(random), cache_(options.cache_bytes) {}

  absl::Status Load();
  absl::StatusOr<ImportReport> Import(absl::string_view name, const TableLayout& layout,
                                      const ImportOptions& options);
  absl::Status Drop(absl::string_view name);
  absl::StatusOr<std::shared_ptr<Epoch>> Pin(absl::string_view name, std::optional<uint64_t> epoch);
  void Unpin(const std::shared_ptr<Epoch>& epoch);
  absl::StatusOr<TableInfo> Describe(absl::string_view name);
  std::vector<std::string> List();
  absl::StatusOr<ScanResult> Scan(const Epoch& epoch, const ScanSpec& spec);

 private:
  absl::StatusOr<Dataset*> FindLocked(absl::string_view name);
  absl::Status LoadDataset(absl::string_view name, absl::string_view sealed);
  absl::Status RemoveOrphans();
  absl::Status ForgetOldRecords();
  absl::Status RemoveEpoch(const EpochId& id);
  absl::Status RemoveChunks(const std::string& begin, const std::string& end);
  Dataset NextEpochOf(absl::string_view name);
  HeldEdition HeldOf(absl::string_view name, const TableLayout& layout,
                     const ImportOptions& options);
  absl::Status Commit(absl::string_view name, const Dataset& dataset, const EpochRecord& record);
  void Adopt(absl::string_view name, Dataset next, EpochRecord record);
  absl::StatusOr<std::shared_ptr<const std::string>> ReadChunk(const Epoch& epoch,
                                                               const ChunkId& id);

  Database* const db_;
  const AeadKey* const master_;
  crypto::RandomSource* const random_;
  ChunkCache cache_;
  std::mutex writers_;  // imports and drops, one at a time; taken before mu_
  std::mutex mu_;
  std::map<std::string, Dataset, std::less<>> datasets_;
};

absl::Status TableStore::Impl::Load() {
  RETURN_IF_ERROR(ClearImportDirectory(*db_));
  std::unique_ptr<rocksdb::Iterator> it(
      db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kDatasets)));
  const rocksdb::Slice prefix(kDatasetKeyPrefix.data(), kDatasetKeyPrefix.size());
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    RETURN_IF_ERROR(LoadDataset(View(it->key()).substr(kDatasetKeyPrefix.size()), View(it->value())));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "datasets"));
  return RemoveOrphans();
}

absl::Status TableStore::Impl::LoadDataset(absl::string_view name, absl::string_view sealed) {
  ASSIGN_OR_RETURN(const std::string plain, master_->Open(sealed, DatasetKey(name)));
  Dataset dataset;
  ASSIGN_OR_RETURN(dataset.record, ParseDataset(plain));
  if (!dataset.record.dropped) {
    ASSIGN_OR_RETURN(AeadKey key, AeadKey::FromBytes(dataset.record.key,
                                                     SecretKeyAccess::IKnowWhatIAmDoing()));
    dataset.key = std::make_shared<const AeadKey>(std::move(key));
    auto epoch = std::make_shared<Epoch>();
    epoch->id = {dataset.record.number, dataset.record.epoch};
    epoch->key = dataset.key;
    const std::string epoch_key = EpochKey(epoch->id.dataset, epoch->id.epoch);
    std::string value;
    RETURN_IF_ERROR(FromRocks(db_->raw()->Get(rocksdb::ReadOptions(),
                                              db_->family(Family::kDatasets), epoch_key, &value),
                              absl::StrCat("dataset \"", name, "\"")));
    ASSIGN_OR_RETURN(const std::string record, dataset.key->Open(value, epoch_key));
    ASSIGN_OR_RETURN(epoch->record, ParseEpoch(record));
    dataset.epochs[epoch->id.epoch] = std::move(epoch);
  }
  dataset.record.key.clear();
  datasets_.emplace(std::string(name), std::move(dataset));
  return absl::OkStatus();
}

// Chunks and epoch records that no dataset calls its current epoch: nobody can read them any more.
absl::Status TableStore::Impl::RemoveOrphans() {
  std::vector<EpochId> current;
  for (const auto& [name, dataset] : datasets_) {
    for (const auto& [number, epoch] : dataset.epochs) current.push_back(epoch->id);
  }
  std::vector<EpochId> orphans;
  const auto note = [&](const EpochId& id) {
    if (std::find(current.begin(), current.end(), id) == current.end()) orphans.push_back(id);
  };
  std::unique_ptr<rocksdb::Iterator> it(
      db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kColumns)));
  for (it->SeekToFirst(); it->Valid();) {
    const std::optional<EpochId> id = EpochOfKey(View(it->key()));
    if (!id) return absl::DataLossError("columns: a key that no import writes");
    note(*id);
    it->Seek(EpochPrefix(id->dataset, id->epoch + 1));
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "columns"));
  it.reset(db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kDatasets)));
  const rocksdb::Slice prefix(kEpochKeyPrefix.data(), kEpochKeyPrefix.size());
  for (it->Seek(prefix); it->Valid() && it->key().starts_with(prefix); it->Next()) {
    const auto id = EpochOfKey(View(it->key()).substr(kEpochKeyPrefix.size()));
    if (id) note(*id);
  }
  RETURN_IF_ERROR(FromRocks(it->status(), "datasets"));
  it.reset();
  for (const EpochId& id : orphans) RETURN_IF_ERROR(RemoveEpoch(id));
  return absl::OkStatus();
}

absl::Status TableStore::Impl::RemoveChunks(const std::string& begin, const std::string& end) {
  rocksdb::ColumnFamilyHandle* const family = db_->family(Family::kColumns);
  const rocksdb::Slice from(begin);
  const rocksdb::Slice to(end);
  // Whole files go at once; the range covers what shares a file with others.
  RETURN_IF_ERROR(FromRocks(
      rocksdb::DeleteFilesInRange(db_->raw(), family, &from, &to, /*include_end=*/false),
      "columns"));
  return FromRocks(db_->raw()->DeleteRange(rocksdb::WriteOptions(), family, from, to), "columns");
}

absl::Status TableStore::Impl::RemoveEpoch(const EpochId& id) {
  const std::string begin = EpochPrefix(id.dataset, id.epoch);
  cache_.Erase(begin);
  RETURN_IF_ERROR(RemoveChunks(begin, EpochPrefix(id.dataset, id.epoch + 1)));
  return FromRocks(db_->raw()->Delete(rocksdb::WriteOptions(), db_->family(Family::kDatasets),
                                      EpochKey(id.dataset, id.epoch)),
                   "datasets");
}

absl::StatusOr<Dataset*> TableStore::Impl::FindLocked(absl::string_view name) {
  const auto found = datasets_.find(std::string(name));
  if (found == datasets_.end() || found->second.record.dropped) {
    return absl::NotFoundError(absl::StrCat("dataset \"", name, "\": not held here"));
  }
  return &found->second;
}

// The dataset as it will be, with a new number and key if it is new.
Dataset TableStore::Impl::NextEpochOf(absl::string_view name) {
  std::lock_guard lock(mu_);
  Dataset next;
  const auto found = datasets_.find(std::string(name));
  if (found != datasets_.end()) {
    next.record = found->second.record;
    next.key = found->second.key;
  }
  if (next.key == nullptr) {
    next.key = std::make_shared<const AeadKey>(AeadKey::Generate(*random_));
    next.record.number = 0;
    for (const auto& [other, dataset] : datasets_) {
      next.record.number = std::max(next.record.number, dataset.record.number + 1);
    }
  }
  next.record.dropped = false;
  ++next.record.epoch;
  return next;
}

// For an import, which holds writers_: what it says is held stays while it runs.
HeldEdition TableStore::Impl::HeldOf(absl::string_view name, const TableLayout& layout,
                                     const ImportOptions& options) {
  std::lock_guard lock(mu_);
  const absl::StatusOr<Dataset*> dataset = FindLocked(name);
  if (!dataset.ok()) return {};
  const std::shared_ptr<const Epoch> epoch = (*dataset)->epochs.at((*dataset)->record.epoch);
  const EpochRecord& record = epoch->record;
  return {.epoch = epoch->id.epoch,
          .rows = record.extent.rows,
          .chunks = record.extent.chunks,
          .mark = record.mark,
          .same_layout = record.layout == layout,
          .copy = [this, epoch, &options](ChunkSink& sink) {
            return CopyChunks(*db_, epoch->id, *epoch->key, epoch->record,
                              [&options] { Stage(options, "copied"); }, sink);
          }};
}

absl::Status TableStore::Impl::Commit(absl::string_view name, const Dataset& dataset,
                                      const EpochRecord& record) {
  DatasetRecord flipped = dataset.record;
  flipped.key = dataset.key->Bytes(SecretKeyAccess::IKnowWhatIAmDoing());
  const std::string epoch_key = EpochKey(flipped.number, flipped.epoch);
  const std::string dataset_key = DatasetKey(name);
  rocksdb::ColumnFamilyHandle* const family = db_->family(Family::kDatasets);
  rocksdb::WriteBatch batch;
  batch.Put(family, epoch_key, dataset.key->Seal(SerializeEpoch(record), epoch_key, *random_));
  batch.Put(family, dataset_key, master_->Seal(SerializeDataset(flipped), dataset_key, *random_));
  rocksdb::WriteOptions synced;
  synced.sync = true;
  return FromRocks(db_->raw()->Write(synced, &batch), absl::StrCat("dataset \"", name, "\""));
}

void TableStore::Impl::Adopt(absl::string_view name, Dataset next, EpochRecord record) {
  auto epoch = std::make_shared<Epoch>();
  epoch->id = {next.record.number, next.record.epoch};
  epoch->key = next.key;
  epoch->record = std::move(record);
  std::vector<EpochId> unread;
  {
    std::lock_guard lock(mu_);
    Dataset& dataset = datasets_[std::string(name)];
    for (auto old = dataset.epochs.begin(); old != dataset.epochs.end();) {
      const auto here = old++;
      if (here->second->pins > 0) continue;
      unread.push_back(here->second->id);
      dataset.epochs.erase(here);
    }
    dataset.record = next.record;
    dataset.key = next.key;
    dataset.epochs[epoch->id.epoch] = std::move(epoch);
  }
  // What stays behind on an error goes at the next start.
  for (const EpochId& id : unread) RemoveEpoch(id).IgnoreError();
}

absl::StatusOr<ImportReport> TableStore::Impl::Import(absl::string_view name,
                                                      const TableLayout& layout,
                                                      const ImportOptions& options) {
  if (name.empty() || name.size() > limits::kNameBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("dataset \"", name, "\": a name has 1 to ", limits::kNameBytes, " bytes"));
  }
  std::lock_guard writer(writers_);
  Dataset next = NextEpochOf(name);
  const EpochId id{next.record.number, next.record.epoch};
  crypto::FieldHasher hasher("commons/rank/1",
                             next.key->Bytes(SecretKeyAccess::IKnowWhatIAmDoing()));
  const std::string rank_key = hasher.Finish().ToBytes().substr(0, kRankKeyBytes);

  EpochWriter writer_of_epoch(db_, id, next.key.get(), random_);
  ASSIGN_OR_RETURN(ImportReport report,
                   ImportCsv(layout, options, HeldOf(name, layout, options), rank_key, *random_,
                             writer_of_epoch));
  RETURN_IF_ERROR(writer_of_epoch.Finish());
  Stage(options, "written");
  EpochRecord record{{report.rows, report.persons, writer_of_epoch.chunks()},
                     writer_of_epoch.bytes(), report.mark, layout};
  absl::Status stored = writer_of_epoch.Ingest();
  Stage(options, "ingested");
  if (stored.ok()) stored = Commit(name, next, record);
  if (!stored.ok()) {
    RemoveEpoch(id).IgnoreError();  // or at the next start
    return stored;
  }
  Adopt(name, std::move(next), std::move(record));
  Stage(options, "committed");
  report.epoch = id.epoch;
  return report;
}

absl::Status TableStore::Impl::Drop(absl::string_view name) {
  std::lock_guard writer(writers_);
  uint32_t number = 0;
  {
    std::lock_guard lock(mu_);
    ASSIGN_OR_RETURN(Dataset* dataset, FindLocked(name));
    number = dataset->record.number;
    DatasetRecord tombstone = dataset->record;
    tombstone.dropped = true;
    const std::string key = DatasetKey(name);
    DatasetRecord sealed = tombstone;
    sealed.key.assign(32, '\0');
    rocksdb::WriteOptions synced;
    synced.sync = true;
    RETURN_IF_ERROR(FromRocks(
        db_->raw()->Put(synced, db_->family(Family::kDatasets), key,
                        master_->Seal(SerializeDataset(sealed), key, *random_)),
        absl::StrCat("dataset \"", name, "\"")));
    for (auto& [epoch_number, epoch] : dataset->epochs) epoch->dropped = true;
    dataset->record = tombstone;
    dataset->key = nullptr;
    dataset->epochs.clear();
  }
  const std::string begin = EpochPrefix(number, 0);
  const std::string end = EpochPrefix(number + 1, 0);
  cache_.Erase(absl::string_view(begin).substr(0, sizeof(number)));
  RETURN_IF_ERROR(RemoveChunks(begin, end));
  rocksdb::ColumnFamilyHandle* const family = db_->family(Family::kDatasets);
  RETURN_IF_ERROR(FromRocks(
      db_->raw()->DeleteRange(rocksdb::WriteOptions(), family, EpochKey(number, 0),
                              absl::StrCat(kEpochKeyPrefix, end)),
      "datasets"));
  return ForgetOldRecords();
}

// A key that was deleted still lies, sealed, in the write-ahead log and in older files: flushing every
// family lets the log go, and compaction rewrites the files.
absl::Status TableStore::Impl::ForgetOldRecords() {
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  for (int family = 0; family <= static_cast<int>(Family::kNonces); ++family) {
    families.push_back(db_->family(static_cast<Family>(family)));
  }
  RETURN_IF_ERROR(FromRocks(db_->raw()->Flush(rocksdb::FlushOptions(), families), "datasets"));
  rocksdb::CompactRangeOptions rewrite;
  rewrite.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  return FromRocks(
      db_->raw()->CompactRange(rewrite, db_->family(Family::kDatasets), nullptr, nullptr),
      "datasets");
}

absl::StatusOr<std::shared_ptr<Epoch>> TableStore::Impl::Pin(absl::string_view name,
                                                             std::optional<uint64_t> epoch) {
  std::lock_guard lock(mu_);
  ASSIGN_OR_RETURN(Dataset* dataset, FindLocked(name));
  const auto found = dataset->epochs.find(epoch.value_or(dataset->record.epoch));
  if (found == dataset->epochs.end()) {
    return absl::NotFoundError(
        absl::StrCat("dataset \"", name, "\": epoch ", *epoch, " is not held any more"));
  }
  ++found->second->pins;
  return found->second;
}

void TableStore::Impl::Unpin(const std::shared_ptr<Epoch>& epoch) {
  {
    std::lock_guard lock(mu_);
    if (--epoch->pins > 0 || epoch->dropped) return;
    for (auto& [name, dataset] : datasets_) {
      if (dataset.record.number != epoch->id.dataset) continue;
      if (dataset.record.epoch == epoch->id.epoch) return;
      dataset.epochs.erase(epoch->id.epoch);
      break;
    }
  }
  RemoveEpoch(epoch->id).IgnoreError();  // or at the next start
}

absl::StatusOr<TableInfo> TableStore::Impl::Describe(absl::string_view name) {
  std::lock_guard lock(mu_);
  ASSIGN_OR_RETURN(Dataset* dataset, FindLocked(name));
  TableInfo info;
  info.dataset = std::string(name);
  info.epoch = dataset->record.epoch;
  const EpochRecord& record = dataset->epochs.at(info.epoch)->record;
  info.rows = record.extent.rows;
  info.persons = record.extent.persons;
  info.bytes = record.bytes;
  info.layout = record.layout;
  for (const auto& [epoch, state] : dataset->epochs) info.epochs.push_back(epoch);
  return info;
}

std::vector<std::string> TableStore::Impl::List() {
  std::lock_guard lock(mu_);
  std::vector<std::string> names;
  for (const auto& [name, dataset] : datasets_) {
    if (!dataset.record.dropped) names.push_back(name);
  }
  return names;
}

absl::StatusOr<std::shared_ptr<const std::string>> TableStore::Impl::ReadChunk(const Epoch& epoch,
                                                                               const ChunkId& id) {
  const std::string key = ChunkKey(epoch.id.dataset, epoch.id.epoch, id);
  if (auto cached = cache_.Get(key)) return cached;
  ASSIGN_OR_RETURN(std::string plain, OpenChunk(*db_, epoch.id, *epoch.key, id));
  auto value = std::make_shared<const std::string>(std::move(plain));
  cache_.Put(key, value);
  return value;
}

absl::StatusOr<ScanResult> TableStore::Impl::Scan(const Epoch& epoch, const ScanSpec& spec) {
  absl::StatusOr<ScanResult> result =
      RunScan(epoch.record.layout, epoch.record.extent,
              [&](const ChunkId& id) { return ReadChunk(epoch, id); }, spec);
  std::lock_guard lock(mu_);
  if (!epoch.dropped) return result;
  cache_.Erase(EpochPrefix(epoch.id.dataset, epoch.id.epoch));
  return absl::NotFoundError("the dataset was dropped during the scan");
}

struct EpochPin::State {
  TableStore::Impl* store;
  std::shared_ptr<Epoch> epoch;
  ~State() { store->Unpin(epoch); }
};

EpochPin::EpochPin(std::unique_ptr<State> state) : state_(std::move(state)) {}
EpochPin::EpochPin(EpochPin&&) noexcept = default;
EpochPin& EpochPin::operator=(EpochPin&&) noexcept = default;
EpochPin::~EpochPin() = default;
uint64_t EpochPin::epoch() const { return state_->epoch->id.epoch; }
const TableLayout& EpochPin::layout() const { return state_->epoch->record.layout; }

TableStore::TableStore(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
TableStore::~TableStore() = default;

absl::StatusOr<std::unique_ptr<TableStore>> TableStore::Open(Database* db, const AeadKey* master,
                                                             crypto::RandomSource* random,
                                                             const Options& options) {
  auto impl = std::make_unique<Impl>(db, master, random, options);
  RETURN_IF_ERROR(impl->Load());
  return std::unique_ptr<TableStore>(new TableStore(std::move(impl)));
}

absl::StatusOr<ImportReport> TableStore::Import(absl::string_view dataset,
                                                const TableLayout& layout,
                                                const ImportOptions& options) {
  return impl_->Import(dataset, layout, options);
}

absl::StatusOr<uint64_t> TableStore::CurrentEpoch(absl::string_view dataset) const {
  ASSIGN_OR_RETURN(const TableInfo info, impl_->Describe(dataset));
  return info.epoch;
}

absl::StatusOr<EpochPin> TableStore::Pin(absl::string_view dataset) const {
  ASSIGN_OR_RETURN(auto epoch, impl_->Pin(dataset, std::nullopt));
  return EpochPin(std::unique_ptr<EpochPin::State>(
      new EpochPin::State{impl_.get(), std::move(epoch)}));
}

absl::StatusOr<EpochPin> TableStore::Pin(absl::string_view dataset, uint64_t epoch) const {
  ASSIGN_OR_RETURN(auto pinned, impl_->Pin(dataset, epoch));
  return EpochPin(std::unique_ptr<EpochPin::State>(
      new EpochPin::State{impl_.get(), std::move(pinned)}));
}

absl::StatusOr<TableInfo> TableStore::Describe(absl::string_view dataset) const {
  return impl_->Describe(dataset);
}

std::vector<std::string> TableStore::List() const { return impl_->List(); }

absl::StatusOr<ScanResult> TableStore::Scan(absl::string_view dataset, uint64_t epoch,
                                            const ScanSpec& spec) const {
  ASSIGN_OR_RETURN(const EpochPin pin, Pin(dataset, epoch));
  return Scan(pin, spec);
}

absl::StatusOr<ScanResult> TableStore::Scan(const EpochPin& pin, const ScanSpec& spec) const {
  return impl_->Scan(*pin.state_->epoch, spec);
}

absl::Status TableStore::Drop(absl::string_view dataset) { return impl_->Drop(dataset); }

}  // namespace commons::storage
