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
  absl::Status Drop(absl::string_view name, std::optional<uint64_t> edition);
  absl::Status Revert(absl::string_view name, std::optional<uint64_t> edition);
  absl::StatusOr<ScanResult> Scan(const Edition& edition, const ScanSpec& spec);
  Editions& editions() { return *editions_; }

 private:
  absl::Status CheckMeant(absl::string_view name, std::optional<uint64_t> edition) const;
  absl::StatusOr<std::shared_ptr<const std::string>> ReadChunk(const Edition& edition,
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

// Whether the edition that is meant is the one held.
absl::Status TableStore::Impl::CheckMeant(absl::string_view name,
                                          std::optional<uint64_t> edition) const {
  if (!edition.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Editions::Holding holding, editions_->Find(name));
  const uint64_t held = holding.current->id.edition;
  if (held == *edition) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("edition ", held, " is held now, not edition ", *edition));
}

absl::Status TableStore::Impl::Drop(absl::string_view name, std::optional<uint64_t> edition) {
  const auto turn = editions_->TakeTurn();
  RETURN_IF_ERROR(CheckMeant(name, edition));
  return editions_->Drop(name);
}

absl::Status TableStore::Impl::Revert(absl::string_view name, std::optional<uint64_t> edition) {
  const auto turn = editions_->TakeTurn();
  RETURN_IF_ERROR(CheckMeant(name, edition));
  return editions_->Revert(name);
}

absl::StatusOr<std::shared_ptr<const std::string>> TableStore::Impl::ReadChunk(
    const Edition& edition, const ChunkId& id) {
  const std::string key = ChunkKey(edition.id.dataset, edition.id.edition, id);
  if (auto cached = cache_.Get(key)) return cached;
  ASSIGN_OR_RETURN(std::string plain, OpenChunk(*db_, edition.id, *edition.key, id));
  auto value = std::make_shared<const std::string>(std::move(plain));
  cache_.Put(key, value);
  return value;
}

absl::StatusOr<ScanResult> TableStore::Impl::Scan(const Edition& edition, const ScanSpec& spec) {
  absl::StatusOr<ScanResult> result = RunScan(
      edition.record.layout, edition.record.extent,
      [&](const ChunkId& id) { return ReadChunk(edition, id); }, spec);
  if (!editions_->Dropped(edition)) return result;
  cache_.Erase(EditionPrefix(edition.id.dataset, edition.id.edition));
  return absl::NotFoundError("the dataset was dropped during the scan");
}

struct EditionPin::State {
  Editions* editions;
  std::shared_ptr<Edition> edition;
  ~State() { editions->Unpin(edition); }
};

EditionPin::EditionPin(std::unique_ptr<State> state) : state_(std::move(state)) {}
EditionPin::EditionPin(EditionPin&&) noexcept = default;
EditionPin& EditionPin::operator=(EditionPin&&) noexcept = default;
EditionPin::~EditionPin() = default;
uint64_t EditionPin::edition() const { return state_->edition->id.edition; }
const TableLayout& EditionPin::layout() const { return state_->edition->record.layout; }

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

absl::StatusOr<uint64_t> TableStore::CurrentEdition(absl::string_view dataset) const {
  ASSIGN_OR_RETURN(const Editions::Holding holding, impl_->editions().Find(dataset));
  return holding.current->id.edition;
}

absl::StatusOr<EditionPin> TableStore::Pin(absl::string_view dataset,
                                           std::optional<uint64_t> edition) const {
  ASSIGN_OR_RETURN(auto pinned, impl_->editions().Pin(dataset, edition));
  return EditionPin(std::unique_ptr<EditionPin::State>(
      new EditionPin::State{&impl_->editions(), std::move(pinned)}));
}

absl::StatusOr<TableInfo> TableStore::Describe(absl::string_view dataset) const {
  ASSIGN_OR_RETURN(Editions::Holding holding, impl_->editions().Find(dataset));
  const EditionRecord& record = holding.current->record;
  TableInfo info;
  info.dataset = std::string(dataset);
  info.edition = holding.current->id.edition;
  info.rows = record.extent.rows;
  info.persons = record.extent.persons;
  info.bytes = record.bytes;
  info.rejected = record.rejected;
  info.editions = std::move(holding.readable);
  info.layout = record.layout;
  info.definition = record.definition;
  if (holding.before != nullptr) {
    const EditionRecord& before = holding.before->record;
    info.before = TableInfo::Kept{holding.before->id.edition, before.extent.rows, before.layout,
                                  before.definition};
  }
  return info;
}

std::vector<std::string> TableStore::List() const { return impl_->editions().List(); }

absl::StatusOr<ScanResult> TableStore::Scan(absl::string_view dataset, uint64_t edition,
                                            const ScanSpec& spec) const {
  ASSIGN_OR_RETURN(const EditionPin pin, Pin(dataset, edition));
  return Scan(pin, spec);
}

absl::StatusOr<ScanResult> TableStore::Scan(const EditionPin& pin, const ScanSpec& spec) const {
  return impl_->Scan(*pin.state_->edition, spec);
}

absl::Status TableStore::Revert(absl::string_view dataset, std::optional<uint64_t> edition) {
  return impl_->Revert(dataset, edition);
}

absl::Status TableStore::Drop(absl::string_view dataset, std::optional<uint64_t> edition) {
  return impl_->Drop(dataset, edition);
}

}  // namespace commons::storage
