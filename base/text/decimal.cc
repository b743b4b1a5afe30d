#include "base/text/decimal.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "base/limits.h"

namespace commons {
namespace {

constexpr int kExponentMax = 100'000;  // far beyond what any text's digits make up for

// The plain case: at most 15 unsigned digits with at most `decimals` behind the point.
bool ParsePlain(absl::string_view text, int decimals, int64_t* scaled) {
  if (text.size() > 15 || text.empty()) return false;
  int64_t value = 0;
  int places = -1;  // behind the point; -1 before it
  for (const char c : text) {
    const uint8_t digit = static_cast<uint8_t>(c - '0');
    if (digit < 10) {
      value = value * 10 + digit;
      places += places >= 0;
    } else if (c == '.' && places < 0 && text.size() > 1) {
      places = 0;
    } else {
      return false;
    }
  }
  places = std::max(places, 0);
  if (places > decimals) return false;
  for (; places < decimals; ++places) {
    if (value > limits::kAbsScaledValueMax / 10) return false;  // before it can overflow
    value *= 10;
  }
  *scaled = value;
  return true;
}

// Digits before and behind the point, and the power of ten that multiplies them.
struct Split {
  bool negative = false;
  absl::string_view whole, fraction;
  int exponent = 0;

  char digit(size_t i) const { return i < whole.size() ? whole[i] : fraction[i - whole.size()]; }
};

bool TakeSign(absl::string_view* text) {
  const bool negative = !text->empty() && text->front() == '-';
  if (negative || (!text->empty() && text->front() == '+')) text->remove_prefix(1);
  return negative;
}

absl::string_view TakeDigits(absl::string_view* text) {
  size_t count = 0;
  while (count < text->size() && absl::ascii_isdigit((*text)[count])) ++count;
  const absl::string_view digits = text->substr(0, count);
  text->remove_prefix(count);
  return digits;
}

bool SplitText(absl::string_view text, Split* out) {
  if (text.size() > kDecimalTextBytes) return false;
  out->negative = TakeSign(&text);
  out->whole = TakeDigits(&text);
  if (!text.empty() && text[0] == '.') {
    text.remove_prefix(1);
    out->fraction = TakeDigits(&text);
  }
  if (out->whole.empty() && out->fraction.empty()) return false;
  if (text.empty() || (text[0] != 'e' && text[0] != 'E')) return text.empty();
  text.remove_prefix(1);
  const bool negative = TakeSign(&text);
  const absl::string_view power = TakeDigits(&text);
  for (const char c : power) {
    out->exponent = std::min(out->exponent * 10 + (c - '0'), kExponentMax);
  }
  if (negative) out->exponent = -out->exponent;
  return !power.empty() && text.empty();
}

// The number, cut behind the last place that is kept.
struct Cut {
  bool negative = false;
  int64_t value = 0;
  int next = 0;       // the first digit that is cut off
  bool more = false;  // whether any behind it is not 0

  bool exact() const { return next == 0 && !more; }
  int64_t with_sign() const { return negative ? -value : value; }
};

DecimalFault CutDigits(const Split& split, int decimals, Cut* cut) {
  // How many places to the left of the scaled number's last digit the next one stands.
  int place = static_cast<int>(split.whole.size()) - 1 + decimals + split.exponent;
  for (size_t i = 0; i < split.whole.size() + split.fraction.size(); ++i, --place) {
    const int digit = split.digit(i) - '0';
    if (place == -1) {
      cut->next = digit;
    } else if (place < 0) {
      cut->more |= digit != 0;
    } else if ((cut->value = cut->value * 10 + digit) > limits::kAbsScaledValueMax) {
      return DecimalFault::kOutOfRange;
    }
  }
  for (; place >= 0 && cut->value != 0; --place) {
    if ((cut->value *= 10) > limits::kAbsScaledValueMax) return DecimalFault::kOutOfRange;
  }
  return DecimalFault::kNone;
}

DecimalFault CutText(absl::string_view text, int decimals, Cut* cut) {
  Split split;
  if (!SplitText(text, &split)) return DecimalFault::kNotANumber;
  cut->negative = split.negative;
  return CutDigits(split, decimals, cut);
}

}  // namespace

DecimalFault ParseDecimal(absl::string_view text, int decimals, int64_t* scaled) {
  if (ParsePlain(text, decimals, scaled)) return DecimalFault::kNone;
  Cut cut;
  const DecimalFault fault = CutText(text, decimals, &cut);
  if (fault != DecimalFault::kNone) return fault;
  if (!cut.exact()) return DecimalFault::kTooManyDecimals;
  *scaled = cut.with_sign();
  return DecimalFault::kNone;
}

DecimalFault RoundDecimal(absl::string_view text, int decimals, int64_t* scaled, bool* rounded) {
  *rounded = false;
  if (ParsePlain(text, decimals, scaled)) return DecimalFault::kNone;
  Cut cut;
  const DecimalFault fault = CutText(text, decimals, &cut);
  if (fault != DecimalFault::kNone) return fault;
  const bool beyond_half = cut.next > 5 || (cut.next == 5 && cut.more);
  cut.value += beyond_half || (cut.next == 5 && cut.value % 2 == 1);
  if (cut.value > limits::kAbsScaledValueMax) return DecimalFault::kOutOfRange;
  *rounded = !cut.exact();
  *scaled = cut.with_sign();
  return DecimalFault::kNone;
}

std::string FormatDecimal(absl::int128 scaled, int64_t decimals, Zeros zeros) {
  const size_t places = std::clamp<int64_t>(decimals, 0, limits::kDecimalsMax);
  absl::uint128 rest = scaled < 0 ? -absl::uint128(scaled) : absl::uint128(scaled);
  std::string text;  // from its end
  bool behind_point = places > 0;
  for (size_t written = 0; rest != 0 || written <= places; ++written, rest /= 10) {
    if (behind_point && written == places) {
      if (!text.empty()) text.push_back('.');
      behind_point = false;
    }
    const char digit = static_cast<char>('0' + static_cast<int>(rest % 10));
    const bool trimmed = behind_point && zeros == Zeros::kTrimmed && text.empty() && digit == '0';
    if (!trimmed) text.push_back(digit);
  }
  if (scaled < 0) text.push_back('-');
  std::reverse(text.begin(), text.end());
  return text;
}

}  // namespace commons
