// What divides a CSV file, and how it begins, where nobody says otherwise.
#ifndef COMMONS_BASE_TEXT_CSV_MARKS_H_
#define COMMONS_BASE_TEXT_CSV_MARKS_H_

#include "absl/strings/string_view.h"

namespace commons {

// RFC 4180.
inline constexpr char kCsvDelimiter = ',';
inline constexpr char kCsvQuote = '"';

// UTF-8's byte order mark: spreadsheets write it in front of a file.
inline constexpr absl::string_view kUtf8Mark = "\xef\xbb\xbf";

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_CSV_MARKS_H_
