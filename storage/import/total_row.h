// Is the last row of a file the total of the others? A spreadsheet's often is, and counts twice.
#ifndef COMMONS_STORAGE_IMPORT_TOTAL_ROW_H_
#define COMMONS_STORAGE_IMPORT_TOTAL_ROW_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "storage/columns/layout.h"
#include "storage/import/csv.h"
#include "storage/import/csv_header.h"

namespace commons::storage {

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

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_TOTAL_ROW_H_
