// Is the last row of a file the total of the others? A spreadsheet's often is, and counts twice.
#ifndef COMMONS_RECORDS_ROWS_TOTAL_ROW_H_
#define COMMONS_RECORDS_ROWS_TOTAL_ROW_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "records/csv/csv.h"
#include "records/csv/csv_header.h"
#include "records/layout.h"

namespace commons::records {

// Whether a field says "total" or the like.
bool ReadsTotal(absl::string_view field);

// Not thread-safe.
class TotalRow {
 public:
  TotalRow() = default;
  // Looks at fields that may read so in a row that is taken.
  TotalRow(const CsvHeader& header, const TableLayout& layout);
  // Each row, in the order of the file; one that is rejected is in no sum.
  void Observe(const CsvRecord& record, bool taken);
  // A sentence that names the last row if one of its fields reads "total" or the like; else empty.
  std::string Warning() const;

 private:
  std::vector<size_t> fields_;
  uint64_t row_ = 0;
  bool total_ = false;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_ROWS_TOTAL_ROW_H_
