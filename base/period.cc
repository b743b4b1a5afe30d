#include "base/period.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_format.h"

namespace commons {
namespace {

using std::chrono::year_month_day;

// A date that need not exist: the 31st of a shorter month, month 13.
struct Civil {
  int year = 0;
  unsigned month = 1;
  unsigned day = 1;
};

Civil CivilOf(int64_t day) {
  const std::chrono::days clamped(static_cast<int>(std::clamp(day, kFirstDay, kLastDay)));
  const year_month_day date{std::chrono::sys_days(clamped)};
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day())};
}

int64_t DaysOf(const Civil& civil) {
  const year_month_day date{std::chrono::year(civil.year), std::chrono::month(civil.month),
                            std::chrono::day(civil.day)};
  return std::chrono::sys_days(date).time_since_epoch().count();
}

bool IsDate(const Civil& civil) {
  return civil.year > 0 &&
         year_month_day{std::chrono::year(civil.year), std::chrono::month(civil.month),
                        std::chrono::day(civil.day)}
             .ok();
}

template <typename Int>
bool ReadDigits(absl::string_view text, size_t at, size_t count, Int* out) {
  if (text.size() < at + count) return false;
  *out = 0;
  for (size_t i = at; i < at + count; ++i) {
    if (!absl::ascii_isdigit(text[i])) return false;
    *out = *out * 10 + (text[i] - '0');
  }
  return true;
}

// A day on which a week of the unit begins.
int64_t WeekBegins(PeriodUnit unit) {
  constexpr int64_t kMonday = 4;  // 1970-01-05
  return kMonday + static_cast<int64_t>(unit) - static_cast<int64_t>(PeriodUnit::kWeek);
}

int64_t WeekOrdinal(int64_t day, PeriodUnit unit) {
  const int64_t days = std::clamp(day, kFirstDay, kLastDay) - WeekBegins(unit);
  return days / 7 - (days % 7 < 0);
}

// The first and the last week of the calendar may be shorter ones.
int64_t WeekStart(int64_t ordinal, PeriodUnit unit) {
  return std::clamp(ordinal * 7 + WeekBegins(unit), kFirstDay, kLastDay + 1);
}

// By its Thursday: the year, and the week of that year.
std::pair<int, int64_t> IsoWeekOf(int64_t day) {
  const int64_t thursday = WeekStart(WeekOrdinal(day, PeriodUnit::kWeek), PeriodUnit::kWeek) + 3;
  const int year = CivilOf(thursday).year;
  return {year, (thursday - DaysOf({year, 1, 1})) / 7 + 1};
}

// What follows the year of a week, "-W05".
std::optional<int64_t> ReadWeek(int year, absl::string_view rest) {
  int64_t week = 0;
  if (rest.size() != 4 || rest[0] != '-' || rest[1] != 'W' || year < 1 ||
      !ReadDigits(rest, 2, 2, &week)) {
    return std::nullopt;
  }
  const int64_t first = WeekOrdinal(DaysOf({year, 1, 4}), PeriodUnit::kWeek);
  const int64_t monday = WeekStart(first + week - 1, PeriodUnit::kWeek);
  if (IsoWeekOf(monday) != std::pair(year, week)) return std::nullopt;
  return monday;
}

// Periods since the year 0, and back.
int64_t Ordinal(int64_t day, PeriodUnit unit) {
  if (IsWeek(unit)) return WeekOrdinal(day, unit);
  const Civil civil = CivilOf(day);
  switch (unit) {
    case PeriodUnit::kYear:
      return civil.year;
    case PeriodUnit::kQuarter:
      return int64_t{civil.year} * 4 + (civil.month - 1) / 3;
    case PeriodUnit::kMonth:
      return int64_t{civil.year} * 12 + civil.month - 1;
    default:
      break;
  }
  return std::clamp(day, kFirstDay, kLastDay);
}

int64_t FirstDayOf(int64_t ordinal, PeriodUnit unit) {
  if (IsWeek(unit)) return WeekStart(ordinal, unit);
  switch (unit) {
    case PeriodUnit::kYear:
      return DaysOf({static_cast<int>(ordinal), 1, 1});
    case PeriodUnit::kQuarter:
      return DaysOf({static_cast<int>(ordinal / 4), static_cast<unsigned>(ordinal % 4) * 3 + 1, 1});
    case PeriodUnit::kMonth:
      return DaysOf({static_cast<int>(ordinal / 12), static_cast<unsigned>(ordinal % 12) + 1, 1});
    default:
      break;
  }
  return ordinal;
}

// What follows the year.
bool ReadRest(absl::string_view rest, PeriodUnit unit, Civil* out) {
  if (rest.size() == 6) {
    return rest[0] == '-' && rest[3] == '-' && ReadDigits(rest, 1, 2, &out->month) &&
           ReadDigits(rest, 4, 2, &out->day);
  }
  switch (unit) {
    case PeriodUnit::kYear:
      return rest.empty();
    case PeriodUnit::kQuarter:
      if (rest.size() != 3 || rest[0] != '-' || rest[1] != 'Q' || rest[2] < '1' || rest[2] > '4') {
        return false;
      }
      out->month = (rest[2] - '0') * 3 - 2;
      return true;
    case PeriodUnit::kMonth:
      return rest.size() == 3 && rest[0] == '-' && ReadDigits(rest, 1, 2, &out->month);
    default:
      break;
  }
  return false;
}

constexpr PeriodUnit kUnits[] = {PeriodUnit::kDay, PeriodUnit::kMonth, PeriodUnit::kQuarter,
                                 PeriodUnit::kYear, PeriodUnit::kWeek};

}  // namespace

std::optional<int64_t> ParseDate(absl::string_view text, PeriodUnit unit) {
  Civil civil;
  if (!ReadDigits(text, 0, 4, &civil.year)) return std::nullopt;
  if (unit == PeriodUnit::kWeek && text.size() == 8) return ReadWeek(civil.year, text.substr(4));
  if (!ReadRest(text.substr(4), unit, &civil) || !IsDate(civil)) {
    return std::nullopt;
  }
  return DaysOf(civil);
}

std::string PeriodLabel(int64_t day, PeriodUnit unit) {
  if (unit == PeriodUnit::kWeek) {
    const auto [year, week] = IsoWeekOf(day);
    return absl::StrFormat("%04d-W%02d", year, week);
  }
  const Civil civil = CivilOf(IsWeek(unit) ? PeriodStart(day, unit) : day);
  switch (unit) {
    case PeriodUnit::kYear:
      return absl::StrFormat("%04d", civil.year);
    case PeriodUnit::kQuarter:
      return absl::StrFormat("%04d-Q%d", civil.year, (civil.month + 2) / 3);
    case PeriodUnit::kMonth:
      return absl::StrFormat("%04d-%02d", civil.year, civil.month);
    default:
      break;
  }
  return absl::StrFormat("%04d-%02d-%02d", civil.year, civil.month, civil.day);
}

std::optional<DayRange> ParsePeriod(absl::string_view label) {
  // A day is read in every unit and so must be tried first.
  for (const PeriodUnit unit : kUnits) {
    if (const auto day = ParseDate(label, unit)) return DayRange{*day, NextPeriod(*day, unit)};
  }
  return std::nullopt;
}

int64_t PeriodStart(int64_t day, PeriodUnit unit) { return FirstDayOf(Ordinal(day, unit), unit); }

int64_t NextPeriod(int64_t day, PeriodUnit unit) { return PeriodAfter(day, 1, unit); }

int64_t PeriodAfter(int64_t day, int64_t n, PeriodUnit unit) {
  return FirstDayOf(Ordinal(day, unit) + n, unit);
}

uint64_t CountPeriods(int64_t first, int64_t last, PeriodUnit unit) {
  if (last < first) return 0;
  return Ordinal(last, unit) - Ordinal(first, unit) + 1;
}

int64_t DayOf(absl::Time now) {
  const int64_t seconds = absl::ToUnixSeconds(now);
  return seconds / 86'400 - (seconds % 86'400 < 0);
}

absl::string_view UnitName(PeriodUnit unit) {
  if (IsWeek(unit)) return "week";
  switch (unit) {
    case PeriodUnit::kYear:
      return "year";
    case PeriodUnit::kQuarter:
      return "quarter";
    case PeriodUnit::kMonth:
      return "month";
    default:
      break;
  }
  return "day";
}

std::optional<PeriodUnit> ParseUnit(absl::string_view name) {
  for (const PeriodUnit unit : kUnits) {
    if (absl::EqualsIgnoreCase(name, UnitName(unit))) return unit;
  }
  return std::nullopt;
}

}  // namespace commons
