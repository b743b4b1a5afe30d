// The file of rejected rows that the steward mends and imports again.
#ifndef COMMONS_RECORDS_CSV_REJECTS_H_
#define COMMONS_RECORDS_CSV_REJECTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "records/csv/csv.h"

namespace commons::records {

// The columns that a rejects file has in front; an import passes them over. The first one's header
// also bears the mark of the import: "_row of import 0123456789abcdef".
inline constexpr absl::string_view kRejectRow = "_row";
inline constexpr absl::string_view kRejectColumn = "_column";
inline constexpr absl::string_view kRejectReason = "_reason";
std::string RejectRowHeader(uint64_t mark);
bool IsRejectRowHeader(absl::string_view header);  // of any mark, or of none
bool IsRejectHeader(absl::string_view header);

// With the marks of the source, so that the same dialect reads it; in UTF-8, whatever the source is
// in, and then with a byte order mark that says so. Written to PATH.part, mode 0600, and renamed by
// Finish(); nothing is created before the first row, and the part is removed if Finish() is never
// reached. Not thread-safe.
class RejectsFile {
 public:
  // path empty: rows are dropped. header: of the CSV being imported. marked: with a byte order
  // mark.
  RejectsFile(std::string path, const CsvRecord& header, const CsvMarks& marks = {},
              bool marked = false);
  ~RejectsFile();
  RejectsFile(const RejectsFile&) = delete;
  RejectsFile& operator=(const RejectsFile&) = delete;

  // column: empty if the whole row is at fault.
  absl::Status Add(const CsvRecord& record, absl::string_view column, absl::string_view reason);
  // Writes the mark into the header, flushes, syncs and renames.
  absl::Status Finish(uint64_t mark);

 private:
  void AppendOriginal(const CsvRecord& record);
  absl::Status Create();
  absl::Status Flush();

  const std::string path_;
  const std::string part_;
  const CsvMarks marks_;
  const size_t header_at_;
  std::vector<bool> own_;  // fields of the source that are themselves reject columns
  bool has_own_ = false;
  std::string pending_;
  int fd_ = -1;
};

}  // namespace commons::records

#endif  // COMMONS_RECORDS_CSV_REJECTS_H_
