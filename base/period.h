// Days, and the periods they are counted in: their text and their arithmetic. A day is a number of
// days since 1970-01-01; the calendar is the proleptic Gregorian one, years 0001 to 9999.
#ifndef COMMONS_BASE_PERIOD_H_
#define COMMONS_BASE_PERIOD_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace commons {

inline constexpr int64_t kFirstDay = -719162;  // 0001-01-01
inline constexpr int64_t kLastDay = 2932896;   // 9999-12-31

// The numbers stand on disk. Weeks begin on any day of the week: those from Tuesday on lie between
// the two below.
enum class PeriodUnit : uint8_t {
  kDay = 1,
  kMonth = 2,
  kQuarter = 3,
  kYear = 4,
  kWeek = 5,  // from Monday: ISO 8601's, and PostgreSQL's
  kWeekFromSunday = 11,
};
// 1 Monday to 7 Sunday.
constexpr PeriodUnit WeekFrom(uint32_t first_day) {
  return static_cast<PeriodUnit>(static_cast<uint32_t>(PeriodUnit::kWeek) + first_day - 1);
}
constexpr bool IsWeek(PeriodUnit unit) {
  return unit >= PeriodUnit::kWeek && unit <= PeriodUnit::kWeekFromSunday;
}

// "YYYY-MM-DD" whatever the unit, and one form more for each: month "YYYY-MM", quarter "YYYY-Qn",
// year "YYYY", week from Monday "YYYY-Wnn" of ISO 8601, whose year is that of its Thursday; every
// digit must be there, and nothing else. The day, or the first one of the unit; nothing for another
// text or a day that does not exist. Does not allocate.
std::optional<int64_t> ParseDate(absl::string_view text, PeriodUnit unit);

// "2021", "2021-Q1", "2021-03", "2021-W10", "2021-03-09", and of a week that begins on another day
// that day: ParseDate with the unit reads it as PeriodStart. Days
// outside the calendar are taken as its first or last day, here and below.
std::string PeriodLabel(int64_t day, PeriodUnit unit);

struct DayRange {
  int64_t first = 0;
  int64_t end = 0;  // not included
};
// The days of a label of any unit, or nothing if it is none. That of a week from another day than
// Monday is a day.
std::optional<DayRange> ParsePeriod(absl::string_view label);

// First day of the period that holds `day`; of the period after it.
int64_t PeriodStart(int64_t day, PeriodUnit unit);
int64_t NextPeriod(int64_t day, PeriodUnit unit);
// First day of the `n`-th period after the one that holds `day`; within a year of the calendar.
int64_t PeriodAfter(int64_t day, int64_t n, PeriodUnit unit);
// Periods from the one of `first` to the one of `last`; 0 if last < first. Counts without a loop.
uint64_t CountPeriods(int64_t first, int64_t last, PeriodUnit unit);

// The day of `now` in UTC; may lie outside the calendar.
int64_t DayOf(absl::Time now);

// "day", "week", "month", "quarter", "year"; read in any case, "week" as that from Monday.
absl::string_view UnitName(PeriodUnit unit);
std::optional<PeriodUnit> ParseUnit(absl::string_view name);

}  // namespace commons

#endif  // COMMONS_BASE_PERIOD_H_
