#include "records/csv/odd_records.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "base/text/unicode.h"

namespace commons::records {
namespace {

// In fewer columns a text of several lines, with a delimiter in each, is nothing odd.
constexpr size_t kColumnsThatTell = 3;
constexpr size_t kWholeLines = 2;

bool SaysHeader(const CsvRecord& record, const CsvHeader& header) {
  return record.fields.size() > 1 && record.fields.size() == header.fields.size() &&
         std::equal(record.fields.begin(), record.fields.end(), header.fields.begin(),
                    [](absl::string_view text, const CsvField& field) {
                      return WithoutOuterSpaces(text) == WithoutOuterSpaces(field.written);
                    });
}

// The lines of a field; of those that begin and end in it, how many have as many delimiters as the
// header.
struct Lines {
  size_t ends = 0, delimiters = 0, whole = 0;
};

Lines LinesOf(absl::string_view field, char delimiter, size_t per_record) {
  const std::vector<absl::string_view> lines = absl::StrSplit(field, '\n');
  Lines found;
  found.ends = lines.size() - 1;
  for (size_t i = 0; i < lines.size(); ++i) {
    const size_t count = std::count(lines[i].begin(), lines[i].end(), delimiter);
    found.delimiters += count;
    found.whole += i > 0 && i + 1 < lines.size() && count == per_record;
  }
  return found;
}

}  // namespace

absl::Status CheckRecord(const CsvRecord& record, const CsvHeader& header, char delimiter) {
  if (SaysHeader(record, header)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "row ", record.row, " (line ", record.line, ") is the header again: was the file pasted ",
        "below itself? Take that row away, and what stands there twice"));
  }
  if (record.line_ends < kWholeLines + 1 || header.fields.size() < kColumnsThatTell) {
    return absl::OkStatus();
  }
  for (const absl::string_view field : record.fields) {
    const Lines lines = LinesOf(field, delimiter, header.fields.size() - 1);
    if (lines.whole < kWholeLines || lines.whole + 1 != lines.ends) continue;
    return absl::InvalidArgumentError(
        absl::StrCat("row ", record.row, " (line ", record.line, "): a field goes on over ",
                     lines.ends + 1, " lines, of which ", lines.whole,
                     " have as many fields as the header; close the quote "
                     "that is opened there, double it, or take it away"));
  }
  return absl::OkStatus();
}

void JoinedLines::Observe(const CsvRecord& record, const CsvHeader& header, char delimiter) {
  if (record.line_ends == 0 || header.fields.size() < kColumnsThatTell) return;
  const size_t per_record = header.fields.size() - 1;
  const bool joined = std::any_of(record.fields.begin(), record.fields.end(), [&](auto field) {
    const Lines lines = LinesOf(field, delimiter, per_record);
    return lines.ends > 0 && lines.delimiters == lines.ends * per_record;
  });
  if (joined && rows_++ == 0) first_line_ = record.line;
}

std::string JoinedLines::Warning() const {
  if (rows_ == 0) return "";
  return absl::StrCat(rows_, rows_ == 1 ? " row holds" : " rows hold",
                      " a field that reads like two rows in one (first: line ", first_line_,
                      "): if a quote there is none, double it or take it away");
}

}  // namespace commons::records
