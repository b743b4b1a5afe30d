#include "storage/import/importer.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/unicode.h"
#include "storage/import/chunk_builder.h"
#include "storage/import/csv.h"
#include "storage/import/field_parser.h"
#include "storage/import/identifier_hints.h"
#include "storage/import/import_words.h"
#include "storage/import/person_index.h"
#include "storage/import/rejects.h"

namespace commons::storage {
namespace {

Reject FromFlaw(CsvFlaw flaw) {
  switch (flaw) {
    case CsvFlaw::kNone:
      return Reject::kNone;
    case CsvFlaw::kNulByte:
      return Reject::kNulByte;
    case CsvFlaw::kInvalidUtf8:
      return Reject::kInvalidUtf8;
    case CsvFlaw::kFieldTooLong:
      return Reject::kFieldTooLong;
    case CsvFlaw::kBadQuote:
      return Reject::kBadQuote;
  }
  return Reject::kBadQuote;
}

class Import {
 public:
  Import(const TableLayout& layout, const ImportOptions& options, const HeldEdition& held,
         absl::string_view rank_key, crypto::RandomSource& random, ChunkSink& sink)
      : layout_(layout),
        options_(options),
        held_(held),
        sink_(sink),
        builder_(layout, &sink),
        values_(layout.columns.size()),
        texts_(layout.columns.size()) {
    for (const ColumnLayout& column : layout.columns) parsers_.emplace_back(column);
    if (layout.entity_header) persons_.emplace(rank_key, random);
    random.Fill(&report_.mark, sizeof(report_.mark));
  }

  absl::StatusOr<ImportReport> Run(CsvReader& csv);

 private:
  static constexpr int kNotStored = -1;
  struct Field {
    std::string header;
    int column = kNotStored;
    bool entity = false;
    bool sampled = true;  // not for skipped and entity columns and for marked identifiers
    IdentifierHints hints;
  };

  absl::Status ReadHeader(const CsvRecord& header);
  absl::Status CheckHeader(const std::set<std::string>& seen, const CsvRecord& header) const;
  absl::Status CheckAdding(absl::string_view row_header) const;
  absl::Status ReadRow(const CsvRecord& record);
  void Sample(const CsvRecord& record);
  Reject ParseRow(const CsvRecord& record, absl::string_view* at);
  absl::Status Keep();
  absl::Status WriteChunk();
  void SumUp();
  absl::Status CheckRows() const;
  void Warn();

  const TableLayout& layout_;
  const ImportOptions& options_;
  const HeldEdition& held_;
  ChunkSink& sink_;
  ChunkBuilder builder_;
  std::vector<FieldParser> parsers_;
  std::optional<PersonIndex> persons_;
  std::vector<Field> fields_;
  std::vector<std::string> undeclared_;
  std::unique_ptr<RejectsFile> rejects_;
  std::map<std::pair<Reject, absl::string_view>, Rejection> rejections_;  // by reason and header
  std::vector<FieldParser::Value> values_;
  std::vector<absl::string_view> texts_;
  absl::string_view person_;
  std::string content_;
  bool sampling_ = true;
  bool adding_ = false;  // to the rows held
  bool copied_ = false;  // those are in the sink
  ImportReport report_;
};

absl::Status Import::ReadHeader(const CsvRecord& header) {
  if (header.flaw != CsvFlaw::kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header: ", RejectText(FromFlaw(header.flaw)), EncodingHint(header.raw)));
  }
  std::set<std::string> seen;
  for (const absl::string_view text : header.fields) {
    Field field;
    ASSIGN_OR_RETURN(field.header, Nfc(text));
    if (!seen.insert(field.header).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("the header \"", field.header, "\" stands there twice"));
    }
    const auto column = std::find_if(layout_.columns.begin(), layout_.columns.end(),
                                     [&](const auto& c) { return c.name == field.header; });
    const auto& skip = layout_.skip_headers;
    const auto& marked = options_.identifiers;
    field.entity = layout_.entity_header == field.header;
    if (column != layout_.columns.end()) {
      field.column = static_cast<int>(column - layout_.columns.begin());
      field.sampled = std::find(marked.begin(), marked.end(), field.header) == marked.end();
    } else if (std::find(skip.begin(), skip.end(), field.header) != skip.end() || field.entity ||
               IsRejectHeader(field.header)) {
      field.sampled = false;
    } else {
      undeclared_.push_back(field.header);
    }
    fields_.push_back(std::move(field));
  }
  RETURN_IF_ERROR(CheckHeader(seen, header));
  const auto row = std::find_if(seen.begin(), seen.end(), IsRejectRowHeader);
  adding_ = held_.rows > 0 && !options_.replace && row != seen.end() &&
            seen.contains(std::string(kRejectColumn)) && seen.contains(std::string(kRejectReason));
  if (adding_) RETURN_IF_ERROR(CheckAdding(*row));
  rejects_ = std::make_unique<RejectsFile>(options_.rejects_path, header);
  return absl::OkStatus();
}

absl::Status Import::CheckHeader(const std::set<std::string>& seen, const CsvRecord& header) const {
  std::vector<std::string> missing;
  for (const ColumnLayout& column : layout_.columns) {
    if (!seen.contains(column.name)) missing.push_back(column.name);
  }
  if (layout_.entity_header && !seen.contains(*layout_.entity_header)) {
    missing.push_back(*layout_.entity_header);
  }
  if (!missing.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "declared columns missing from the header: ", MissingWords(missing, undeclared_),
        SeparatorHint(header.raw)));
  }
  return absl::OkStatus();
}

absl::Status Import::CheckAdding(absl::string_view row_header) const {
  std::string why;
  if (layout_.entity_header) {
    why = "cannot be added, because the numbers of persons were forgotten after the import";
  } else if (row_header != RejectRowHeader(held_.mark)) {
    why = absl::StrCat("are not those that edition ", held_.epoch,
                       ", which is held, still lacks (or were added already)");
  } else if (!held_.same_layout) {
    why = absl::StrCat("cannot be added, because the definition is not the one of edition ",
                       held_.epoch, ", which is held");
  } else {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "these rejected rows ", why, "; mend them in the original file and import the whole of it"));
}

// The first rows, then one in sixteen, until every column has its sample.
void Import::Sample(const CsvRecord& record) {
  if (!sampling_ || (record.row > IdentifierHints::kSampleMax / 2 && record.row % 16 != 0)) return;
  sampling_ = false;
  for (size_t i = 0; i < std::min(fields_.size(), record.fields.size()); ++i) {
    if (!fields_[i].sampled) continue;
    fields_[i].hints.Observe(record.fields[i]);
    sampling_ |= !fields_[i].hints.full();
  }
}

Reject Import::ParseRow(const CsvRecord& record, absl::string_view* at) {
  if (record.flaw != CsvFlaw::kNone) return FromFlaw(record.flaw);
  if (record.fields.size() < fields_.size()) return Reject::kTooFewFields;
  if (record.fields.size() > fields_.size()) return Reject::kTooManyFields;
  for (size_t i = 0; i < fields_.size(); ++i) {
    const Field& field = fields_[i];
    *at = field.header;
    if (field.entity) {
      person_ = record.fields[i];
      const auto& missing = layout_.entity_missing;
      if (std::find(missing.begin(), missing.end(), person_) != missing.end()) {
        return Reject::kMissingPerson;
      }
    }
    if (field.column == kNotStored) continue;
    texts_[field.column] = record.fields[i];
    const Reject reason = parsers_[field.column].Parse(record.fields[i], &values_[field.column]);
    if (reason != Reject::kNone) return reason;
  }
  return Reject::kNone;
}

absl::Status Import::Keep() {
  uint32_t person = 0;
  if (persons_) {
    content_.clear();
    for (const FieldParser::Value& value : values_) {
      content_.append(reinterpret_cast<const char*>(&value.number), sizeof(value.number));
      content_.push_back(static_cast<char>(value.null));
    }
    ASSIGN_OR_RETURN(person, persons_->AddRow(person_, content_));
  }
  builder_.Add(values_, texts_, person);
  ++report_.accepted;
  return builder_.full() ? WriteChunk() : absl::OkStatus();
}

absl::Status Import::WriteChunk() {
  if (adding_ && !copied_) {
    RETURN_IF_ERROR(held_.copy(sink_));
    builder_.StartAt(held_.chunks);
    copied_ = true;
  }
  RETURN_IF_ERROR(builder_.Write());
  if (options_.at_stage) options_.at_stage("scan");
  return absl::OkStatus();
}

absl::Status Import::ReadRow(const CsvRecord& record) {
  Sample(record);
  absl::string_view at;
  const Reject reason = ParseRow(record, &at);
  if (reason == Reject::kNone) return Keep();
  ++report_.rejected;
  Rejection& rejection = rejections_[{reason, at}];
  if (rejection.rows++ == 0) rejection.first_row = record.row;
  return rejects_->Add(record, at, RejectText(reason));
}

void Import::SumUp() {
  for (auto& [key, rejection] : rejections_) {
    rejection.reason = key.first;
    rejection.column = std::string(key.second);
    report_.rejections.push_back(std::move(rejection));
  }
  std::stable_sort(report_.rejections.begin(), report_.rejections.end(),
                   [](const Rejection& a, const Rejection& b) { return a.rows > b.rows; });
}

absl::Status Import::CheckRows() const {
  if (report_.accepted > 0) return absl::OkStatus();
  const std::string why =
      report_.rejections.empty() ? "" : absl::StrCat("; ", RejectionWords(report_.rejections[0]));
  return absl::FailedPreconditionError(
      absl::StrCat("no row was accepted of ", report_.rejected, why));
}

void Import::Warn() {
  if (report_.rows < held_.rows / 2) {
    report_.warnings.push_back(absl::StrCat("warning: this edition holds ", report_.rows,
                                            " rows; the one before held ", held_.rows));
  }
  if (!undeclared_.empty()) {
    report_.warnings.push_back(
        absl::StrCat("undeclared columns were not stored: ", QuotedNames(undeclared_)));
  }
  for (const Rejection& rejection : report_.rejections) {
    report_.warnings.push_back(RejectionWords(rejection));
  }
  if (report_.rows_over > 0) {
    report_.warnings.push_back(absl::StrCat(
        report_.rows_over, " rows do not count in protected questions: they are beyond the ",
        options_.rows_per_person, " that a person may have (commons:max_rows_per_person)"));
  }
  for (const Field& field : fields_) {
    std::string warning = field.hints.Warning(field.header);
    if (!warning.empty()) report_.warnings.push_back(std::move(warning));
  }
}

absl::StatusOr<ImportReport> Import::Run(CsvReader& csv) {
  CsvRecord record;
  ASSIGN_OR_RETURN(const bool header, csv.Next(&record));
  if (!header) return absl::InvalidArgumentError("the file is empty: not even a header");
  RETURN_IF_ERROR(ReadHeader(record));
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, csv.Next(&record));
    if (!more) break;
    RETURN_IF_ERROR(ReadRow(record));
  }
  report_.rows = report_.accepted + (adding_ ? held_.rows : 0);
  // Where nothing could be added the edition held still lacks what it lacked.
  RETURN_IF_ERROR(rejects_->Finish(adding_ && report_.accepted == 0 ? held_.mark : report_.mark));
  SumUp();
  RETURN_IF_ERROR(CheckRows());
  if (!builder_.empty()) RETURN_IF_ERROR(WriteChunk());
  if (persons_) {
    report_.persons = persons_->persons();
    const std::vector<uint8_t> ranks = persons_->TakeRanks();
    if (options_.rows_per_person > 0) {
      report_.rows_over = std::count_if(ranks.begin(), ranks.end(), [&](uint8_t rank) {
        return rank >= options_.rows_per_person;
      });
    }
    RETURN_IF_ERROR(builder_.WriteRanks(ranks));
  }
  Warn();
  return std::move(report_);
}

}  // namespace

absl::StatusOr<ImportReport> ImportCsv(const TableLayout& layout, const ImportOptions& options,
                                       const HeldEdition& held, absl::string_view rank_key,
                                       crypto::RandomSource& random, ChunkSink& sink) {
  RETURN_IF_ERROR(ValidateLayout(layout));
  ASSIGN_OR_RETURN(ByteSource source, OpenFileSource(options.csv_path));
  CsvReader csv(std::move(source));
  absl::StatusOr<ImportReport> report =
      Import(layout, options, held, rank_key, random, sink).Run(csv);
  if (report.ok()) return report;
  return absl::Status(report.status().code(),
                      absl::StrCat(options.csv_path, ": ", report.status().message()));
}

}  // namespace commons::storage
