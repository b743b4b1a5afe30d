#include "query/question/bins.h"

#include <utility>
#include <vector>

#include "query/question/columns.h"
#include "query/question/filter.h"

namespace commons::query {

IntervalSet BinsKept(const Condition& condition, const v1::Column& column, v1::PeriodUnit unit) {
  std::vector<Interval> bins;
  // A row of several responses is in groups beside those that are kept.
  const bool any = condition.reading == Condition::Reading::kAny;
  if (any && ReadsTwoWays(condition, column)) bins.push_back(Universe(column));
  for (const Interval& values : condition.kept.intervals()) {
    bins.push_back({BinOf(column, unit, values.low), BinOf(column, unit, values.high - 1) + 1});
  }
  const auto all = static_cast<int64_t>(BinCount(column, unit));
  if (!column.required() && condition.missing == Condition::Truth::kTrue) {
    bins.push_back({all - 1, all});
  }
  return IntervalSet(std::move(bins));
}

Condition ConditionOfBins(const IntervalSet& bins, const v1::Column& column, v1::PeriodUnit unit) {
  const auto all = static_cast<int64_t>(BinCount(column, unit));
  const int64_t values = column.required() ? all : all - 1;
  Condition condition{{}, Condition::Truth::kFalse};
  if (!column.required() && bins.Contains(all - 1)) condition.missing = Condition::Truth::kTrue;
  const IntervalSet of_values = bins.And(IntervalSet({{0, values}}));
  std::vector<Interval> kept;
  for (const Interval& some : of_values.intervals()) {
    kept.push_back(
        {ValuesIn(column, unit, some.low).low, ValuesIn(column, unit, some.high - 1).high});
  }
  condition.kept = IntervalSet(std::move(kept)).And(IntervalSet({Universe(column)}));
  return condition;
}

std::string ToBits(const IntervalSet& set, uint64_t size) {
  std::string bits((size + 7) / 8, '\0');
  for (const Interval& some : set.intervals()) {
    for (int64_t i = some.low; i < some.high; ++i) bits[i / 8] |= 1 << (i % 8);
  }
  return bits;
}

std::optional<IntervalSet> FromBits(absl::string_view bits, uint64_t size) {
  if (bits.size() != (size + 7) / 8) return std::nullopt;
  std::vector<Interval> set;
  for (size_t i = 0; i < bits.size() * 8; ++i) {
    if ((bits[i / 8] >> (i % 8) & 1) == 0) continue;
    if (i >= size) return std::nullopt;
    const auto at = static_cast<int64_t>(i);
    if (set.empty() || set.back().high < at) set.push_back({at, at});
    set.back().high = at + 1;
  }
  return IntervalSet(std::move(set));
}

IntervalSet BinsOfGroup(const v1::Dimension::Group& group) {
  return *FromBits(group.bins(), group.bins().size() * 8);
}

}  // namespace commons::query
