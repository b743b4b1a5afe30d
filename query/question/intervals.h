// Sets of integers as half-open ranges: the values of a column that a condition keeps. Codes of a
// code list, scaled numbers and days alike.
#ifndef COMMONS_QUERY_QUESTION_INTERVALS_H_
#define COMMONS_QUERY_QUESTION_INTERVALS_H_

#include <cstdint>
#include <vector>

namespace commons::query {

struct Interval {
  int64_t low = 0;
  int64_t high = 0;  // not included

  bool operator==(const Interval&) const = default;
};

// Sorted, disjoint, not touching, none empty: equal sets are equal vectors.
class IntervalSet {
 public:
  IntervalSet() = default;
  explicit IntervalSet(std::vector<Interval> any_order);

  const std::vector<Interval>& intervals() const { return intervals_; }
  bool Contains(int64_t value) const;
  uint64_t Count() const;                // of values; of less than 2^63
  std::vector<uint32_t> Values() const;  // one by one: for small sets of small numbers
  IntervalSet And(const IntervalSet& other) const;
  IntervalSet Or(const IntervalSet& other) const;
  IntervalSet Without(const IntervalSet& other) const;

  bool operator==(const IntervalSet&) const = default;

 private:
  std::vector<Interval> intervals_;
};

// The condition on one column in SQL's three-valued logic: true for `kept`, false for the other
// values of the column, and one of the three for a missing value.
struct Condition {
  enum class Truth { kFalse, kUnknown, kTrue };  // ordered: AND is min, OR is max
  // A row of a column of several responses passes if any of them is kept, or only if every one is;
  // where a row has one value, and where `kept` is nothing or everything, that is the same.
  enum class Reading { kAny, kEvery };
  IntervalSet kept;
  Truth missing = Truth::kUnknown;
  Reading reading = Reading::kAny;

  bool operator==(const Condition&) const = default;
};

// These keep a's reading; Not has the other one.
Condition And(const Condition& a, const Condition& b);
Condition Or(const Condition& a, const Condition& b);
// `universe`: all values of the column.
Condition Not(const Condition& a, Interval universe);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_INTERVALS_H_
