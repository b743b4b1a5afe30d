// A file read as an import reads it, and nothing kept: what an import would say of it.
#ifndef COMMONS_RECORDS_READING_FILE_CHECK_H_
#define COMMONS_RECORDS_READING_FILE_CHECK_H_

#include <array>
#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "proto/documents.pb.h"
#include "records/csv/csv.h"
#include "records/reading/file_reading.h"
#include "records/said/import_report.h"

namespace commons::records {

// How many rows are the first, second, ... of their person; the last one: of all further ranks.
using RowsByRank = std::array<uint64_t, 256>;

struct FileCheck {
  uint64_t content = 0;  // Hashed; 0: the file has no rows
  // Why an import would refuse the file (FileReading's errors); then `report` is not filled.
  absl::Status status;
  ImportReport report;  // of a first import: nothing is held before
  std::vector<UnknownText> unknown;
  // With an entity column: by person, and by person and cell of a table by `cells`.
  RowsByRank by_person = {}, by_cell = {};
};

// not_held: declared columns that the owner says it does not hold. cells: columns of the definition
// that passed governance's check, whose values, bands or periods are a table's. Memory: two of
// PersonIndex, with an entity column; else constant.
FileCheck CheckFile(ByteSource source, const v1::Standard& standard, const ReadingOptions& options,
                    const std::vector<const v1::Column*>& cells,
                    const std::set<std::string>& not_held = {});

}  // namespace commons::records

#endif  // COMMONS_RECORDS_READING_FILE_CHECK_H_
