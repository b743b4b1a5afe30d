// The header of a CSV file against a layout: where each field of a row belongs.
#ifndef COMMONS_RECORDS_CSV_CSV_HEADER_H_
#define COMMONS_RECORDS_CSV_CSV_HEADER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "records/csv/csv.h"
#include "records/layout.h"
#include "records/reading_options.h"
#include "records/said/reject.h"

namespace commons::records {

struct CsvField {
  static constexpr int kNotStored = -1;
  std::string header;   // NFC; the column's name where the dialect says whose header it is
  std::string written;  // as the file has it, NFC
  int column = kNotStored;
  bool entity = false;
  bool declared = false;  // stored, skipped or the entity
  bool sampled = true;    // not skipped and entity columns, nor marked identifiers: for the hints
};

struct CsvHeader {
  std::vector<CsvField> fields;         // in the order of the file
  std::vector<std::string> undeclared;  // headers that the layout does not name

  // The header of a file of rejected rows, with its mark; empty if it is none (rejects.h).
  std::string reject_row_header;
};

// kInvalidArgument: not text, a header that stands there twice, or a declared column that is
// missing, by name; with what to do, where the dialect says nothing of how the file is written.
absl::StatusOr<CsvHeader> ReadCsvHeader(const CsvRecord& record, const TableLayout& layout,
                                        const ReadingOptions& options);

// Why a record with this flaw is rejected.
Reject RejectOf(CsvFlaw flaw);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_CSV_CSV_HEADER_H_
