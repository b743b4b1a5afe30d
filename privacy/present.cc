#include "privacy/present.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace commons::privacy {
namespace {

constexpr double kZ95 = 1.96;

// noisy >= 0: a shown value is at least its margin.
int64_t RoundToBase(int64_t noisy, int64_t base) {
  if (base <= 1) return noisy;
  const int64_t rest = noisy % base;
  const int64_t down = noisy - rest;
  const bool up = rest >= base - rest && down <= std::numeric_limits<int64_t>::max() - base;
  return up ? down + base : down;
}

}  // namespace

int64_t CountMargin95(const PresentRules& rules) {
  return static_cast<int64_t>(std::ceil(kZ95 * std::sqrt(rules.variance) + rules.rounding / 2.0));
}

PresentedCount PresentCount(int64_t noisy, const PresentRules& rules) {
  const int64_t margin = CountMargin95(rules);
  const int64_t threshold = rules.threshold;
  if (noisy < threshold) return {CellStatus::kSuppressed, SuppressReason::kSmallCell, 0, 0};
  if (noisy < margin) return {CellStatus::kSuppressed, SuppressReason::kBelowNoise, 0, 0};
  const CellStatus status = noisy < 2 * margin ? CellStatus::kUnreliable : CellStatus::kReleased;
  return {status, SuppressReason::kNone, RoundToBase(noisy, rules.rounding), margin};
}

}  // namespace commons::privacy
