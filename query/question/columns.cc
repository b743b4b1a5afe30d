#include "query/question/columns.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/period.h"
#include "base/text/decimal.h"
#include "governance/document/refusal.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "records/standard_layout.h"

namespace commons::query {
namespace {

using governance::UnitOf;

Interval IntervalOf(const records::ValueRange& range) { return {range.first, range.end}; }

bool HasPeriod(const v1::Column& column) {
  return column.period_unit() != v1::PERIOD_UNIT_UNSPECIFIED;
}

}  // namespace

Shape ShapeOf(const v1::Column& column) {
  if (!governance::IsQueryable(column)) return Shape::kNone;
  if (column.codes_size() > 0) return Shape::kCodes;
  if (column.type() == v1::INTEGER || column.type() == v1::NUMBER) return Shape::kNumber;
  return column.type() == v1::DATE ? Shape::kDate : Shape::kNone;
}

Shape ShapeOf(const v1::Column& column, const v1::Standard& standard) {
  return column.name() == standard.entity() ? Shape::kNone : ShapeOf(column);
}

absl::StatusOr<const v1::Column*> QueryableColumn(uint32_t index, const v1::Standard& standard) {
  if (index >= static_cast<uint32_t>(standard.columns_size())) {
    return governance::Refuse(v1::UNKNOWN_COLUMN, "the question names a column beyond the last");
  }
  const v1::Column& column = standard.columns(index);
  if (ShapeOf(column, standard) == Shape::kNone) {
    return governance::Refuse(v1::COLUMN_NOT_QUERYABLE,
                              absl::StrCat("the column ", column.name(), " is not for questions"));
  }
  return &column;
}

Interval Universe(const v1::Column& column) {
  switch (ShapeOf(column)) {
    case Shape::kCodes:
      return {0, column.codes_size()};
    case Shape::kNumber:
      return IntervalOf(records::NumbersOf(column));
    case Shape::kDate:
      return IntervalOf(records::DaysOf(column));
    case Shape::kNone:
      break;
  }
  return {0, 0};
}

bool Groupable(const v1::Column& column) {
  if (!governance::IsDimension(column)) return false;
  switch (ShapeOf(column)) {
    case Shape::kCodes:
      return true;
    case Shape::kNumber:
      return column.breaks_size() > 1;
    case Shape::kDate:
      return HasPeriod(column);
    case Shape::kNone:
      break;
  }
  return false;
}

uint64_t BinCount(const v1::Column& column, v1::PeriodUnit unit) {
  const uint64_t missing = column.required() ? 0 : 1;
  switch (ShapeOf(column)) {
    case Shape::kCodes:
      return column.codes_size() + missing;
    case Shape::kNumber:
      return std::max(column.breaks_size() - 1, 0) + missing;
    case Shape::kDate:
      return CountPeriods(column.period_from(), column.period_to(), UnitOf(unit, column)) + missing;
    case Shape::kNone:
      break;
  }
  return 0;
}

bool MayGroupBy(const v1::Column& column, v1::PeriodUnit unit) {
  const v1::PeriodUnit declared = column.period_unit();
  if (unit == declared) return true;
  if (unit == v1::WEEK) return declared == v1::DAY && UnitOf(unit, column) == PeriodUnit::kWeek;
  return unit > declared && unit <= v1::YEAR;  // of weeks, which come last, nothing else
}

int64_t BinOf(const v1::Column& column, v1::PeriodUnit unit, int64_t value) {
  switch (ShapeOf(column)) {
    case Shape::kNumber:
      return std::upper_bound(column.breaks().begin(), column.breaks().end(), value) -
             column.breaks().begin() - 1;
    case Shape::kDate:
      return static_cast<int64_t>(CountPeriods(column.period_from(), value, UnitOf(unit, column))) -
             1;
    default:
      return value;
  }
}

Interval ValuesIn(const v1::Column& column, v1::PeriodUnit unit, int64_t bin) {
  switch (ShapeOf(column)) {
    case Shape::kNumber:
      return {column.breaks(static_cast<int>(bin)), column.breaks(static_cast<int>(bin) + 1)};
    case Shape::kDate:
      return {PeriodAfter(column.period_from(), bin, UnitOf(unit, column)),
              PeriodAfter(column.period_from(), bin + 1, UnitOf(unit, column))};
    default:
      return {bin, bin + 1};
  }
}

bool OnEdge(const v1::Column& column, int64_t value) {
  if (ShapeOf(column) == Shape::kDate) {
    const PeriodUnit unit = UnitOf(column);
    return !HasPeriod(column) || PeriodStart(value, unit) == value ||
           NextPeriod(value - 1, unit) == value;
  }
  return std::binary_search(column.breaks().begin(), column.breaks().end(), value);
}

std::string NearestEdges(const v1::Column& column, int64_t value) {
  if (ShapeOf(column) == Shape::kDate) {
    const PeriodUnit unit = UnitOf(column);
    return absl::StrCat(FormatValue(column, PeriodStart(value, unit)), " and ",
                        FormatValue(column, NextPeriod(value, unit)));
  }
  const auto above = std::upper_bound(column.breaks().begin(), column.breaks().end(), value);
  if (above == column.breaks().begin()) return FormatValue(column, *above);
  if (above == column.breaks().end()) return FormatValue(column, *(above - 1));
  return absl::StrCat(FormatValue(column, *(above - 1)), " and ", FormatValue(column, *above));
}

std::string FormatValue(const v1::Column& column, int64_t value) {
  return ShapeOf(column) == Shape::kDate ? PeriodLabel(value, PeriodUnit::kDay)
                                         : FormatDecimal(value, column.decimals());
}

std::string BandLabel(const v1::Column& column, size_t band) {
  if (governance::HasWholeNumbers(column)) return FormatDecimal(column.breaks(band), 0);
  return absl::StrCat("[", FormatDecimal(column.breaks(band), column.decimals()), ",",
                      FormatDecimal(column.breaks(band + 1), column.decimals()), ")");
}

std::string CodeLabel(const v1::Code& code) {
  return code.label().empty() ? code.value() : code.label();
}

}  // namespace commons::query
