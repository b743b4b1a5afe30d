#include "governance/standard/scalar.h"

#include <algorithm>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/text.h"

namespace commons::governance {
namespace {

absl::Status NotANumber(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is not a number; write it like -12.5"));
}

// digits * 10^exponent, without zeros at either end.
struct Decimal {
  bool negative = false;
  std::string digits;
  int64_t exponent = 0;
};

absl::StatusOr<Decimal> ReadDecimal(absl::string_view text) {
  Decimal decimal;
  absl::string_view rest = text;
  decimal.negative = !rest.empty() && rest[0] == '-';
  if (decimal.negative) rest.remove_prefix(1);
  bool point = false, any = false;
  for (; !rest.empty() && (absl::ascii_isdigit(rest[0]) || (rest[0] == '.' && !point));
       rest.remove_prefix(1)) {
    if (rest[0] == '.') {
      point = true;
      continue;
    }
    any = true;
    decimal.digits.push_back(rest[0]);
    decimal.exponent -= point;
  }
  if (!any) return NotANumber(text);
  if (!rest.empty() && (rest[0] == 'e' || rest[0] == 'E')) {
    int32_t exponent;
    if (!absl::SimpleAtoi(rest.substr(1), &exponent)) return NotANumber(text);
    decimal.exponent += exponent;
    rest = "";
  }
  if (!rest.empty()) return NotANumber(text);
  const size_t last = decimal.digits.find_last_not_of('0');
  if (last == std::string::npos) return Decimal();
  decimal.exponent += decimal.digits.size() - 1 - last;
  decimal.digits.resize(last + 1);
  decimal.digits.erase(0, decimal.digits.find_first_not_of('0'));
  return decimal;
}

// The unit that holds `day`.
absl::CivilDay FirstDay(absl::CivilDay day, v1::PeriodUnit unit) {
  switch (unit) {
    case v1::MONTH:
      return absl::CivilDay(absl::CivilMonth(day));
    case v1::QUARTER:
      return absl::CivilDay(day.year(), (day.month() - 1) / 3 * 3 + 1, 1);
    case v1::YEAR:
      return absl::CivilDay(absl::CivilYear(day));
    default:
      return day;
  }
}

absl::CivilDay NextUnit(absl::CivilDay first, v1::PeriodUnit unit) {
  switch (unit) {
    case v1::MONTH:
      return absl::CivilDay(absl::CivilMonth(first) + 1);
    case v1::QUARTER:
      return absl::CivilDay(absl::CivilMonth(first) + 3);
    case v1::YEAR:
      return absl::CivilDay(absl::CivilYear(first) + 1);
    default:
      return first + 1;
  }
}

bool ReadDigits(absl::string_view text, size_t at, size_t count, int* value) {
  if (text.size() < at + count) return false;
  const absl::string_view digits = text.substr(at, count);
  return std::all_of(digits.begin(), digits.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(digits, value);
}

bool ReadDay(absl::string_view text, v1::PeriodUnit unit, absl::CivilDay* day) {
  int year = 0, month = 1, dom = 1;
  if (!ReadDigits(text, 0, 4, &year) || year == 0) return false;
  if (text.size() == 10) {
    if (text[4] != '-' || text[7] != '-' || !ReadDigits(text, 5, 2, &month) ||
        !ReadDigits(text, 8, 2, &dom)) {
      return false;
    }
  } else if (unit == v1::MONTH) {
    if (text.size() != 7 || text[4] != '-' || !ReadDigits(text, 5, 2, &month)) return false;
  } else if (unit == v1::QUARTER) {
    int quarter;
    if (text.size() != 7 || text[4] != '-' || text[5] != 'Q' || !ReadDigits(text, 6, 1, &quarter) ||
        quarter < 1 || quarter > 4) {
      return false;
    }
    month = 3 * quarter - 2;
  } else if (unit != v1::YEAR || text.size() != 4) {
    return false;
  }
  *day = absl::CivilDay(year, month, dom);
  return day->month() == month && day->day() == dom;  // else the 31st of a shorter month
}

absl::CivilDay OnEdge(absl::CivilDay day, v1::PeriodUnit unit, Edge edge) {
  const absl::CivilDay first = FirstDay(day, unit);
  return edge == Edge::kFirstDay ? first : NextUnit(first, unit) - 1;
}

}  // namespace

absl::StatusOr<int64_t> ScaleDecimal(absl::string_view text, int decimals) {
  ASSIGN_OR_RETURN(const Decimal decimal, ReadDecimal(text));
  if (decimal.digits.empty()) return 0;
  const int64_t zeros = decimal.exponent + decimals;
  if (zeros < 0) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " has more than ", decimals,
                     " decimals; round it or declare more in commons:decimals"));
  }
  // 2^53 has 16 digits.
  int64_t scaled = limits::kAbsScaledValueMax + 1;
  if (decimal.digits.size() + zeros <= 16) {
    scaled = std::stoll(decimal.digits + std::string(zeros, '0'));
  }
  if (scaled > limits::kAbsScaledValueMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is too large; the limit is 2^53 in the last decimal place"));
  }
  return decimal.negative ? -scaled : scaled;
}

std::string DecimalText(int64_t scaled, int decimals) {
  std::string digits = absl::StrCat(std::abs(scaled));
  const int missing = decimals + 1 - static_cast<int>(digits.size());
  if (missing > 0) digits.insert(0, missing, '0');
  std::string fraction = digits.substr(digits.size() - decimals);
  fraction.erase(fraction.find_last_not_of('0') + 1);
  return absl::StrCat(scaled < 0 ? "-" : "", digits.substr(0, digits.size() - decimals),
                      fraction.empty() ? "" : ".", fraction);
}

absl::StatusOr<int64_t> PeriodEdge(absl::string_view text, v1::PeriodUnit unit, Edge edge) {
  absl::CivilDay day;
  if (!ReadDay(text, unit, &day)) {
    const char* own = unit == v1::MONTH     ? " or 2024-07"
                      : unit == v1::QUARTER ? " or 2024-Q3"
                      : unit == v1::YEAR    ? " or 2024"
                                            : "";
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(text), " is not a date; write it like 2024-07-31", own));
  }
  return OnEdge(day, unit, edge) - absl::CivilDay(1970, 1, 1);
}

bool IsPeriodEdge(int64_t day, v1::PeriodUnit unit, Edge edge) {
  const absl::CivilDay epoch(1970, 1, 1);
  if (day < absl::CivilDay(1, 1, 1) - epoch || day > absl::CivilDay(9999, 12, 31) - epoch) {
    return false;
  }
  return OnEdge(epoch + day, unit, edge) == epoch + day;
}

}  // namespace commons::governance
