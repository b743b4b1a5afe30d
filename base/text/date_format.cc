#include "base/text/date_format.h"

#include <chrono>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons {
namespace {

constexpr absl::string_view kDirectives = "YymdbBHMSIpfz";
constexpr absl::string_view kMonths[] = {"January",   "February", "March",    "April",
                                         "May",       "June",     "July",     "August",
                                         "September", "October",  "November", "December"};
constexpr int kShortMonth = 3;

bool IsNumber(char directive) { return directive != 0 && !absl::StrContains("bBpz", directive); }

// What was read so far.
struct Fields {
  int year = 0, month = 1, day = 1;
  int hour = 0, minute = 0, second = 0;
  bool afternoon = false;
  std::optional<int> offset;
};

struct Range {
  int low, high;
  size_t digits;
};
Range RangeOf(char directive) {
  switch (directive) {
    case 'Y':
      return {1, 9999, 4};
    case 'y':
      return {0, 99, 2};
    case 'm':
      return {1, 12, 2};
    case 'd':
      return {1, 31, 2};
    case 'H':
      return {0, 23, 2};
    case 'I':
      return {1, 12, 2};
    case 'f':
      return {0, 999'999'999, 9};
    default:
      return {0, 59, 2};
  }
}

bool TakeNumber(char directive, bool all_digits, absl::string_view* text, int* number) {
  const Range range = RangeOf(directive);
  const bool whole = all_digits || directive == 'Y' || directive == 'y';
  size_t taken = 0;
  *number = 0;
  for (; taken < range.digits && taken < text->size(); ++taken) {
    const char c = (*text)[taken];
    if (!absl::ascii_isdigit(c)) break;
    *number = *number * 10 + (c - '0');
  }
  text->remove_prefix(taken);
  return taken > 0 && (!whole || taken == range.digits) && *number >= range.low &&
         *number <= range.high;
}

bool TakeMonth(bool whole_name, absl::string_view* text, int* month) {
  for (*month = 1; *month <= 12; ++*month) {
    absl::string_view name = kMonths[*month - 1];
    if (!whole_name) name = name.substr(0, kShortMonth);
    if (!absl::StartsWithIgnoreCase(*text, name)) continue;
    text->remove_prefix(name.size());
    return true;
  }
  return false;
}

bool TakeHalf(absl::string_view* text, bool* afternoon) {
  const absl::string_view half = text->substr(0, 2);
  *afternoon = absl::EqualsIgnoreCase(half, "PM");
  if (!*afternoon && !absl::EqualsIgnoreCase(half, "AM")) return false;
  text->remove_prefix(half.size());
  return true;
}

void Keep(char directive, int number, Fields* fields) {
  constexpr int kFirstOfThe1900s = 69;  // POSIX
  switch (directive) {
    case 'Y':
      fields->year = number;
      break;
    case 'y':
      fields->year = number + (number < kFirstOfThe1900s ? 2000 : 1900);
      break;
    case 'd':
      fields->day = number;
      break;
    case 'H':
      fields->hour = number;
      break;
    case 'I':
      fields->hour = number % 12;
      break;
    case 'M':
      fields->minute = number;
      break;
    case 'S':
      fields->second = number;
      break;
    case 'f':
      break;
    default:
      fields->month = number;
  }
}

bool Take(char directive, bool all_digits, absl::string_view* text, Fields* fields) {
  if (directive == 'z') return TakeOffset(text, &fields->offset.emplace());
  if (directive == 'p') return TakeHalf(text, &fields->afternoon);
  int number = 0;
  if (IsNumber(directive) ? !TakeNumber(directive, all_digits, text, &number)
                          : !TakeMonth(directive == 'B', text, &number)) {
    return false;
  }
  Keep(directive, number, fields);
  return true;
}

absl::Status Wrong(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("the date format ", why));
}

// How often any of the directives stands there.
int Count(absl::string_view seen, absl::string_view directives) {
  int count = 0;
  for (const char c : seen) count += absl::StrContains(directives, c);
  return count;
}

absl::Status CheckDirectives(absl::string_view seen) {
  for (const absl::string_view one : {"Yy", "mbB", "d", "HI", "M", "S", "p", "f", "z"}) {
    if (Count(seen, one) > 1) return Wrong("names a part of the date twice; keep one");
  }
  if (Count(seen, "Yy") == 0) return Wrong("names no year; add %Y");
  if (Count(seen, "d") == 1 && Count(seen, "mbB") == 0) {
    return Wrong("names a day and no month; add %m");
  }
  if (Count(seen, "I") != Count(seen, "p")) {
    return Wrong("says half of an hour; write %I with %p, or %H alone");
  }
  if (Count(seen, "z") == 1 && (Count(seen, "d") == 0 || Count(seen, "HI") == 0)) {
    return Wrong("names an offset without a day and an hour; add %d and %H, or leave %z out");
  }
  return absl::OkStatus();
}

}  // namespace

bool DateFormat::Part::is_number() const {
  return directive == 0 ? absl::ascii_isdigit(literal) : IsNumber(directive);
}

void DateFormat::Append(Part part) {
  if (!parts_.empty() && parts_.back().is_number() && part.is_number()) {
    parts_.back().all_digits = part.all_digits = true;
  }
  parts_.push_back(part);
}

absl::StatusOr<DateFormat> DateFormat::Parse(absl::string_view format) {
  DateFormat parsed;
  std::string seen;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || absl::StartsWith(format.substr(i), "%%")) {
      parsed.Append({0, format[i]});
      i += format[i] == '%';
      continue;
    }
    const char directive = ++i < format.size() ? format[i] : '\0';
    if (directive == '\0' || !absl::StrContains(kDirectives, directive)) {
      return Wrong("has another directive than %Y %y %m %d %b %B %H %I %p %M %S %f %z; use these");
    }
    parsed.Append({directive, 0});
    seen.push_back(directive);
  }
  RETURN_IF_ERROR(CheckDirectives(seen));
  if (Count(seen, "mbB") == 1) parsed.unit_ = PeriodUnit::kMonth;
  if (Count(seen, "d") == 1) parsed.unit_ = PeriodUnit::kDay;
  parsed.has_offset_ = Count(seen, "z") == 1;
  return parsed;
}

std::optional<int64_t> DateFormat::Read(absl::string_view text) const {
  const std::optional<Moment> moment = ReadMoment(text);
  return moment ? std::optional<int64_t>(moment->day) : std::nullopt;
}

std::optional<Moment> DateFormat::ReadMoment(absl::string_view text) const {
  Fields fields;
  for (const Part& part : parts_) {
    if (part.directive != 0) {
      if (!Take(part.directive, part.all_digits, &text, &fields)) return std::nullopt;
    } else {
      if (text.empty() || text[0] != part.literal) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  const std::chrono::year_month_day date{std::chrono::year(fields.year),
                                         std::chrono::month(static_cast<unsigned>(fields.month)),
                                         std::chrono::day(static_cast<unsigned>(fields.day))};
  if (!text.empty() || !date.ok()) return std::nullopt;
  const int hour = fields.hour + (fields.afternoon ? 12 : 0);
  return Moment{.day = std::chrono::sys_days(date).time_since_epoch().count(),
                .seconds = (hour * 60 + fields.minute) * 60 + fields.second,
                .offset = fields.offset};
}

}  // namespace commons
