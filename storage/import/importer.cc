#include "storage/import/importer.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "storage/import/csv.h"
#include "storage/import/csv_header.h"
#include "storage/import/field_parser.h"
#include "storage/import/identifier_hints.h"
#include "storage/import/import_words.h"
#include "storage/import/rejects.h"

namespace commons::storage {
namespace {

constexpr uint64_t kRowsBetweenLooks = 4096;

class Import {
 public:
  Import(const TableLayout& layout, const ImportOptions& options, EditionWriter& edition)
      : layout_(layout),
        options_(options),
        held_(edition.held()),
        edition_(edition),
        values_(layout.columns.size()),
        texts_(layout.columns.size()) {
    for (const ColumnLayout& column : layout.columns) parsers_.emplace_back(column);
    report_.mark = edition.mark();
  }

  // Reads the whole file; what is left to do is to commit the edition.
  absl::Status Read(CsvReader& csv);
  absl::StatusOr<ImportReport> Commit();

 private:
  absl::Status ReadHeader(const CsvRecord& record);
  absl::Status CheckAdding() const;
  absl::Status CheckWanted() const;
  absl::Status ReadRow(const CsvRecord& record);
  void Sample(const CsvRecord& record);
  Reject ParseRow(const CsvRecord& record, absl::string_view* at);
  void SumUp();
  absl::Status CheckRows() const;
  void Warn();

  const TableLayout& layout_;
  const ImportOptions& options_;
  const HeldEdition& held_;
  EditionWriter& edition_;
  std::vector<FieldParser> parsers_;
  CsvHeader header_;
  std::vector<IdentifierHints> hints_;  // one for each field
  std::unique_ptr<RejectsFile> rejects_;
  std::map<std::pair<Reject, absl::string_view>, Rejection> rejections_;  // by reason and header
  std::vector<ColumnValue> values_;
  std::vector<absl::string_view> texts_;
  absl::string_view person_;
  bool sampling_ = true;
  bool adding_ = false;  // to the rows held
  ImportReport report_;
};

absl::Status Import::ReadHeader(const CsvRecord& record) {
  ASSIGN_OR_RETURN(header_, ReadCsvHeader(record, layout_, options_.identifiers));
  hints_.resize(header_.fields.size());
  adding_ = held_.rows > 0 && !options_.replace && !header_.reject_row_header.empty();
  if (adding_) {
    RETURN_IF_ERROR(CheckAdding());
    RETURN_IF_ERROR(edition_.KeepHeld());
  }
  rejects_ = std::make_unique<RejectsFile>(options_.rejects_path, record);
  return absl::OkStatus();
}

absl::Status Import::CheckAdding() const {
  std::string why;
  if (layout_.entity_header) {
    why = "cannot be added, because the numbers of persons were forgotten after the import";
  } else if (header_.reject_row_header != RejectRowHeader(held_.mark)) {
    why = absl::StrCat("are not those that edition ", held_.edition,
                       ", which is held, still lacks (or were added already)");
  } else if (!held_.same_layout) {
    why = absl::StrCat("cannot be added, because the definition is not the one of edition ",
                       held_.edition, ", which is held");
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
  for (size_t i = 0; i < std::min(hints_.size(), record.fields.size()); ++i) {
    if (!header_.fields[i].sampled) continue;
    hints_[i].Observe(record.fields[i]);
    sampling_ |= !hints_[i].full();
  }
}

Reject Import::ParseRow(const CsvRecord& record, absl::string_view* at) {
  if (record.flaw != CsvFlaw::kNone) return RejectOf(record.flaw);
  if (record.fields.size() < header_.fields.size()) return Reject::kTooFewFields;
  if (record.fields.size() > header_.fields.size()) return Reject::kTooManyFields;
  for (size_t i = 0; i < header_.fields.size(); ++i) {
    const CsvField& field = header_.fields[i];
    *at = field.header;
    if (field.entity) {
      person_ = record.fields[i];
      if (absl::c_linear_search(layout_.entity_missing, person_)) return Reject::kMissingPerson;
    }
    if (field.column == CsvField::kNotStored) continue;
    texts_[field.column] = record.fields[i];
    const Reject reason = parsers_[field.column].Parse(record.fields[i], &values_[field.column]);
    if (reason != Reject::kNone) return reason;
  }
  return Reject::kNone;
}

absl::Status Import::ReadRow(const CsvRecord& record) {
  Sample(record);
  absl::string_view at;
  const Reject reason = ParseRow(record, &at);
  if (reason == Reject::kNone) {
    ++report_.accepted;
    return edition_.Add(values_, texts_, person_);
  }
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
  absl::c_stable_sort(report_.rejections,
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
  if (!header_.undeclared.empty()) {
    report_.warnings.push_back(
        absl::StrCat("undeclared columns were not stored: ", QuotedNames(header_.undeclared)));
  }
  for (const Rejection& rejection : report_.rejections) {
    report_.warnings.push_back(RejectionWords(rejection));
  }
  if (report_.rows_over > 0) {
    report_.warnings.push_back(absl::StrCat(
        report_.rows_over, " rows do not count in protected questions: they are beyond the ",
        options_.rows_per_person, " that a person may have (commons:max_rows_per_person)"));
  }
  for (size_t i = 0; i < hints_.size(); ++i) {
    std::string warning = hints_[i].Warning(header_.fields[i].header);
    if (!warning.empty()) report_.warnings.push_back(std::move(warning));
  }
}

absl::Status Import::CheckWanted() const {
  if (options_.given_up == nullptr || !options_.given_up()) return absl::OkStatus();
  return absl::CancelledError("given up: whoever asked for the import has gone");
}

absl::Status Import::Read(CsvReader& csv) {
  CsvRecord record;
  ASSIGN_OR_RETURN(const bool header, csv.Next(&record));
  if (!header) return absl::InvalidArgumentError("the file is empty: not even a header");
  RETURN_IF_ERROR(ReadHeader(record));
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, csv.Next(&record));
    if (!more) break;
    RETURN_IF_ERROR(ReadRow(record));
    if (record.row % kRowsBetweenLooks == 0) RETURN_IF_ERROR(CheckWanted());
  }
  RETURN_IF_ERROR(CheckWanted());
  // Where nothing could be added the edition held still lacks what it lacked.
  RETURN_IF_ERROR(rejects_->Finish(adding_ && report_.accepted == 0 ? held_.mark : report_.mark));
  SumUp();
  return CheckRows();
}

absl::StatusOr<ImportReport> Import::Commit() {
  ASSIGN_OR_RETURN(const WrittenEdition written, edition_.Commit());
  report_.edition = written.edition;
  report_.rows = written.rows;
  report_.persons = written.persons;
  report_.rows_over = written.rows_over;
  Warn();
  return std::move(report_);
}

}  // namespace

absl::StatusOr<ImportReport> ImportCsv(TableStore& store, absl::string_view dataset,
                                       const TableLayout& layout, const ImportOptions& options) {
  ASSIGN_OR_RETURN(EditionWriter edition, store.Begin(dataset, layout,
                                                      {.rows_per_person = options.rows_per_person,
                                                       .after = options.after,
                                                       .at_stage = options.at_stage}));
  ASSIGN_OR_RETURN(ByteSource source, OpenFileSource(options.csv_path));
  CsvReader csv(std::move(source));
  Import import(layout, options, edition);
  if (const absl::Status read = import.Read(csv); !read.ok()) {
    return absl::Status(read.code(), absl::StrCat(options.csv_path, ": ", read.message()));
  }
  return import.Commit();
}

}  // namespace commons::storage
