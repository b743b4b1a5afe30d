// Texts in one Unicode form, so that equal words are equal bytes (a macron may come as one
// character or as a letter and a combining mark).
#ifndef COMMONS_BASE_TEXT_UNICODE_H_
#define COMMONS_BASE_TEXT_UNICODE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons {

// Unicode Normalization Form C. kInvalidArgument if `text` is not UTF-8.
absl::StatusOr<std::string> Nfc(absl::string_view text);
// Without the spaces around it, ASCII's and no-break ones: spreadsheets put both where nobody sees
// them.
absl::string_view WithoutOuterSpaces(absl::string_view text);
// Equal for names that people take for one: without case, width, outer spaces and what nobody sees
// (NFKC_Casefold). "" if `name` is not UTF-8.
std::string AsRead(absl::string_view name);

// Whether a letter is written from right to left, as Hebrew's and Arabic's are: it would reorder
// what stands beside it on a line.
bool HoldsRightToLeft(absl::string_view text);

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_UNICODE_H_
