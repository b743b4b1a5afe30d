// Records that read well one by one and show that the file is not what it should be.
#ifndef COMMONS_RECORDS_CSV_ODD_RECORDS_H_
#define COMMONS_RECORDS_CSV_ODD_RECORDS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "records/csv/csv.h"
#include "records/csv/csv_header.h"

namespace commons::records {

// kInvalidArgument, naming row and line, with what to do: the header once more, as where a file was
// pasted below itself; or a field over several lines that are records by themselves, as between two
// quotes that are none.
absl::Status CheckRecord(const CsvRecord& record, const CsvHeader& header, char delimiter);

// Fields over several lines that may be two records in one, of which nobody can be sure. Not
// thread-safe.
class JoinedLines {
 public:
  void Observe(const CsvRecord& record, const CsvHeader& header, char delimiter);
  std::string Warning() const;  // "": none

 private:
  uint64_t rows_ = 0, first_line_ = 0;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_CSV_ODD_RECORDS_H_
