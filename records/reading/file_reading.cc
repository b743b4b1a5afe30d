#include "records/reading/file_reading.h"

#include <algorithm>
#include <utility>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "records/csv/owners_file.h"
#include "records/said/import_words.h"

namespace commons::records {
namespace {

constexpr uint64_t kRowsBetweenLooks = 4096;
constexpr uint64_t kMillion = 1'000'000;
constexpr size_t kRejectionsShown = 3;  // why an import stopped

}  // namespace

FileReading::FileReading(const TableLayout& layout, const ReadingOptions& options)
    : layout_(layout),
      options_(options),
      delimiter_(MarksOf(options.dialect).delimiter),
      tally_(layout, options) {}

absl::Status FileReading::ReadHeader(const CsvRecord& record, RowTaker& taker) {
  ASSIGN_OR_RETURN(header_, ReadCsvHeader(record, layout_, options_));
  hints_.resize(header_.fields.size());
  total_ = TotalRow(header_, layout_);
  RETURN_IF_ERROR(taker.Header(header_, record));
  ASSIGN_OR_RETURN(const DayZones zones, LoadZones(options_.zones));
  ASSIGN_OR_RETURN(FieldForms forms, FormsOf(DialectInWordsOf(options_), layout_, header_, zones));
  parser_.emplace(layout_, header_, options_, std::move(forms), zones);
  return absl::OkStatus();
}

// The first rows, then one in sixteen, until every column has its sample.
void FileReading::Sample(const CsvRecord& record) {
  if (!sampling_ || (record.row > IdentifierHints::kSampleMax / 2 && record.row % 16 != 0)) return;
  sampling_ = false;
  for (size_t i = 0; i < std::min(hints_.size(), record.fields.size()); ++i) {
    if (!header_.fields[i].sampled) continue;
    hints_[i].Observe(record.fields[i]);
    sampling_ |= !hints_[i].full();
  }
}

absl::Status FileReading::ReadRow(const CsvRecord& record, RowTaker& taker) {
  RETURN_IF_ERROR(CheckRecord(record, header_, delimiter_));
  joined_.Observe(record, header_, delimiter_);
  RETURN_IF_ERROR(parser_->Parse(record, &row_));
  if (row_.blank) {
    ++report_.blank;
    return absl::OkStatus();
  }
  Sample(record);
  total_.Observe(record, row_.faults.empty());
  if (!row_.faults.empty()) {
    ++report_.rejected;
    tally_.Rejected(record, row_);
    return taker.Rejected(record, row_);
  }
  ++report_.accepted;
  tally_.Accepted(row_);
  repeated_.Observe(row_);
  return taker.Accepted(row_);
}

absl::Status FileReading::Read(CsvReader& csv, RowTaker& taker) {
  CsvRecord record;
  ASSIGN_OR_RETURN(const bool header, ReadHeaderRecord(csv, options_.dialect, &record));
  if (!header) return absl::InvalidArgumentError("the file is empty: not even a header");
  RETURN_IF_ERROR(ReadHeader(record, taker));
  for (;;) {
    ASSIGN_OR_RETURN(const bool more, csv.Next(&record));
    if (!more) break;
    RETURN_IF_ERROR(ReadRow(record, taker));
    if (record.row % kRowsBetweenLooks == 0) RETURN_IF_ERROR(taker.Pause());
  }
  report_.rejections = tally_.Rejections();
  return taker.Pause();
}

// What the steward has to state before this edition may take the place of the one before; empty:
// nothing.
std::string FileReading::Loss(bool adding) const {
  if (adding && report_.accepted > 0) return "";  // whatever is left was stated before
  const uint64_t read = report_.accepted + report_.rejected;
  if (report_.accepted == 0 && read > 0) {
    return absl::StrCat("no row was accepted of ", read);
  }
  const uint32_t stated = options_.accepted_rejects;
  const uint32_t most = stated > 0 ? stated : kRejectsUnstated;
  if (absl::uint128(report_.rejected) * kMillion > absl::uint128(read) * most) {
    return absl::StrCat(report_.rejected, " of ", read, " rows were not accepted, more than ",
                        PercentOf(most, kMillion), stated > 0 ? " (as stated)" : "");
  }
  if (stated > 0) return "";
  if (const auto lost = tally_.LostCodesThatStop(); !lost.empty()) {
    return absl::StrCat("no row was accepted of those with the code ", CodesOf(lost));
  }
  const auto groups = tally_.LostGroups();
  if (groups.empty()) return "";
  return absl::StrCat("no row was accepted of those with a code of the group ", CodesOf(groups));
}

absl::Status FileReading::CheckLoss(const Replaced& replaced) const {
  std::string words = Loss(replaced.adding);
  if (words.empty()) return absl::OkStatus();
  const uint64_t read = report_.accepted + report_.rejected;
  const size_t shown = std::min(report_.rejections.size(), kRejectionsShown);
  for (size_t i = 0; i < shown; ++i) {
    absl::StrAppend(&words, "; ", RejectionWords(report_.rejections[i]));
  }
  absl::StrAppend(&words, "; ", replaced.end);
  if (report_.accepted > 0) {
    absl::StrAppend(&words, "; to go on without these rows, state a share of at least ",
                    PercentOf(report_.rejected, read));
  }
  return absl::FailedPreconditionError(words);
}

void FileReading::Fill(const Replaced& replaced, ImportReport* report) {
  report->accepted = report_.accepted;
  report->rejected = report_.rejected;
  report->blank = report_.blank;
  report->rejections = report_.rejections;
  const auto warn = [&](std::string words) {
    if (!words.empty()) report->warnings.push_back(std::move(words));
  };
  if (report->rows == 0) {
    warn("the file has a header and no rows: this edition says that nobody is in it");
  } else if (report->rows < replaced.rows / 2) {
    warn(absl::StrCat("this edition holds ", report->rows, " rows; the one before held ",
                      replaced.rows));
  }
  if (!header_.undeclared.empty()) {
    warn(absl::StrCat("undeclared columns were not stored: ", QuotedNames(header_.undeclared)));
  }
  for (const Rejection& rejection : report_.rejections) warn(RejectionWords(rejection));
  if (const auto lost = tally_.LostCodes(); !lost.empty() && !replaced.adding) {
    warn(absl::StrCat("no row was accepted of those with the code ", CodesOf(lost)));
  }
  if (const auto lost = tally_.LostGroups(); !lost.empty() && !replaced.adding) {
    warn(absl::StrCat("no row was accepted of those with a code of the group ", CodesOf(lost)));
  }
  if (report_.blank > 0) {
    warn(absl::StrCat(report_.blank, " rows without any declared value were left out"));
  }
  warn(total_.Warning());
  warn(joined_.Warning());
  warn(repeated_.Warning());
  if (report->persons_alike > 0) {
    warn(absl::StrCat(report->persons_alike, " ids of column \"", *layout_.entity_header,
                      "\" differ from another only by case, spaces or hyphens; each counts as a "
                      "person"));
  }
  if (report->rows_over > 0) {
    warn(absl::StrCat(
        report->rows_over, " rows do not count in protected questions: they are beyond the ",
        options_.rows_per_person, " that a person may have (commons:max_rows_per_person)"));
  }
  for (std::string& words : tally_.OddNumbers()) warn(std::move(words));
  for (size_t i = 0; i < hints_.size(); ++i) warn(hints_[i].Warning(header_.fields[i].header));
}

}  // namespace commons::records
