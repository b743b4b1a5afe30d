// What an import says when it is done.
#ifndef COMMONS_RECORDS_SAID_IMPORT_REPORT_H_
#define COMMONS_RECORDS_SAID_IMPORT_REPORT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "records/said/reject.h"

namespace commons::records {

// Rows rejected for one reason in one column ("" for the whole row).
struct Rejection {
  Reject reason = Reject::kNone;
  std::string column;
  uint64_t rows = 0;
  uint64_t first_row = 0;
};

// A text that is no code of its column. It may be anything, a name among them: for the terminal of
// whoever imports, and for nothing that is kept or sent.
struct UnknownText {
  std::string column;
  std::string text;
  uint64_t rows = 0;
  std::string near_code = {};  // that it differs from by its case or spaces alone
};

struct ImportReport {
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  uint64_t not_taken = 0;  // of all that the edition would have: EditionRecord's `rejected`
  uint64_t blank = 0;      // rows without any declared value: nobody's
  uint64_t rows = 0;       // of the edition: those accepted, and those held that they were added to
  uint64_t mark = 0;       // of the edition, in the header of the rejects file
  uint64_t persons = 0;    // 0 without an entity column
  uint64_t persons_alike = 0;  // whose id differs from another's by case, spaces or hyphens alone
  uint64_t edition = 0;
  uint64_t rows_over = 0;  // beyond rows_per_person: protected questions do not count them
  std::vector<Rejection> rejections;  // most rows first
  std::vector<std::string> warnings;  // names and counts, never values
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_SAID_IMPORT_REPORT_H_
