#include "storage/import/importer.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "records/csv.h"
#include "records/csv_header.h"
#include "records/identifier_hints.h"
#include "records/import_words.h"
#include "records/owners_file.h"
#include "records/rejects.h"
#include "records/total_row.h"

namespace commons::storage {
namespace {

constexpr uint64_t kRowsBetweenLooks = 4096;
constexpr uint64_t kMillion = 1'000'000;
constexpr size_t kRejectionsShown = 3;  // why an import stopped

class Import {
 public:
  Import(const TableLayout& layout, const ImportOptions& options, EditionWriter& edition)
      : layout_(layout),
        options_(options),
        held_(edition.held()),
        edition_(edition),
        tally_(layout, options.clips, options.identifiers, options.rounded) {
    report_.mark = edition.mark();
  }

  // Reads the whole file; what is left to do is to commit the edition.
  absl::Status Read(records::CsvReader& csv);
  absl::StatusOr<records::ImportReport> Commit();
  std::vector<records::UnknownText> UnknownTexts() const { return tally_.UnknownTexts(); }

 private:
  absl::Status ReadHeader(const records::CsvRecord& record);
  absl::Status CheckAdding() const;
  absl::Status CheckWanted() const;
  absl::Status ReadRow(const records::CsvRecord& record);
  absl::Status RejectRow(const records::CsvRecord& record);
  void Sample(const records::CsvRecord& record);
  absl::Status CheckRows() const;
  std::string Loss() const;
  uint64_t NotTaken() const;
  void Warn();

  const TableLayout& layout_;
  const ImportOptions& options_;
  const HeldEdition held_;
  EditionWriter& edition_;
  records::CsvHeader header_;
  std::optional<records::RowParser> parser_;
  records::ImportRow row_;
  records::ImportTally tally_;
  std::vector<records::IdentifierHints> hints_;  // one for each field
  std::unique_ptr<records::RejectsFile> rejects_;
  records::TotalRow total_;
  bool sampling_ = true;
  bool adding_ = false;  // to the rows held
  records::ImportReport report_;
};

absl::Status Import::ReadHeader(const records::CsvRecord& record) {
  ASSIGN_OR_RETURN(header_, records::ReadCsvHeader(record, layout_, options_.identifiers));
  hints_.resize(header_.fields.size());
  total_ = records::TotalRow(header_, layout_);
  adding_ = !options_.replace && !header_.reject_row_header.empty();
  if (adding_) {
    RETURN_IF_ERROR(CheckAdding());
    RETURN_IF_ERROR(edition_.KeepHeld());
  }
  const v1::Dialect& dialect = options_.dialect;
  ASSIGN_OR_RETURN(records::FieldForms forms, records::FormsOf(dialect, layout_, header_));
  parser_.emplace(layout_, header_, options_.others_codes, std::move(forms),
                  std::string(records::EncodingSaid(dialect)), options_.rounded);
  rejects_ = std::make_unique<records::RejectsFile>(options_.dry_run ? "" : options_.rejects_path,
                                                    record, records::MarksOf(dialect),
                                                    records::IsRecoded(dialect));
  return absl::OkStatus();
}

absl::Status Import::CheckAdding() const {
  std::string why;
  if (held_.edition == 0) {
    why = "belong to an import that is not held (any more)";
  } else if (layout_.entity_header) {
    why = "cannot be added, because the numbers of persons were forgotten after the import";
  } else if (header_.reject_row_header != records::RejectRowHeader(held_.mark)) {
    why = absl::StrCat("are not those that edition ", held_.edition,
                       ", which is held, still lacks (or were added already)");
  } else if (!held_.same_layout) {
    why = absl::StrCat(
        "cannot be added, because the definition, or what is stated as not held, is not "
        "that of edition ",
        held_.edition, ", which is held");
  } else {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "these rejected rows ", why, "; mend them in the original file and import the whole of it"));
}

// The first rows, then one in sixteen, until every column has its sample.
void Import::Sample(const records::CsvRecord& record) {
  if (!sampling_ || (record.row > records::IdentifierHints::kSampleMax / 2 && record.row % 16 != 0))
    return;
  sampling_ = false;
  for (size_t i = 0; i < std::min(hints_.size(), record.fields.size()); ++i) {
    if (!header_.fields[i].sampled) continue;
    hints_[i].Observe(record.fields[i]);
    sampling_ |= !hints_[i].full();
  }
}

absl::Status Import::RejectRow(const records::CsvRecord& record) {
  ++report_.rejected;
  tally_.Rejected(record, row_);
  const auto joined = [&](auto word) {
    return absl::StrJoin(row_.faults, "; ", [&](std::string* out, const records::Fault& fault) {
      absl::StrAppend(out, word(fault));
    });
  };
  return rejects_->Add(
      record, joined([](const records::Fault& fault) {
        return fault.field == nullptr ? absl::string_view() : fault.field->header;
      }),
      joined([](const records::Fault& fault) { return records::RejectText(fault.reason); }));
}

absl::Status Import::ReadRow(const records::CsvRecord& record) {
  RETURN_IF_ERROR(parser_->Parse(record, &row_));
  if (row_.blank) {
    ++report_.blank;
    return absl::OkStatus();
  }
  Sample(record);
  total_.Observe(record, row_.faults.empty());
  if (!row_.faults.empty()) return RejectRow(record);
  ++report_.accepted;
  tally_.Accepted(row_);
  return edition_.Add(row_.values, row_.texts, row_.person);
}

// Of all that the edition would have; rows added to it are some that it lacked.
uint64_t Import::NotTaken() const {
  return adding_ ? held_.rejected - std::min(held_.rejected, report_.accepted) : report_.rejected;
}

// What the steward has to state before this edition may take the place of the one before; empty:
// nothing.
std::string Import::Loss() const {
  if (adding_ && report_.accepted > 0) return "";  // whatever is left was stated before
  const uint64_t read = report_.accepted + report_.rejected;
  if (report_.accepted == 0 && read > 0) {
    return absl::StrCat("no row was accepted of ", read);
  }
  const uint32_t stated = options_.accepted_rejects;
  const uint32_t most = stated > 0 ? stated : kRejectsUnstated;
  if (absl::uint128(report_.rejected) * kMillion > absl::uint128(read) * most) {
    return absl::StrCat(report_.rejected, " of ", read, " rows were not accepted, more than ",
                        records::PercentOf(most, kMillion), stated > 0 ? " (as stated)" : "");
  }
  const auto lost = tally_.LostCodes();
  if (stated > 0 || lost.empty()) return "";
  return absl::StrCat("no row was accepted of those with the code ", records::CodesOf(lost));
}

absl::Status Import::CheckRows() const {
  const std::string loss = Loss();
  if (loss.empty()) return absl::OkStatus();
  const uint64_t read = report_.accepted + report_.rejected;
  std::string words = loss;
  const size_t shown = std::min(report_.rejections.size(), kRejectionsShown);
  for (size_t i = 0; i < shown; ++i) {
    absl::StrAppend(&words, "; ", records::RejectionWords(report_.rejections[i]));
  }
  absl::StrAppend(&words, held_.edition > 0
                              ? absl::StrCat("; edition ", held_.edition, " stays as it is")
                              : std::string("; nothing was imported"));
  if (report_.accepted > 0) {
    absl::StrAppend(&words, "; to go on without these rows, state a share of at least ",
                    records::PercentOf(report_.rejected, read));
  }
  return absl::FailedPreconditionError(words);
}

void Import::Warn() {
  const auto warn = [&](std::string words) { report_.warnings.push_back(std::move(words)); };
  if (report_.rows == 0) {
    warn("the file has a header and no rows: this edition says that nobody is in it");
  } else if (report_.rows < held_.rows / 2) {
    warn(absl::StrCat("this edition holds ", report_.rows, " rows; the one before held ",
                      held_.rows));
  }
  if (!header_.undeclared.empty()) {
    warn(absl::StrCat("undeclared columns were not stored: ",
                      records::QuotedNames(header_.undeclared)));
  }
  for (const records::Rejection& rejection : report_.rejections)
    warn(records::RejectionWords(rejection));
  const auto lost = tally_.LostCodes();
  if (!lost.empty() && !adding_) {
    warn(absl::StrCat("no row was accepted of those with the code ", records::CodesOf(lost)));
  }
  if (report_.blank > 0) {
    warn(absl::StrCat(report_.blank, " rows without any declared value were left out"));
  }
  if (std::string words = total_.Warning(); !words.empty()) warn(std::move(words));
  if (report_.persons_alike > 0) {
    warn(absl::StrCat(report_.persons_alike, " ids of column \"", *layout_.entity_header,
                      "\" differ from another only by case, spaces or hyphens; each counts as a "
                      "person"));
  }
  if (report_.rows_over > 0) {
    warn(absl::StrCat(
        report_.rows_over, " rows do not count in protected questions: they are beyond the ",
        options_.rows_per_person, " that a person may have (commons:max_rows_per_person)"));
  }
  for (std::string& words : tally_.OddNumbers()) warn(std::move(words));
  for (size_t i = 0; i < hints_.size(); ++i) {
    std::string words = hints_[i].Warning(header_.fields[i].header);
    if (!words.empty()) warn(std::move(words));
  }
}

absl::Status Import::CheckWanted() const {
  if (options_.given_up == nullptr || !options_.given_up()) return absl::OkStatus();
  return absl::CancelledError("given up: whoever asked for the import has gone");
}

absl::Status Import::Read(records::CsvReader& csv) {
  records::CsvRecord record;
  ASSIGN_OR_RETURN(const bool header, records::ReadHeaderRecord(csv, options_.dialect, &record));
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
  report_.rejections = tally_.Rejections();
  return CheckRows();
}

absl::StatusOr<records::ImportReport> Import::Commit() {
  report_.not_taken = NotTaken();
  ASSIGN_OR_RETURN(const WrittenEdition written,
                   options_.dry_run ? edition_.Rehearse() : edition_.Commit(report_.not_taken));
  report_.edition = written.edition;
  report_.rows = written.rows;
  report_.persons = written.persons;
  report_.persons_alike = written.persons_alike;
  report_.rows_over = written.rows_over;
  Warn();
  return std::move(report_);
}

}  // namespace

absl::StatusOr<records::ImportReport> ImportCsv(TableStore& store, absl::string_view dataset,
                                                const TableLayout& layout,
                                                const ImportOptions& options,
                                                std::vector<records::UnknownText>* unknown) {
  ASSIGN_OR_RETURN(EditionWriter edition, store.Begin(dataset, layout,
                                                      {.rows_per_person = options.rows_per_person,
                                                       .after = options.after,
                                                       .definition = options.definition,
                                                       .at_stage = options.at_stage}));
  ASSIGN_OR_RETURN(records::ByteSource source, records::OpenFileSource(options.csv_path));
  records::CsvReader csv(records::DecodedSource(std::move(source), options.dialect),
                         records::MarksOf(options.dialect));
  Import import(layout, options, edition);
  const absl::Status read = import.Read(csv);
  if (unknown != nullptr) *unknown = import.UnknownTexts();
  if (!read.ok()) {
    return absl::Status(read.code(), absl::StrCat(options.csv_path, ": ", read.message()));
  }
  return import.Commit();
}

}  // namespace commons::storage
