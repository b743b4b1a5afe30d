#include "storage/table/table_store.h"

#include <optional>
#include <utility>

#include "base/status.h"
#include "storage/scan/scan_engine.h"
#include "storage/table/chunk_cache.h"
#include "storage/table/chunk_reader.h"
#include "storage/table/editions.h"

namespace commons::storage {

using crypto::AeadKey;

class TableStore::Impl {
 public:
  Impl(Database* db, crypto::RandomSource* random, const Options& options)
      : db_(db), random_(random), cache_(options.cache_bytes) {}

  absl::Status Load(const AeadKey* master);
  absl::StatusOr<EditionWriter> Begin(absl::string_view name, const TableLayout& layout,
                                      EditionOptions options);
  absl::Status Drop(absl::string_view name);
  absl::StatusOr<ScanResult> Scan(const Epoch& epoch, const ScanSpec& spec);
  Editions& editions() { return *editions_; }

 private:
  absl::StatusOr<std::shared_ptr<const std::string>> ReadChunk(const Epoch& epoch,
                                                               const ChunkId& id);

  Database* const db_;
  crypto::RandomSource* const random_;
  ChunkCache cache_;
  std::unique_ptr<Editions> editions_;
};

absl::Status TableStore::Impl::Load(const AeadKey* master) {
  ASSIGN_OR_RETURN(editions_, Editions::Open(db_, master, random_, &cache_));
  return absl::OkStatus();
}

absl::StatusOr<EditionWriter> TableStore::Impl::Begin(absl::string_view name,
                                                      const TableLayout& layout,
                                                      EditionOptions options) {
  return EditionWriter::Begin(db_, editions_.get(), random_, name, layout, std::move(options));
}

absl::Status TableStore::Impl::Drop(absl::string_view name) {
  const auto turn = editions_->TakeTurn();
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

absl::StatusOr<EditionWriter> TableStore::Begin(absl::string_view dataset,
                                                const TableLayout& layout, EditionOptions options) {
  return impl_->Begin(dataset, layout, std::move(options));
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
