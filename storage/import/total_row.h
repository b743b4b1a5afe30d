// Is the last row of a file the total of the others? A spreadsheet's often is, and counts twice.
#ifndef COMMONS_STORAGE_IMPORT_TOTAL_ROW_H_
#define COMMONS_STORAGE_IMPORT_TOTAL_ROW_H_

#include <cstdint>
#include <string>

#include "storage/import/csv.h"

namespace commons::storage {

// Not thread-safe.
class TotalRow {
 public:
  void Observe(const CsvRecord& record);  // each row, in the order of the file
  // A sentence that names the last row if one of its fields reads "total" or the like; else empty.
  std::string Warning() const;

 private:
  uint64_t row_ = 0;
  bool total_ = false;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_TOTAL_ROW_H_
