#include "storage/table/table_store.h"

#include <mutex>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "storage/table/chunk_cache.h"
#include "storage/table/chunk_reader.h"
#include "storage/table/editions.h"
#include "storage/table/epoch_writer.h"

namespace commons::storage {
namespace {

using crypto::AeadKey;
using crypto::SecretKeyAccess;

constexpr size_t kRankKeyBytes = 16;

void Stage(const ImportOptions& options, absl::string_view stage) {
  if (options.at_stage) options.at_stage(stage);
}

}  // namespace

class TableStore::Impl {
 public:
  Impl(Database* db, crypto::RandomSource* random, const Options& options)
      : db_(db), random_(random), cache_(options.cache_bytes) {}

  absl::Status Load(const AeadKey* master);
  absl::StatusOr<ImportReport> Import(absl::string_view name, const TableLayout& layout,
                                      const ImportOptions& options);
  absl::Status Drop(absl::string_view name);
  absl::StatusOr<ScanResult> Scan(const Epoch& epoch, const ScanSpec& spec);
  Editions& editions() { return *editions_; }

 private:
  HeldEdition HeldOf(absl::string_view name, const TableLayout& layout,
                     const ImportOptions& options) const;
  absl::StatusOr<std::shared_ptr<const std::string>> ReadChunk(const Epoch& epoch,
                                                               const ChunkId& id);

  Database* const db_;
  crypto::RandomSource* const random_;
  ChunkCache cache_;
  std::unique_ptr<Editions> editions_;
  std::mutex writers_;  // imports and drops, one at a time
  // A commit failed: it may have reached the disk all the same. Its chunks stay, and its number is
  // not used again, until the next start sees which edition is the current one.
  bool uncertain_ = false;
};

absl::Status TableStore::Impl::Load(const AeadKey* master) {
  ASSIGN_OR_RETURN(editions_, Editions::Open(db_, master, random_, &cache_));
  return absl::OkStatus();
}

// For an import, which holds writers_: what it says is held stays while it runs.
HeldEdition TableStore::Impl::HeldOf(absl::string_view name, const TableLayout& layout,
                                     const ImportOptions& options) const {
  const auto holding = editions_->Find(name);
  if (!holding.ok()) return {};
  const std::shared_ptr<const Epoch> epoch = holding->current;
  const EpochRecord& record = epoch->record;
  return {.epoch = epoch->id.epoch,
          .rows = record.extent.rows,
          .chunks = record.extent.chunks,
          .mark = record.mark,
          .same_layout = record.layout == layout,
          .copy = [this, epoch, &options](ChunkSink& sink) {
            return CopyChunks(
                *db_, epoch->id, *epoch->key, epoch->record,
                [&options] { Stage(options, "copied"); }, sink);
          }};
}

absl::StatusOr<ImportReport> TableStore::Impl::Import(absl::string_view name,
                                                      const TableLayout& layout,
                                                      const ImportOptions& options) {
  if (name.empty() || name.size() > limits::kNameBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("dataset \"", name, "\": a name has 1 to ", limits::kNameBytes, " bytes"));
  }
  std::lock_guard writer(writers_);
  if (uncertain_) {
    return absl::AbortedError(
        "whether the last import was kept is known after the next start; start the node again");
  }
  RETURN_IF_ERROR(editions_->FinishDrop(name));
  const NextEpoch next = editions_->Next(name);
  const EpochId id = next.id();
  crypto::FieldHasher hasher("commons/rank/1",
                             next.key->Bytes(SecretKeyAccess::IKnowWhatIAmDoing()));
  const std::string rank_key = hasher.Finish().ToBytes().substr(0, kRankKeyBytes);

  EpochWriter writer_of_epoch(db_, id, next.key.get(), random_);
  ASSIGN_OR_RETURN(ImportReport report, ImportCsv(layout, options, HeldOf(name, layout, options),
                                                  rank_key, *random_, writer_of_epoch));
  RETURN_IF_ERROR(writer_of_epoch.Finish());
  Stage(options, "written");
  EpochRecord record{{report.rows, report.persons, writer_of_epoch.chunks()},
                     writer_of_epoch.bytes(),
                     report.mark,
                     layout};
  const absl::Status ingested = writer_of_epoch.Ingest();
  Stage(options, "ingested");
  if (!ingested.ok()) {
    editions_->Discard(id);
    return ingested;
  }
  if (const absl::Status added = editions_->Add(name, next, std::move(record)); !added.ok()) {
    uncertain_ = true;
    return added;
  }
  Stage(options, "committed");
  report.epoch = id.epoch;
  return report;
}

absl::Status TableStore::Impl::Drop(absl::string_view name) {
  std::lock_guard writer(writers_);
  return editions_->Drop(name);
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
  absl::StatusOr<ScanResult> result = RunScan(
      epoch.record.layout, epoch.record.extent,
      [&](const ChunkId& id) { return ReadChunk(epoch, id); }, spec);
  if (!editions_->Dropped(epoch)) return result;
  cache_.Erase(EpochPrefix(epoch.id.dataset, epoch.id.epoch));
  return absl::NotFoundError("the dataset was dropped during the scan");
}

struct EpochPin::State {
  Editions* editions;
  std::shared_ptr<Epoch> epoch;
  ~State() { editions->Unpin(epoch); }
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
  auto impl = std::make_unique<Impl>(db, random, options);
  RETURN_IF_ERROR(impl->Load(master));
  return std::unique_ptr<TableStore>(new TableStore(std::move(impl)));
}

absl::StatusOr<ImportReport> TableStore::Import(absl::string_view dataset,
                                                const TableLayout& layout,
                                                const ImportOptions& options) {
  return impl_->Import(dataset, layout, options);
}

absl::StatusOr<uint64_t> TableStore::CurrentEpoch(absl::string_view dataset) const {
  ASSIGN_OR_RETURN(const Editions::Holding holding, impl_->editions().Find(dataset));
  return holding.current->id.epoch;
}

absl::StatusOr<EpochPin> TableStore::Pin(absl::string_view dataset,
                                         std::optional<uint64_t> epoch) const {
  ASSIGN_OR_RETURN(auto pinned, impl_->editions().Pin(dataset, epoch));
  return EpochPin(
      std::unique_ptr<EpochPin::State>(new EpochPin::State{&impl_->editions(), std::move(pinned)}));
}

absl::StatusOr<TableInfo> TableStore::Describe(absl::string_view dataset) const {
  ASSIGN_OR_RETURN(Editions::Holding holding, impl_->editions().Find(dataset));
  const EpochRecord& record = holding.current->record;
  TableInfo info;
  info.dataset = std::string(dataset);
  info.epoch = holding.current->id.epoch;
  info.rows = record.extent.rows;
  info.persons = record.extent.persons;
  info.bytes = record.bytes;
  info.epochs = std::move(holding.readable);
  info.layout = record.layout;
  return info;
}

std::vector<std::string> TableStore::List() const { return impl_->editions().List(); }

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
