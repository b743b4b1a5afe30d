#include "storage/table/edition_writer.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "records/rows/person_index.h"
#include "storage/columns/chunk_builder.h"
#include "storage/table/chunk_reader.h"
#include "storage/table/chunk_writer.h"
#include "storage/table/editions.h"

namespace commons::storage {
namespace {

constexpr size_t kRankKeyBytes = 16;

// The same for every edition of a dataset.
std::string RankKey(const crypto::AeadKey& key) {
  crypto::FieldHasher hasher("commons/rank/1",
                             key.Bytes(crypto::SecretKeyAccess::IKnowWhatIAmDoing()));
  return hasher.Finish().ToBytes().substr(0, kRankKeyBytes);
}

// What a column stores, of any kind: looked up for every value of every row.
struct Accepted {
  int64_t low = 0, high = 0;  // of a value's number; a hidden text's is 0 whatever was given
  int64_t null_number = 0;    // as NULL is stored: the code after the last one, or 0
  bool required = false;
  bool hidden = false;
};

Accepted AcceptedOf(const ColumnLayout& column) {
  switch (column.kind) {
    case ColumnKind::kCode:
      return {0, int64_t{column.code_count} - 1, column.code_count, column.required};
    case ColumnKind::kBits:
      return {1, (int64_t{1} << column.code_count) - 1, 0, column.required};
    case ColumnKind::kInteger:
    case ColumnKind::kDate:
      return {column.min_value, column.max_value, 0, column.required};
    case ColumnKind::kHidden:
      break;
  }
  return {0, 0, 0, column.required, true};
}

// Fills in the value as it is stored; false: it may not be.
bool Store(const Accepted& column, const ColumnValue& value, absl::string_view text,
           ColumnValue* stored) {
  if (value.null) {
    *stored = {column.null_number, true};
    return !column.required;
  }
  if (column.hidden) {
    *stored = {0, false};
    return text.size() <= limits::kCsvFieldBytes;
  }
  *stored = value;
  return value.number >= column.low && value.number <= column.high;
}

absl::Status Unfit(const ColumnLayout& column, const ColumnValue& value) {
  const absl::string_view why = value.null                           ? "a value is required"
                                : column.kind == ColumnKind::kCode   ? "no such code"
                                : column.kind == ColumnKind::kHidden ? "a text is too long"
                                                                     : "outside the declared range";
  return absl::InvalidArgumentError(absl::StrCat("column \"", column.name, "\": ", why));
}

}  // namespace

class EditionWriter::Impl {
 public:
  Impl(Database* db, Editions* editions, crypto::RandomSource* random, absl::string_view name,
       const TableLayout& layout, EditionOptions options, std::unique_lock<std::mutex> turn,
       NextEdition next);

  absl::Status KeepHeld();
  absl::Status Add(absl::Span<const ColumnValue> values, absl::Span<const absl::string_view> texts,
                   absl::string_view person);
  absl::StatusOr<WrittenEdition> Commit(uint64_t rejected);
  absl::StatusOr<WrittenEdition> Rehearse();
  const HeldEdition& held() const { return held_; }
  uint64_t mark() const { return mark_; }

 private:
  void Stage(absl::string_view stage) const {
    if (options_.at_stage) options_.at_stage(stage);
  }
  absl::StatusOr<uint32_t> Number(absl::string_view person);
  absl::Status WriteChunk();
  absl::StatusOr<WrittenEdition> End();
  std::vector<uint8_t> RankPersons(WrittenEdition* written);
  absl::Status Publish(const WrittenEdition& written, uint64_t rejected);

  Database* const db_;
  Editions* const editions_;
  const std::string name_;
  const TableLayout layout_;
  const EditionOptions options_;
  // Outlives the files of chunks_: every writer's have the same names.
  std::unique_lock<std::mutex> turn_;
  const NextEdition next_;
  std::shared_ptr<const Edition> before_;  // null: nothing is held
  HeldEdition held_;
  uint64_t mark_ = 0;
  ChunkWriter chunks_;
  ChunkBuilder builder_;
  std::optional<records::PersonIndex> persons_;
  std::vector<Accepted> accepted_;   // of each column
  std::vector<ColumnValue> stored_;  // the row at hand
  std::string content_;              // its bytes, which order a person's rows
  uint64_t added_ = 0;
  bool keep_ = false;
  bool kept_ = false;   // and the chunks held are written
  absl::Status ended_;  // why nothing can be added any more
};

EditionWriter::Impl::Impl(Database* db, Editions* editions, crypto::RandomSource* random,
                          absl::string_view name, const TableLayout& layout, EditionOptions options,
                          std::unique_lock<std::mutex> turn, NextEdition next)
    : db_(db),
      editions_(editions),
      name_(name),
      layout_(layout),
      options_(std::move(options)),
      turn_(std::move(turn)),
      next_(std::move(next)),
      chunks_(db, next_.id(), next_.key.get(), random),
      builder_(layout_, &chunks_),
      stored_(layout_.columns.size()) {
  std::transform(layout_.columns.begin(), layout_.columns.end(), std::back_inserter(accepted_),
                 AcceptedOf);
  if (layout_.entity_header) persons_.emplace(RankKey(*next_.key), *random);
  random->Fill(&mark_, sizeof(mark_));
  if (auto holding = editions->Find(name); holding.ok()) {
    before_ = std::move(holding->current);
    const EditionRecord& record = before_->record;
    const bool known = record.definition != Hash32() && options_.definition != Hash32();
    held_ = {before_->id.edition, record.extent.rows, record.mark, record.rejected,
             record.layout == layout_ && (!known || record.definition == options_.definition)};
  }
}

absl::Status EditionWriter::Impl::KeepHeld() {
  if (before_ == nullptr || persons_ || !held_.same_layout || added_ > 0) {
    return absl::FailedPreconditionError("the rows held cannot be kept in the next edition");
  }
  keep_ = true;
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> EditionWriter::Impl::Number(absl::string_view person) {
  if (!persons_) return 0;
  content_.clear();
  for (const ColumnValue& value : stored_) {
    content_.append(reinterpret_cast<const char*>(&value.number), sizeof(value.number));
    content_.push_back(static_cast<char>(value.null));
  }
  return persons_->AddRow(person, content_);
}

absl::Status EditionWriter::Impl::Add(absl::Span<const ColumnValue> values,
                                      absl::Span<const absl::string_view> texts,
                                      absl::string_view person) {
  RETURN_IF_ERROR(ended_);
  if (values.size() != stored_.size() || texts.size() != stored_.size()) {
    return absl::InvalidArgumentError("a row needs a value and a text for every column");
  }
  for (size_t i = 0; i < stored_.size(); ++i) {
    if (!Store(accepted_[i], values[i], texts[i], &stored_[i])) {
      return Unfit(layout_.columns[i], values[i]);
    }
  }
  absl::StatusOr<uint32_t> number = Number(person);
  if (!number.ok()) return ended_ = std::move(number).status();
  builder_.Add(stored_, texts, *number);
  ++added_;
  if (builder_.full()) ended_ = WriteChunk();
  return ended_;
}

absl::Status EditionWriter::Impl::WriteChunk() {
  if (keep_ && !kept_) {
    RETURN_IF_ERROR(CopyChunks(
        *db_, before_->id, *before_->key, before_->record, [this] { Stage("copied"); }, chunks_));
    builder_.StartAt(before_->record.extent.chunks);
    kept_ = true;
  }
  RETURN_IF_ERROR(builder_.Write());
  Stage("chunk");
  return absl::OkStatus();
}

// Of each row, its place among its person's; none without an entity column.
std::vector<uint8_t> EditionWriter::Impl::RankPersons(WrittenEdition* written) {
  if (!persons_) return {};
  written->persons = persons_->persons();
  written->persons_alike = persons_->alike();
  std::vector<uint8_t> ranks = persons_->TakeRanks();
  if (options_.rows_per_person > 0) {
    written->rows_over = std::count_if(
        ranks.begin(), ranks.end(), [&](uint8_t rank) { return rank >= options_.rows_per_person; });
  }
  return ranks;
}

// The chunks are ingested, which nobody sees; the synced write of the two records makes them the
// edition held.
absl::Status EditionWriter::Impl::Publish(const WrittenEdition& written, uint64_t rejected) {
  RETURN_IF_ERROR(chunks_.Finish());
  Stage("written");
  EditionRecord record{{written.rows, written.persons, chunks_.chunks()},
                       chunks_.bytes(),
                       mark_,
                       rejected,
                       options_.definition,
                       layout_};
  const absl::Status ingested = chunks_.Ingest();
  Stage("ingested");
  if (!ingested.ok()) {
    editions_->Discard(next_.id());
    return ingested;
  }
  RETURN_IF_ERROR(editions_->Add(name_, next_, std::move(record)));
  Stage("committed");
  return absl::OkStatus();
}

absl::StatusOr<WrittenEdition> EditionWriter::Impl::End() {
  RETURN_IF_ERROR(ended_);
  if (added_ == 0 && keep_) return absl::FailedPreconditionError("no row was added to those held");
  ended_ = absl::FailedPreconditionError("the edition was committed, or could not be");
  return WrittenEdition{next_.id().edition, added_ + (keep_ ? held_.rows : 0)};
}

absl::StatusOr<WrittenEdition> EditionWriter::Impl::Rehearse() {
  ASSIGN_OR_RETURN(WrittenEdition written, End());
  RankPersons(&written);
  return written;
}

absl::StatusOr<WrittenEdition> EditionWriter::Impl::Commit(uint64_t rejected) {
  ASSIGN_OR_RETURN(WrittenEdition written, End());
  if (!builder_.empty()) RETURN_IF_ERROR(WriteChunk());
  const std::vector<uint8_t> ranks = RankPersons(&written);
  if (persons_) RETURN_IF_ERROR(builder_.WriteRanks(ranks));
  RETURN_IF_ERROR(Publish(written, rejected));
  turn_.unlock();
  return written;
}

EditionWriter::EditionWriter(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EditionWriter::EditionWriter(EditionWriter&&) noexcept = default;
EditionWriter& EditionWriter::operator=(EditionWriter&&) noexcept = default;
EditionWriter::~EditionWriter() = default;

absl::StatusOr<EditionWriter> EditionWriter::Begin(Database* db, Editions* editions,
                                                   crypto::RandomSource* random,
                                                   absl::string_view dataset,
                                                   const TableLayout& layout,
                                                   EditionOptions options) {
  if (dataset.empty() || dataset.size() > limits::kNameBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("dataset \"", dataset, "\": a name has 1 to ", limits::kNameBytes, " bytes"));
  }
  RETURN_IF_ERROR(ValidateLayout(layout));
  std::unique_lock<std::mutex> turn = editions->TakeTurn();
  ASSIGN_OR_RETURN(NextEdition next, editions->Prepare(dataset, options.after));
  return EditionWriter(std::make_unique<Impl>(
      db, editions, random, dataset, layout, std::move(options), std::move(turn), std::move(next)));
}

const HeldEdition& EditionWriter::held() const { return impl_->held(); }
uint64_t EditionWriter::mark() const { return impl_->mark(); }
absl::Status EditionWriter::KeepHeld() { return impl_->KeepHeld(); }
absl::Status EditionWriter::Add(absl::Span<const ColumnValue> values,
                                absl::Span<const absl::string_view> texts,
                                const absl::AlphaNum& person) {
  return impl_->Add(values, texts, person.Piece());
}
absl::StatusOr<WrittenEdition> EditionWriter::Commit(uint64_t rejected) {
  return impl_->Commit(rejected);
}
absl::StatusOr<WrittenEdition> EditionWriter::Rehearse() { return impl_->Rehearse(); }

}  // namespace commons::storage
