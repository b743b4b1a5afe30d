// A list of codes in a file beside a datapackage.json, as whoever has a disk hands it in.
#ifndef COMMONS_GOVERNANCE_STANDARD_CODE_TABLE_H_
#define COMMONS_GOVERNANCE_STANDARD_CODE_TABLE_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace commons::governance {

// The rows of a CSV file, texts in NFC.
struct CodeTable {
  struct Row {
    uint64_t number = 0;  // as a spreadsheet counts: the header is row 1
    std::vector<std::string> fields;
  };
  std::vector<std::string> header;
  std::vector<Row> rows;
};

// At most limits::kCodesPerLongList rows of a file by its path, which was checked (CheckBeside) and
// is relative to the package's folder. Errors are one line without the path: what, what to do.
using CodeTableReader = std::function<absl::StatusOr<CodeTable>(const std::string& path)>;

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_CODE_TABLE_H_
