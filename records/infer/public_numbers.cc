#include "records/infer/public_numbers.h"

#include <algorithm>
#include <cmath>

namespace commons::records {
namespace {

constexpr int64_t kLargest = 5'000'000'000'000'000;  // within 2^53

int64_t Down(double number, int64_t step) {
  return static_cast<int64_t>(std::floor(number / static_cast<double>(step))) * step;
}

// Above it: a range of bands leaves its end out.
int64_t Above(double number, int64_t step) { return Down(number, step) + step; }

int64_t StepOf(const Spread& spread) { return StepAtLeast((spread.high - spread.low) / 10); }

}  // namespace

int64_t StepAtLeast(double number) {
  for (int64_t power = 1; power < kLargest / 5; power *= 10) {
    for (const int64_t digit : {1, 2, 5}) {
      if (static_cast<double>(digit * power) >= number) return digit * power;
    }
  }
  return kLargest;
}

PublicRange AroundMost(const Spread& spread) {
  const int64_t step = StepOf(spread);
  PublicRange range{Down(spread.low, step), Above(spread.high, step)};
  // Nought is nobody's, and near.
  if (range.low > 0 && range.low <= 2 * step) range.low = 0;
  return range;
}

PublicRange AroundAll(const Spread& spread) {
  PublicRange range = AroundMost(spread);
  if (spread.least < static_cast<double>(range.low)) {
    range.low = spread.least >= 0 ? 0 : -StepAtLeast(-spread.least);
  }
  if (spread.most >= static_cast<double>(range.high)) {
    range.high = spread.most < 0 ? 0 : StepAtLeast(spread.most + 1);
  }
  return range;
}

std::vector<int64_t> BreaksOf(const Spread& spread) {
  const PublicRange all = AroundAll(spread);
  const int64_t step = StepOf(spread);
  std::vector<int64_t> breaks = {all.low};
  for (const double quantile : spread.inner) {
    const int64_t edge = Down(quantile + static_cast<double>(step) / 2, step);
    if (edge > breaks.back() && edge < all.high) breaks.push_back(edge);
  }
  breaks.push_back(all.high);
  return breaks;
}

}  // namespace commons::records
