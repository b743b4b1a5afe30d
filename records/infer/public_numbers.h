// Numbers that are nobody's: of few digits, so that a bound made from data does not give away the
// value of the person at the end.
#ifndef COMMONS_RECORDS_INFER_PUBLIC_NUMBERS_H_
#define COMMONS_RECORDS_INFER_PUBLIC_NUMBERS_H_

#include <cstdint>
#include <vector>

namespace commons::records {

// The least of 1, 2, 5, 10, 20, 50, ... that is at least `number` (0 gives 1).
int64_t StepAtLeast(double number);

// The spread of a column, in units of its last decimal.
struct Spread {
  double least = 0, low = 0, high = 0, most = 0;  // low, high: all but some at either end
  std::vector<double> inner;                      // quantiles between low and high, ascending
};

struct PublicRange {
  int64_t low = 0;
  int64_t high = 0;  // above every value that is not beyond it
};

// Outward from low and high to multiples of a step of at least a tenth of what lies between.
PublicRange AroundMost(const Spread& spread);
// Around all values: as AroundMost where none lies beyond it, else 0 or a step of 1, 2, 5, 10 and
// so on, which tells of a single value far out not more than its size.
PublicRange AroundAll(const Spread& spread);
// Ascending, from AroundAll's low to its high; between them multiples of a step near `inner`.
std::vector<int64_t> BreaksOf(const Spread& spread);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_PUBLIC_NUMBERS_H_
