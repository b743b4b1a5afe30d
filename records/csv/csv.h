// A streaming CSV scanner (RFC 4180, or as CsvMarks say): UTF-8 with or without BOM, LF or CRLF,
// quoted fields with newlines and doubled quotes. Constant memory; a record's text stays available
// for the rejects file.
#ifndef COMMONS_RECORDS_CSV_CSV_H_
#define COMMONS_RECORDS_CSV_CSV_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/text/csv_marks.h"

namespace commons::records {

// Reads up to `size` bytes; 0 at the end.
using ByteSource = std::function<absl::StatusOr<size_t>(char* out, size_t size)>;

// The file's bytes; kNotFound, kPermissionDenied or kInvalidArgument (a directory) naming it.
absl::StatusOr<ByteSource> OpenFileSource(const std::string& path);

// The characters that divide a file: different ones, ASCII, neither line ends nor NUL but where it
// says so.
struct CsvMarks {
  char delimiter = kCsvDelimiter;
  char quote = kCsvQuote;  // NUL: nothing is in quotes
  bool doubled = true;     // two quotes inside a quoted field are one; else they end it
  char comment = '\0';     // a row that begins with it is passed over, as empty ones are; NUL: none
  bool initial_spaces = false;  // behind a delimiter they are passed over
  bool operator==(const CsvMarks&) const = default;
};

// What is wrong with one field; the next one can still be read.
enum class CsvFlaw : uint8_t {
  kNone,
  kNulByte,
  kInvalidUtf8,
  kFieldTooLong,  // beyond limits::kCsvFieldBytes
  kBadQuote,      // a quote inside an unquoted field, or text after the closing quote
};

// One record. Views live until the next call of Next().
struct CsvRecord {
  uint64_t row = 0;      // as a spreadsheet counts: the header is row 1
  uint64_t line = 0;     // on which it begins: rows may go on over several
  size_t line_ends = 0;  // inside of it
  std::vector<absl::string_view> fields;
  absl::string_view raw;       // the bytes as they were, without the line end
  std::vector<CsvFlaw> flaws;  // of each field; empty where none has any
  CsvFlaw flaw() const;        // the first one
};

// Not thread-safe.
class CsvReader {
 public:
  explicit CsvReader(ByteSource source, CsvMarks marks = {});

  // False at the end. Empty lines are passed over (they count as rows). kInvalidArgument naming the
  // row: a record beyond limits::kCsvRecordBytes or 101 lines, more fields than 4 *
  // limits::kColumns, or a quote that never closes. Errors of the source pass through.
  absl::StatusOr<bool> Next(CsvRecord* record);

 private:
  enum class Outcome { kRecord, kNeedMore, kTooManyFields };
  // kPlain: the marks are those of RFC 4180, which the compiler then knows.
  template <bool kPlain>
  Outcome Scan(CsvRecord* record);
  Outcome PassComment(CsvRecord* record);
  void EndRecord(const char* line_end, const char* end, bool odd, CsvRecord* record);
  template <bool kPlain>
  const char* ScanQuoted(const char* p, const char* end, CsvRecord* record);
  absl::Status Refill();

  ByteSource source_;
  const CsvMarks marks_;
  const bool plain_;
  std::unique_ptr<char[]> buffer_;   // [begin_, end_) holds bytes not yet handed out
  std::unique_ptr<char[]> scratch_;  // unescaped fields of the current record
  size_t scratch_used_ = 0;
  size_t begin_ = 0;
  size_t end_ = 0;
  bool started_ = false;
  bool at_end_ = false;
  uint64_t row_ = 0;
  uint64_t lines_inside_ = 0;  // of the rows so far, beyond one each
};

// Writes `field` as a CSV field, in quotes where it needs them. Where these marks can't say it, a
// space stands in place of what divides fields.
void AppendCsvField(absl::string_view field, std::string* out, const CsvMarks& marks = {});

// Strict UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
bool IsValidUtf8(absl::string_view text);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_CSV_CSV_H_
