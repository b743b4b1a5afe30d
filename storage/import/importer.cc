#include "storage/import/importer.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "base/unicode.h"
#include "storage/import/chunk_builder.h"
#include "storage/import/csv.h"
#include "storage/import/field_parser.h"
#include "storage/import/identifier_hints.h"
#include "storage/import/person_index.h"
#include "storage/import/rejects.h"

namespace commons::storage {
namespace {

constexpr size_t kNamesInWarning = 20;

std::string Quoted(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kNamesInWarning);
  std::string text = absl::StrJoin(
      names.begin(), names.begin() + shown, ", ",
      [](std::string* out, const std::string& name) { absl::StrAppend(out, "\"", name, "\""); });
  if (shown < names.size()) absl::StrAppend(&text, " and ", names.size() - shown, " more");
  return text;
}

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
  Import(const TableLayout& layout, const ImportOptions& options, absl::string_view rank_key,
         crypto::RandomSource& random, ChunkSink& sink)
      : layout_(layout),
        options_(options),
        builder_(layout, &sink),
        values_(layout.columns.size()),
        texts_(layout.columns.size()) {
    for (const ColumnLayout& column : layout.columns) parsers_.emplace_back(column);
    if (layout.entity_header) persons_.emplace(rank_key, random);
  }

  absl::StatusOr<ImportReport> Run(CsvReader& csv);

 private:
  static constexpr int kNotStored = -1;
  struct Field {
    std::string header;
    int column = kNotStored;
    bool entity = false;
    bool sampled = true;  // not for skipped and entity columns
    IdentifierHints hints;
  };

  absl::Status ReadHeader(const CsvRecord& header);
  absl::Status ReadRow(const CsvRecord& record);
  void Sample(const CsvRecord& record);
  Reject ParseRow(const CsvRecord& record, absl::string_view* at);
  absl::Status Keep();
  absl::Status WriteChunk();
  void Warn();

  const TableLayout& layout_;
  const ImportOptions& options_;
  ChunkBuilder builder_;
  std::vector<FieldParser> parsers_;
  std::optional<PersonIndex> persons_;
  std::vector<Field> fields_;
  std::vector<std::string> undeclared_;
  std::unique_ptr<RejectsFile> rejects_;
  std::vector<FieldParser::Value> values_;
  std::vector<absl::string_view> texts_;
  absl::string_view person_;
  std::string content_;
  bool sampling_ = true;
  ImportReport report_;
};

absl::Status Import::ReadHeader(const CsvRecord& header) {
  if (header.flaw != CsvFlaw::kNone) {
    return absl::InvalidArgumentError(
        absl::StrCat("the header: ", RejectText(FromFlaw(header.flaw))));
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
    field.entity = layout_.entity_header == field.header;
    if (column != layout_.columns.end()) {
      field.column = static_cast<int>(column - layout_.columns.begin());
    } else if (std::find(skip.begin(), skip.end(), field.header) != skip.end() || field.entity ||
               IsRejectHeader(field.header)) {
      field.sampled = false;
    } else {
      undeclared_.push_back(field.header);
    }
    fields_.push_back(std::move(field));
  }
  std::vector<std::string> missing;
  for (const ColumnLayout& column : layout_.columns) {
    if (!seen.contains(column.name)) missing.push_back(column.name);
  }
  if (layout_.entity_header && !seen.contains(*layout_.entity_header)) {
    missing.push_back(*layout_.entity_header);
  }
  if (!missing.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("declared columns missing from the header: ", Quoted(missing)));
  }
  rejects_ = std::make_unique<RejectsFile>(options_.rejects_path, header);
  return absl::OkStatus();
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
  ++report_.reasons[reason];
  return rejects_->Add(record, at, RejectText(reason));
}

void Import::Warn() {
  if (!undeclared_.empty()) {
    report_.warnings.push_back(
        absl::StrCat("undeclared columns were not stored: ", Quoted(undeclared_)));
  }
  for (const auto& [reason, count] : report_.reasons) {
    report_.warnings.push_back(absl::StrCat(count, " rows rejected: ", RejectText(reason)));
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
  RETURN_IF_ERROR(rejects_->Finish());
  if (report_.accepted == 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("no row was accepted of ", report_.rejected));
  }
  if (!builder_.empty()) RETURN_IF_ERROR(WriteChunk());
  if (persons_) {
    report_.persons = persons_->persons();
    RETURN_IF_ERROR(builder_.WriteRanks(persons_->TakeRanks()));
  }
  Warn();
  return std::move(report_);
}

}  // namespace

absl::string_view RejectText(Reject reason) {
  switch (reason) {
    case Reject::kNone:
      return "accepted";
    case Reject::kTooFewFields:
      return "fewer fields than the header";
    case Reject::kTooManyFields:
      return "more fields than the header";
    case Reject::kNulByte:
      return "a NUL byte";
    case Reject::kInvalidUtf8:
      return "not valid UTF-8";
    case Reject::kFieldTooLong:
      return "a field is too long";
    case Reject::kBadQuote:
      return "a quote in the wrong place";
    case Reject::kMissing:
      return "a value is required";
    case Reject::kMissingPerson:
      return "the person is not given";
    case Reject::kUnknownCode:
      return "not one of the declared codes";
    case Reject::kNotANumber:
      return "not a number";
    case Reject::kTooManyDecimals:
      return "more decimals than declared";
    case Reject::kOutOfRange:
      return "outside the declared range";
    case Reject::kNotADate:
      return "not a date of the declared unit";
  }
  return "unknown";
}

absl::StatusOr<ImportReport> ImportCsv(const TableLayout& layout, const ImportOptions& options,
                                       absl::string_view rank_key, crypto::RandomSource& random,
                                       ChunkSink& sink) {
  RETURN_IF_ERROR(ValidateLayout(layout));
  ASSIGN_OR_RETURN(ByteSource source, OpenFileSource(options.csv_path));
  CsvReader csv(std::move(source));
  absl::StatusOr<ImportReport> report =
      Import(layout, options, rank_key, random, sink).Run(csv);
  if (report.ok()) return report;
  return absl::Status(report.status().code(),
                      absl::StrCat(options.csv_path, ": ", report.status().message()));
}

}  // namespace commons::storage
