// One owner's file, read from its header to its last row, and what is said of it. Whoever takes the
// rows is another matter: an edition, or nobody.
#ifndef COMMONS_RECORDS_READING_FILE_READING_H_
#define COMMONS_RECORDS_READING_FILE_READING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "records/csv/csv.h"
#include "records/csv/csv_header.h"
#include "records/csv/odd_records.h"
#include "records/layout.h"
#include "records/reading/identifier_hints.h"
#include "records/reading/import_tally.h"
#include "records/reading/repeated_rows.h"
#include "records/reading_options.h"
#include "records/rows/row_parser.h"
#include "records/rows/total_row.h"
#include "records/said/import_report.h"

namespace commons::records {

// Above this share a file is probably not what it should be, and whoever asks later would not know
// who is missing: the steward decides.
inline constexpr uint32_t kRejectsUnstated = 20'000;  // of a million rows

// Takes what is read, in the order of the file. An error ends the reading.
class RowTaker {
 public:
  virtual ~RowTaker() = default;
  virtual absl::Status Header(const CsvHeader& header, const CsvRecord& record) = 0;
  virtual absl::Status Accepted(const ImportRow& row) = 0;
  virtual absl::Status Rejected(const CsvRecord& record, const ImportRow& row) = 0;
  virtual absl::Status Pause() { return absl::OkStatus(); }  // now and then, and at the end
};

// What stands in an edition's place besides the file.
struct Replaced {
  uint64_t rows = 0;                         // of the edition before
  bool adding = false;                       // the file's rows are added to them
  std::string end = "nothing was imported";  // what comes of a loss that was not stated
};

// Not thread-safe.
class FileReading {
 public:
  // Borrows its arguments.
  FileReading(const TableLayout& layout, const ReadingOptions& options);

  // Once. kInvalidArgument: the CSV cannot be read as one, its bytes are not UTF-8 where it
  // matters, a header is repeated, a declared column is missing (by name), a dialect that does not
  // go with the file's columns, CheckRecord's, or LoadZones's. Errors of the source and of the
  // taker pass through.
  absl::Status Read(CsvReader& csv, RowTaker& taker);

  uint64_t accepted() const { return report_.accepted; }
  uint64_t rejected() const { return report_.rejected; }
  std::vector<UnknownText> UnknownTexts() const { return tally_.UnknownTexts(); }

  // kFailedPrecondition: more rows were rejected than was stated, or kRejectsUnstated; or, unless
  // stated, all rows of a declared code; or none was accepted.
  absl::Status CheckLoss(const Replaced& replaced) const;
  // Adds what was counted and all warnings to a report whose `rows`, `persons_alike` and
  // `rows_over` are set.
  void Fill(const Replaced& replaced, ImportReport* report);

 private:
  absl::Status ReadHeader(const CsvRecord& record, RowTaker& taker);
  absl::Status ReadRow(const CsvRecord& record, RowTaker& taker);
  void Sample(const CsvRecord& record);
  std::string Loss(bool adding) const;

  const TableLayout& layout_;
  const ReadingOptions& options_;
  const char delimiter_;
  CsvHeader header_;
  std::optional<RowParser> parser_;
  ImportRow row_;
  ImportTally tally_;
  std::vector<IdentifierHints> hints_;  // one for each field
  TotalRow total_;
  JoinedLines joined_;
  RepeatedRows repeated_;
  bool sampling_ = true;
  ImportReport report_;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_READING_FILE_READING_H_
