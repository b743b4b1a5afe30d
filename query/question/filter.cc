#include "query/question/filter.h"

#include <utility>
#include <vector>

#include "governance/standard/roles.h"
#include "query/question/columns.h"

namespace commons::query {

Condition ConditionOf(const v1::Filter& filter, const v1::Column& column) {
  std::vector<Interval> kept;
  for (int i = 0; i < column.codes_size() && !filter.codes().empty(); ++i) {
    if (filter.codes()[i / 8] >> (i % 8) & 1) kept.push_back({i, i + 1});
  }
  for (const v1::Filter::Range& range : filter.ranges()) {
    kept.push_back({range.low(), range.high()});
  }
  return {IntervalSet(std::move(kept)),
          filter.missing() ? Condition::Truth::kTrue : Condition::Truth::kFalse,
          filter.every() ? Condition::Reading::kEvery : Condition::Reading::kAny};
}

bool ReadsTwoWays(const Condition& condition, const v1::Column& column) {
  return governance::HasResponses(column) && !condition.kept.intervals().empty() &&
         condition.kept != IntervalSet({Universe(column)});
}

std::optional<v1::Filter> FilterOf(uint32_t index, const v1::Column& column,
                                   const Condition& condition) {
  const bool missing = !column.required() && condition.missing == Condition::Truth::kTrue;
  if ((missing || column.required()) && condition.kept == IntervalSet({Universe(column)})) {
    return std::nullopt;
  }
  v1::Filter filter;
  filter.set_column(index);
  filter.set_missing(missing);
  filter.set_every(condition.reading == Condition::Reading::kEvery &&
                   ReadsTwoWays(condition, column));
  if (ShapeOf(column) == Shape::kCodes) {
    std::string bits((column.codes_size() + 7) / 8, '\0');
    for (const Interval& interval : condition.kept.intervals()) {
      for (int64_t i = interval.low; i < interval.high; ++i) bits[i / 8] |= 1 << (i % 8);
    }
    filter.set_codes(std::move(bits));
    return filter;
  }
  for (const Interval& interval : condition.kept.intervals()) {
    v1::Filter::Range* range = filter.add_ranges();
    range->set_low(interval.low);
    range->set_high(interval.high);
  }
  return filter;
}

}  // namespace commons::query
