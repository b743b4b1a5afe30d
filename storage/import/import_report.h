// What an import says when it is done.
#ifndef COMMONS_STORAGE_IMPORT_IMPORT_REPORT_H_
#define COMMONS_STORAGE_IMPORT_IMPORT_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "storage/import/reject.h"

namespace commons::storage {

// Rows rejected for one reason in one column ("" for the whole row).
struct Rejection {
  Reject reason = Reject::kNone;
  std::string column;
  uint64_t rows = 0;
  uint64_t first_row = 0;
};

struct ImportReport {
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  uint64_t rows = 0;     // of the edition: those accepted, and those held that they were added to
  uint64_t mark = 0;     // of the edition, in the header of the rejects file
  uint64_t persons = 0;  // 0 without an entity column
  uint64_t edition = 0;
  uint64_t rows_over = 0;  // beyond rows_per_person: protected questions do not count them
  std::vector<Rejection> rejections;  // most rows first
  std::vector<std::string> warnings;  // names and counts, never values
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_IMPORT_REPORT_H_
