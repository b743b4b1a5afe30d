#include "storage/import/field_parser.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstring>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "base/limits.h"
#include "base/unicode.h"

namespace commons::storage {
namespace {

constexpr int kDigitsMax = 400;  // of a number's text

uint64_t HashText(absl::string_view text) {
  uint64_t hash = text.size() * 0x9e3779b97f4a7c15u;
  const char* p = text.data();
  size_t left = text.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  }
  uint64_t tail = 0;
  std::memcpy(&tail, p, left);
  hash = (hash ^ tail) * 0xff51afd7ed558ccdu;
  return hash ^ hash >> 32;
}

bool ReadDigits(absl::string_view text, size_t at, size_t count, int* out) {
  if (text.size() < at + count) return false;
  *out = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!absl::ascii_isdigit(text[i])) return false;
    *out = *out * 10 + (text[i] - '0');
  }
  return true;
}

// Mantissa digits and the power of ten of the last one.
struct Decimal {
  bool negative = false;
  absl::string_view whole, fraction;
  int exponent = 0;
};

bool SplitDecimal(absl::string_view text, Decimal* out) {
  size_t at = 0;
  const auto digits = [&] {
    const size_t from = at;
    while (at < text.size() && absl::ascii_isdigit(text[at])) ++at;
    return text.substr(from, at - from);
  };
  if (text.empty() || text.size() > kDigitsMax) return false;
  if (text[0] == '-' || text[0] == '+') out->negative = text[at++] == '-';
  out->whole = digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    out->fraction = digits();
  }
  if (out->whole.empty() && out->fraction.empty()) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    bool negative = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) negative = text[at++] == '-';
    const absl::string_view power = digits();
    if (power.empty() || power.size() > 4) return false;
    for (const char c : power) out->exponent = out->exponent * 10 + (c - '0');
    if (negative) out->exponent = -out->exponent;
  }
  return at == text.size();
}

std::vector<std::pair<std::string, uint32_t>> IndexEntries(const ColumnLayout& column,
                                                           uint32_t null) {
  std::vector<std::pair<std::string, uint32_t>> entries;
  for (const std::string& text : column.missing) entries.emplace_back(text, null);
  if (column.kind == ColumnKind::kCode) {
    entries.insert(entries.end(), column.codes.begin(), column.codes.end());
  }
  return entries;
}

// The plain case: at most 15 unsigned digits with at most `decimals` behind the point.
bool ParsePlainDecimal(absl::string_view text, int decimals, int64_t* scaled) {
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

}  // namespace

Reject ParseDecimal(absl::string_view text, int decimals, int64_t* scaled) {
  if (ParsePlainDecimal(text, decimals, scaled)) return Reject::kNone;
  Decimal decimal;
  if (!SplitDecimal(text, &decimal)) return Reject::kNotANumber;
  int64_t value = 0;
  int scale = decimals + decimal.exponent;  // digits of the fraction that still fit
  const auto push = [&](int digit) {
    value = value * 10 + digit;
    return value <= limits::kAbsScaledValueMax;
  };
  const size_t total = decimal.whole.size() + decimal.fraction.size();
  for (size_t i = 0; i < total; ++i) {
    const bool whole = i < decimal.whole.size();
    const int digit = (whole ? decimal.whole[i] : decimal.fraction[i - decimal.whole.size()]) - '0';
    // How many places to the left of the scaled number's end this digit stands.
    const int64_t place = static_cast<int64_t>(decimal.whole.size()) - 1 - i + scale;
    if (place >= 0) {
      if (!push(digit)) return Reject::kOutOfRange;
    } else if (digit != 0) {
      return Reject::kTooManyDecimals;
    }
  }
  for (int64_t place = scale - static_cast<int64_t>(decimal.fraction.size());
       place > 0 && value != 0; --place) {
    if (!push(0)) return Reject::kOutOfRange;
  }
  *scaled = decimal.negative ? -value : value;
  return Reject::kNone;
}

Reject ParseDate(absl::string_view text, DateUnit unit, int64_t* days) {
  int year = 0;
  int month = 1;
  int day = 1;
  if (!ReadDigits(text, 0, 4, &year)) return Reject::kNotADate;
  const absl::string_view rest = text.substr(4);
  if (rest.size() == 6) {
    if (rest[0] != '-' || rest[3] != '-' || !ReadDigits(rest, 1, 2, &month) ||
        !ReadDigits(rest, 4, 2, &day)) {
      return Reject::kNotADate;
    }
  } else if (unit == DateUnit::kMonth && rest.size() == 3) {
    if (rest[0] != '-' || !ReadDigits(rest, 1, 2, &month)) return Reject::kNotADate;
  } else if (unit == DateUnit::kQuarter && rest.size() == 3) {
    int quarter = 0;
    if (rest[0] != '-' || rest[1] != 'Q' || !ReadDigits(rest, 2, 1, &quarter)) {
      return Reject::kNotADate;
    }
    month = quarter * 3 - 2;
  } else if (unit != DateUnit::kYear || !rest.empty()) {
    return Reject::kNotADate;
  }
  using std::chrono::year_month_day;
  const year_month_day date{std::chrono::year(year), std::chrono::month(month),
                            std::chrono::day(day)};
  if (year == 0 || !date.ok()) return Reject::kNotADate;
  *days = std::chrono::sys_days(date).time_since_epoch().count();
  return Reject::kNone;
}

TextIndex::TextIndex(const std::vector<std::pair<std::string, uint32_t>>& entries)
    : slots_(std::bit_ceil(entries.size() * 2 + 1)) {
  for (const auto& [text, value] : entries) {
    size_t at = HashText(text) & (slots_.size() - 1);
    while (slots_[at].value != kAbsent && slots_[at].text != text) {
      at = (at + 1) & (slots_.size() - 1);
    }
    slots_[at] = {text, value};
  }
}

uint32_t TextIndex::Find(absl::string_view text) {
  const Slot& last = slots_[last_];
  if (last.value != kAbsent && last.text == text) return last.value;
  for (size_t at = HashText(text) & (slots_.size() - 1); slots_[at].value != kAbsent;
       at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].text == text) {
      last_ = at;
      return slots_[at].value;
    }
  }
  return kAbsent;
}

FieldParser::FieldParser(const ColumnLayout& column)
    : column_(column),
      index_(IndexEntries(column, kNull)),
      only_empty_is_missing_(column.missing == std::vector<std::string>{""}) {}

// Most numbers need no look-up: nothing but the empty text is missing.
uint32_t FieldParser::Find(absl::string_view text) {
  if (column_.kind == ColumnKind::kCode || !only_empty_is_missing_) return index_.Find(text);
  return text.empty() ? kNull : TextIndex::kAbsent;
}

Reject FieldParser::Parse(absl::string_view text, ColumnValue* value) {
  uint32_t found = Find(text);
  if (found == TextIndex::kAbsent && column_.kind == ColumnKind::kCode) {
    // A macron may have come as a letter and a combining mark.
    if (absl::c_none_of(text, [](char c) { return (c & 0x80) != 0; })) return Reject::kUnknownCode;
    const absl::StatusOr<std::string> nfc = Nfc(text);
    if (nfc.ok()) found = index_.Find(*nfc);
    if (found == TextIndex::kAbsent) return Reject::kUnknownCode;
  }
  value->null = found == kNull;
  if (value->null) {
    value->number = column_.kind == ColumnKind::kCode ? column_.code_count : 0;
    return column_.required ? Reject::kMissing : Reject::kNone;
  }
  Reject reason = Reject::kNone;
  switch (column_.kind) {
    case ColumnKind::kCode:
      value->number = found;
      return Reject::kNone;
    case ColumnKind::kHidden:
      return Reject::kNone;
    case ColumnKind::kInteger:
      reason = ParseDecimal(text, column_.decimals, &value->number);
      break;
    case ColumnKind::kDate:
      reason = ParseDate(text, column_.unit, &value->number);
      break;
  }
  if (reason != Reject::kNone) return reason;
  const bool inside = value->number >= column_.min_value && value->number <= column_.max_value;
  return inside ? Reject::kNone : Reject::kOutOfRange;
}

}  // namespace commons::storage
