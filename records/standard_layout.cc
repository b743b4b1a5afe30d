#include "records/standard_layout.h"

#include <algorithm>

#include "base/limits.h"
#include "base/period.h"
#include "governance/standard/not_held.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"

namespace commons::records {
namespace {

using governance::UnitOf;

void SetCodes(const v1::Column& column, ColumnLayout* out) {
  out->kind = governance::HasResponses(column) ? ColumnKind::kBits : ColumnKind::kCode;
  out->responses = column.max_responses();
  out->separator = column.separator();
  out->code_count = column.codes_size();
  for (int i = 0; i < column.codes_size(); ++i) {
    out->codes.emplace_back(column.codes(i).value(), i);
    for (const std::string& also : column.codes(i).also()) out->codes.emplace_back(also, i);
  }
}

void SetRange(ColumnKind kind, const ValueRange& range, ColumnLayout* out) {
  out->kind = kind;
  out->min_value = range.first;
  out->max_value = range.end - 1;
}

}  // namespace

ValueRange NumbersOf(const v1::Column& column) {
  if (column.breaks_size() > 1) return {column.breaks(0), column.breaks(column.breaks_size() - 1)};
  const int64_t largest = limits::kAbsScaledValueMax;
  return {std::max(column.has_minimum() ? column.minimum() : -largest, -largest),
          std::min(column.has_maximum() ? column.maximum() : largest, largest) + 1};
}

ValueRange DaysOf(const v1::Column& column) {
  if (column.period_unit() == v1::PERIOD_UNIT_UNSPECIFIED) return {kFirstDay, kLastDay + 1};
  return {PeriodStart(column.period_from(), UnitOf(column)),
          NextPeriod(column.period_to(), UnitOf(column))};
}

ColumnLayout LayoutOf(const v1::Column& column) {
  ColumnLayout out;
  out.name = column.name();
  out.required = column.required();
  out.missing = {column.missing_values().begin(), column.missing_values().end()};
  out.kind = ColumnKind::kHidden;
  if (!governance::IsQueryable(column)) return out;
  if (column.codes_size() > 0) {
    SetCodes(column, &out);
  } else if (column.type() == v1::INTEGER || column.type() == v1::NUMBER) {
    SetRange(ColumnKind::kInteger, NumbersOf(column), &out);
    out.decimals = column.decimals();
  } else if (column.type() == v1::DATE) {
    SetRange(ColumnKind::kDate, DaysOf(column), &out);
    out.unit = UnitOf(column);
  }
  return out;
}

TableLayout LayoutOf(const v1::Standard& standard, const std::set<std::string>& not_held) {
  TableLayout out;
  for (const v1::Column& column : standard.columns()) {
    if (column.name() == standard.entity()) {
      out.entity_missing = {column.missing_values().begin(), column.missing_values().end()};
    } else if (governance::IsKept(column, standard) && not_held.count(column.name()) == 0 &&
               not_held.count(column.priority_of()) == 0) {
      out.columns.push_back(LayoutOf(column));
    } else {
      out.skip_headers.push_back(column.name());
    }
  }
  if (!standard.entity().empty()) out.entity_header = standard.entity();
  return out;
}

}  // namespace commons::records
