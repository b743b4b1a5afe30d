#include "query/question/periods.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "storage/import/field_parser.h"

namespace commons::query {
namespace {

absl::CivilDay Civil(int64_t day) {
  return absl::CivilDay(1970, 1, 1) + std::clamp(day, kFirstDay, kLastDay);
}
int64_t Days(absl::CivilDay day) { return day - absl::CivilDay(1970, 1, 1); }

// Periods since the year 0, and back.
int64_t Ordinal(absl::CivilDay day, v1::PeriodUnit unit) {
  switch (unit) {
    case v1::YEAR:
      return day.year();
    case v1::QUARTER:
      return day.year() * 4 + (day.month() - 1) / 3;
    case v1::MONTH:
      return day.year() * 12 + day.month() - 1;
    default:
      return Days(day);
  }
}
int64_t FirstDayOf(int64_t ordinal, v1::PeriodUnit unit) {
  switch (unit) {
    case v1::YEAR:
      return Days(absl::CivilDay(ordinal, 1, 1));
    case v1::QUARTER:
      return Days(absl::CivilDay(ordinal / 4, ordinal % 4 * 3 + 1, 1));
    case v1::MONTH:
      return Days(absl::CivilDay(ordinal / 12, ordinal % 12 + 1, 1));
    default:
      return ordinal;
  }
}

}  // namespace

int64_t PeriodStart(int64_t day, v1::PeriodUnit unit) {
  return FirstDayOf(Ordinal(Civil(day), unit), unit);
}

int64_t NextPeriod(int64_t day, v1::PeriodUnit unit) {
  return FirstDayOf(Ordinal(Civil(day), unit) + 1, unit);
}

uint64_t CountPeriods(int64_t first, int64_t last, v1::PeriodUnit unit) {
  if (last < first) return 0;
  return Ordinal(Civil(last), unit) - Ordinal(Civil(first), unit) + 1;
}

std::string PeriodLabel(int64_t day, v1::PeriodUnit unit) {
  const absl::CivilDay civil = Civil(day);
  switch (unit) {
    case v1::YEAR:
      return absl::StrFormat("%04d", civil.year());
    case v1::QUARTER:
      return absl::StrFormat("%04d-Q%d", civil.year(), (civil.month() + 2) / 3);
    case v1::MONTH:
      return absl::StrFormat("%04d-%02d", civil.year(), civil.month());
    default:
      return absl::StrFormat("%04d-%02d-%02d", civil.year(), civil.month(), civil.day());
  }
}

std::optional<Interval> ParsePeriod(absl::string_view label) {
  constexpr std::pair<v1::PeriodUnit, storage::DateUnit> kUnits[] = {
      {v1::DAY, storage::DateUnit::kDay},
      {v1::MONTH, storage::DateUnit::kMonth},
      {v1::QUARTER, storage::DateUnit::kQuarter},
      {v1::YEAR, storage::DateUnit::kYear}};
  for (const auto& [unit, storage_unit] : kUnits) {
    int64_t day;
    if (storage::ParseDate(label, storage_unit, &day) == storage::Reject::kNone &&
        PeriodLabel(day, unit) == label) {
      return Interval{day, NextPeriod(day, unit)};
    }
  }
  return std::nullopt;
}

absl::string_view UnitName(v1::PeriodUnit unit) {
  switch (unit) {
    case v1::YEAR:
      return "year";
    case v1::QUARTER:
      return "quarter";
    case v1::MONTH:
      return "month";
    default:
      return "day";
  }
}

v1::PeriodUnit ParseUnit(absl::string_view name) {
  for (const v1::PeriodUnit unit : {v1::DAY, v1::MONTH, v1::QUARTER, v1::YEAR}) {
    if (absl::EqualsIgnoreCase(name, UnitName(unit))) return unit;
  }
  return v1::PERIOD_UNIT_UNSPECIFIED;
}

}  // namespace commons::query
