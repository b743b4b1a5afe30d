// Decimal numbers as text, and as the integers they are kept as: the number times 10^decimals. The
// one grammar and the one writer for files, datapackages, SQL and answers; no double anywhere.
//
//   number   = [sign] digits-and-point [("e" | "E") [sign] digit+]
//   sign     = "+" | "-"
//   digits-and-point = digit+ ["." digit*] | "." digit+
//
// "-3", "+7", "12.50", ".5", "5.", "1.2e3", "007". Nothing else: no spaces, thousands separators,
// decimal commas, other scripts' digits, hexadecimals, infinities.
#ifndef COMMONS_BASE_TEXT_DECIMAL_H_
#define COMMONS_BASE_TEXT_DECIMAL_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/strings/string_view.h"

namespace commons {

inline constexpr size_t kDecimalTextBytes = 400;  // of a number's text, zeros included

enum class DecimalFault : uint8_t {
  kNone,
  kNotANumber,       // not in the grammar, or longer than kDecimalTextBytes
  kTooManyDecimals,  // a digit other than 0 stands behind the last place that is kept
  kOutOfRange,       // beyond limits::kAbsScaledValueMax; where both hold, this one
};

// Exact. `decimals`: 0 to limits::kDecimalsMax. `scaled` is set when the answer is kNone. Does not
// allocate.
DecimalFault ParseDecimal(absl::string_view text, int decimals, int64_t* scaled);

// The same, but digits behind the last place that is kept are rounded, half to even; `rounded` says
// whether any of them was not 0. Never kTooManyDecimals.
DecimalFault RoundDecimal(absl::string_view text, int decimals, int64_t* scaled, bool* rounded);

// kTrimmed: the shortest text that ParseDecimal reads as the same number; 1250 with 2 decimals is
// "12.5", 1200 is "12". kAll: with as many decimals as are kept, "12.50" and "12.00".
enum class Zeros { kTrimmed, kAll };
// Total: decimals outside 0 to limits::kDecimalsMax count as the nearer of the two.
std::string FormatDecimal(absl::int128 scaled, int64_t decimals, Zeros zeros = Zeros::kTrimmed);

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_DECIMAL_H_
