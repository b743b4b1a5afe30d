#include "storage/import/importer.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "records/csv/csv.h"
#include "records/csv/owners_file.h"
#include "records/csv/rejects.h"

namespace commons::storage {
namespace {

class Import : public records::RowTaker {
 public:
  Import(const TableLayout& layout, const ImportOptions& options, EditionWriter& edition)
      : layout_(layout),
        options_(options),
        held_(edition.held()),
        edition_(edition),
        reading_(layout, options) {}

  // Reads the whole file; what is left to do is to commit the edition.
  absl::Status Read(records::CsvReader& csv);
  absl::StatusOr<records::ImportReport> Commit();
  std::vector<records::UnknownText> UnknownTexts() const { return reading_.UnknownTexts(); }

 private:
  absl::Status Header(const records::CsvHeader& header, const records::CsvRecord& record) override;
  absl::Status Accepted(const records::ImportRow& row) override;
  absl::Status Rejected(const records::CsvRecord& record, const records::ImportRow& row) override;
  absl::Status Pause() override;
  absl::Status CheckAdding(const records::CsvHeader& header) const;
  records::Replaced Before() const;
  uint64_t NotTaken() const;

  const TableLayout& layout_;
  const ImportOptions& options_;
  const HeldEdition held_;
  EditionWriter& edition_;
  records::FileReading reading_;
  std::unique_ptr<records::RejectsFile> rejects_;
  bool adding_ = false;  // to the rows held
};

absl::Status Import::Header(const records::CsvHeader& header, const records::CsvRecord& record) {
  adding_ = !options_.replace && !header.reject_row_header.empty();
  if (adding_) {
    RETURN_IF_ERROR(CheckAdding(header));
    RETURN_IF_ERROR(edition_.KeepHeld());
  }
  rejects_ = std::make_unique<records::RejectsFile>(options_.dry_run ? "" : options_.rejects_path,
                                                    record, records::MarksOf(options_.dialect),
                                                    records::IsRecoded(options_.dialect));
  return absl::OkStatus();
}

absl::Status Import::CheckAdding(const records::CsvHeader& header) const {
  std::string why;
  if (held_.edition == 0) {
    why = "belong to an import that is not held (any more)";
  } else if (layout_.entity_header) {
    why = "cannot be added, because the numbers of persons were forgotten after the import";
  } else if (header.reject_row_header != records::RejectRowHeader(held_.mark)) {
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

absl::Status Import::Accepted(const records::ImportRow& row) {
  return edition_.Add(row.values, row.texts, row.person);
}

absl::Status Import::Rejected(const records::CsvRecord& record, const records::ImportRow& row) {
  const auto joined = [&](auto word) {
    return absl::StrJoin(row.faults, "; ", [&](std::string* out, const records::Fault& fault) {
      absl::StrAppend(out, word(fault));
    });
  };
  const auto column = [](const records::Fault& fault) {
    return fault.field == nullptr ? absl::string_view() : fault.field->header;
  };
  const auto reason = [](const records::Fault& fault) { return records::RejectText(fault.reason); };
  return rejects_->Add(record, joined(column), joined(reason));
}

absl::Status Import::Pause() {
  if (options_.given_up == nullptr || !options_.given_up()) return absl::OkStatus();
  return absl::CancelledError("given up: whoever asked for the import has gone");
}

// Of all that the edition would have; rows added to it are some that it lacked.
uint64_t Import::NotTaken() const {
  const uint64_t accepted = reading_.accepted();
  return adding_ ? held_.rejected - std::min(held_.rejected, accepted) : reading_.rejected();
}

records::Replaced Import::Before() const {
  records::Replaced before;
  before.rows = held_.rows;
  before.adding = adding_;
  if (held_.edition > 0) before.end = absl::StrCat("edition ", held_.edition, " stays as it is");
  return before;
}

absl::Status Import::Read(records::CsvReader& csv) {
  RETURN_IF_ERROR(reading_.Read(csv, *this));
  // Mended rows are those that were rejected, and no others beside them.
  if (adding_ && reading_.accepted() > held_.rejected) {
    return absl::InvalidArgumentError(absl::StrCat(
        reading_.accepted(), " rows, but edition ", held_.edition, " lacks ", held_.rejected,
        " only; mend the rejected rows alone, or import the whole of the original file"));
  }
  // Where nothing could be added the edition held still lacks what it lacked.
  const bool lacks = adding_ && reading_.accepted() == 0;
  RETURN_IF_ERROR(rejects_->Finish(lacks ? held_.mark : edition_.mark()));
  return reading_.CheckLoss(Before());
}

absl::StatusOr<records::ImportReport> Import::Commit() {
  records::ImportReport report;
  report.mark = edition_.mark();
  report.not_taken = NotTaken();
  ASSIGN_OR_RETURN(const WrittenEdition written,
                   options_.dry_run ? edition_.Rehearse() : edition_.Commit(report.not_taken));
  report.edition = written.edition;
  report.rows = written.rows;
  report.persons = written.persons;
  report.persons_alike = written.persons_alike;
  report.rows_over = written.rows_over;
  reading_.Fill(Before(), &report);
  return report;
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
