#include "governance/standard/scalar.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/text/decimal.h"
#include "governance/document/text.h"

namespace commons::governance {
namespace {

absl::string_view OwnForm(PeriodUnit unit) {
  switch (unit) {
    case PeriodUnit::kMonth:
      return " or 2024-07";
    case PeriodUnit::kQuarter:
      return " or 2024-Q3";
    case PeriodUnit::kYear:
      return " or 2024";
    case PeriodUnit::kWeek:
      return " or 2024-W31";
    default:
      break;
  }
  return "";
}

}  // namespace

absl::StatusOr<int64_t> ScaleDecimal(absl::string_view text, int decimals) {
  int64_t scaled = 0;
  switch (ParseDecimal(text, decimals, &scaled)) {
    case DecimalFault::kNone:
      return scaled;
    case DecimalFault::kTooManyDecimals:
      return absl::InvalidArgumentError(
          absl::StrCat(Quoted(text), " has more than ", decimals,
                       " decimals; round it or declare more in commons:decimals"));
    case DecimalFault::kOutOfRange:
      return absl::InvalidArgumentError(
          absl::StrCat(Quoted(text), " is too large; the limit is 2^53 in the last decimal place"));
    case DecimalFault::kNotANumber:
      break;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is not a number; write it like -12.5"));
}

absl::StatusOr<DayRange> ReadPeriod(absl::string_view text, PeriodUnit unit) {
  if (const std::optional<int64_t> day = ParseDate(text, unit)) {
    return DayRange{PeriodStart(*day, unit), NextPeriod(*day, unit)};
  }
  return absl::InvalidArgumentError(
      absl::StrCat(Quoted(text), " is not a date; write it like 2024-07-31", OwnForm(unit)));
}

int CodeDecimals(v1::ValueType type) { return type == v1::NUMBER ? limits::kDecimalsMax : 0; }

PeriodUnit UnitOf(v1::PeriodUnit unit) {
  switch (unit) {
    case v1::MONTH:
      return PeriodUnit::kMonth;
    case v1::QUARTER:
      return PeriodUnit::kQuarter;
    case v1::YEAR:
      return PeriodUnit::kYear;
    case v1::WEEK:
      return PeriodUnit::kWeek;
    default:
      return PeriodUnit::kDay;
  }
}

PeriodUnit UnitOf(v1::PeriodUnit unit, const v1::Column& column) {
  const bool another = unit == v1::WEEK && column.week_starts() > 1 && column.week_starts() <= 7;
  return another ? WeekFrom(column.week_starts()) : UnitOf(unit);
}

PeriodUnit UnitOf(const v1::Column& column) { return UnitOf(column.period_unit(), column); }

}  // namespace commons::governance
