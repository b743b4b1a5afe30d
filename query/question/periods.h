// Days and the periods they are counted in (proleptic Gregorian calendar, years 0001 to 9999).
#ifndef COMMONS_QUERY_QUESTION_PERIODS_H_
#define COMMONS_QUERY_QUESTION_PERIODS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"
#include "query/question/intervals.h"

namespace commons::query {

inline constexpr int64_t kFirstDay = -719162;  // 0001-01-01
inline constexpr int64_t kLastDay = 2932896;   // 9999-12-31

// First day of the period that holds `day`; of the period after it. Days outside the calendar are
// taken as its first or last day.
int64_t PeriodStart(int64_t day, v1::PeriodUnit unit);
int64_t NextPeriod(int64_t day, v1::PeriodUnit unit);
// Periods from the one of `first` to the one of `last`; 0 if last < first. Counts without a loop.
uint64_t CountPeriods(int64_t first, int64_t last, v1::PeriodUnit unit);

// "2021", "2021-Q1", "2021-03", "2021-03-09".
std::string PeriodLabel(int64_t day, v1::PeriodUnit unit);
// The days of such a label, or nothing if it is none (or of a day that does not exist).
std::optional<Interval> ParsePeriod(absl::string_view label);

// "day", "month", "quarter", "year".
absl::string_view UnitName(v1::PeriodUnit unit);
v1::PeriodUnit ParseUnit(absl::string_view name);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_PERIODS_H_
