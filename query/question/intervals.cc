#include "query/question/intervals.h"

#include <algorithm>

namespace commons::query {

IntervalSet::IntervalSet(std::vector<Interval> any_order) {
  std::sort(any_order.begin(), any_order.end(),
            [](const Interval& a, const Interval& b) { return a.low < b.low; });
  for (const Interval& next : any_order) {
    if (next.low >= next.high) continue;
    if (!intervals_.empty() && next.low <= intervals_.back().high) {
      intervals_.back().high = std::max(intervals_.back().high, next.high);
    } else {
      intervals_.push_back(next);
    }
  }
}

bool IntervalSet::Contains(int64_t value) const {
  const auto after =
      std::upper_bound(intervals_.begin(), intervals_.end(), value,
                       [](int64_t at, const Interval& interval) { return at < interval.low; });
  return after != intervals_.begin() && value < (after - 1)->high;
}

uint64_t IntervalSet::Count() const {
  uint64_t count = 0;
  for (const Interval& interval : intervals_) count += interval.high - interval.low;
  return count;
}

std::vector<uint32_t> IntervalSet::Values() const {
  std::vector<uint32_t> values;
  values.reserve(Count());
  for (const Interval& interval : intervals_) {
    for (int64_t at = interval.low; at < interval.high; ++at) values.push_back(at);
  }
  return values;
}

IntervalSet IntervalSet::And(const IntervalSet& other) const {
  IntervalSet out;
  auto a = intervals_.begin();
  auto b = other.intervals_.begin();
  while (a != intervals_.end() && b != other.intervals_.end()) {
    const Interval both{std::max(a->low, b->low), std::min(a->high, b->high)};
    if (both.low < both.high) out.intervals_.push_back(both);
    (a->high < b->high ? a : b)++;
  }
  return out;
}

IntervalSet IntervalSet::Or(const IntervalSet& other) const {
  std::vector<Interval> all = intervals_;
  all.insert(all.end(), other.intervals_.begin(), other.intervals_.end());
  return IntervalSet(std::move(all));
}

IntervalSet IntervalSet::Without(const IntervalSet& other) const {
  IntervalSet out;
  auto cut = other.intervals_.begin();
  for (Interval rest : intervals_) {
    while (cut != other.intervals_.end() && cut->high <= rest.low) ++cut;
    for (auto at = cut; at != other.intervals_.end() && at->low < rest.high; ++at) {
      if (rest.low < at->low) out.intervals_.push_back({rest.low, at->low});
      rest.low = std::max(rest.low, at->high);
    }
    if (rest.low < rest.high) out.intervals_.push_back(rest);
  }
  return out;
}

Condition And(const Condition& a, const Condition& b) {
  return {a.kept.And(b.kept), std::min(a.missing, b.missing), a.reading};
}

Condition Or(const Condition& a, const Condition& b) {
  return {a.kept.Or(b.kept), std::max(a.missing, b.missing), a.reading};
}

Condition Not(const Condition& a, Interval universe) {
  Condition::Truth missing = a.missing;
  if (a.missing == Condition::Truth::kTrue) missing = Condition::Truth::kFalse;
  if (a.missing == Condition::Truth::kFalse) missing = Condition::Truth::kTrue;
  const bool any = a.reading == Condition::Reading::kAny;
  return {IntervalSet({universe}).Without(a.kept), missing,
          any ? Condition::Reading::kEvery : Condition::Reading::kAny};
}

}  // namespace commons::query
