#include "records/infer/proposed_period.h"

#include <algorithm>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/period.h"

namespace commons::records {
namespace {

constexpr int kYearsOfMonths = 3, kYearsOfQuarters = 12;  // a longer time is told more coarsely

int YearOf(double day) {
  int year = 0;
  const std::string label = PeriodLabel(static_cast<int64_t>(day), PeriodUnit::kYear);
  return absl::SimpleAtoi(label, &year) ? year : 0;
}

// 28 December lies in it.
std::string LastWeekOf(int year) {
  const auto day =
      ParseDate(absl::StrCat(absl::Dec(year, absl::kZeroPad4), "-12-28"), PeriodUnit::kDay);
  return PeriodLabel(*day, PeriodUnit::kWeek);
}

}  // namespace

ProposedPeriod PeriodOf(const ColumnProfile& column, absl::string_view type) {
  const bool years = type == "year";
  const bool weeks = column.kinds().weeks == column.values();
  const auto year = [&](double value) {
    constexpr int kToThursday = 3;  // whose year is the week's
    return years ? static_cast<int>(value) : YearOf(weeks ? value + kToThursday : value);
  };
  int from = year(column.Quantile(ColumnProfile::kEnds));
  int to = year(column.Quantile(1 - ColumnProfile::kEnds));
  const int span = to - from;
  if (year(column.least()) < from) from = year(column.least()) / 10 * 10;
  if (year(column.most()) > to) to = year(column.most()) / 10 * 10 + 9;
  from = std::clamp(from, 1, 9999);
  to = std::clamp(to, from, 9999);
  const std::string first = absl::StrCat(absl::Dec(from, absl::kZeroPad4));
  const std::string last = absl::StrCat(absl::Dec(to, absl::kZeroPad4));
  if (weeks) return {"week", first + "-W01", LastWeekOf(to)};
  if (years) return {"year", first, last};
  if (type == "yearmonth" || span < kYearsOfMonths) return {"month", first + "-01", last + "-12"};
  if (span < kYearsOfQuarters) return {"quarter", first + "-Q1", last + "-Q4"};
  return {"year", first, last};
}

}  // namespace commons::records
