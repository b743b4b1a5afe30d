// What an import says to the steward: names of columns, reasons, counts and row numbers, never
// values.
#ifndef COMMONS_RECORDS_SAID_IMPORT_WORDS_H_
#define COMMONS_RECORDS_SAID_IMPORT_WORDS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "records/said/import_report.h"

namespace commons::records {

// "a", "b" and 3 more.
std::string QuotedNames(const std::vector<std::string>& names);
// 833 rows rejected: column "service": not one of the declared codes (first: row 7)
std::string RejectionWords(const Rejection& rejection);
// "W" of column "c" and "X" of column "d".
std::string CodesOf(const std::vector<std::pair<std::string, std::string>>& column_and_code);
// part / whole with one decimal, rounded up: "83.4 %".
std::string PercentOf(uint64_t part, uint64_t whole);
// The missing names, each with the heading that was probably meant.
std::string MissingWords(const std::vector<std::string>& missing,
                         const std::vector<std::string>& undeclared);

// "; what to write in the dialect" where headers of the file, `undeclared`, are probably columns
// that are missing; else "".
std::string HeadersAdvice(const std::vector<std::string>& missing,
                          const std::vector<std::string>& undeclared);
// Of the headings the one that was probably meant by the name; "": none.
std::string HeadingMeant(absl::string_view name, const std::vector<std::string>& headings);

// "; what to do" when the header's bytes show what kind of file it is, else "".
std::string EncodingHint(absl::string_view header);
// all_missing: none of the declared columns is in it.
std::string HeaderHint(absl::string_view header, bool all_missing);
// Such a file was read as one header, all values in it: say nothing of what stands there.
bool EndsLinesWithCr(absl::string_view header);
// What a file is that begins so and is no text, and what to do; "": it may be text.
std::string NoTextHint(absl::string_view first_bytes);
// The encoding of one byte a character, by its name in a dialect, of bytes that are not UTF-8.
std::string ProbableEncoding(absl::string_view bytes);
// "; which encoding it probably is, and what to do", from bytes that are not UTF-8.
std::string EncodingGuess(absl::string_view bytes);
// What is wrong with bytes that are no text in the encoding the file is read in ("": UTF-8).
std::string BadBytesWords(absl::string_view encoding, absl::string_view bytes);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_SAID_IMPORT_WORDS_H_
