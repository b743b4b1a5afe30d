#include "privacy/present.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <vector>

namespace commons::privacy {
namespace {

constexpr double kZ95 = 1.96;
constexpr double kFalseShare = 0.05;   // of the cells shown
constexpr double kTailsMax = 1 << 20;  // of any noise that a roster may hold far more than enough
constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

double Sigma(const PresentRules& rules) { return std::sqrt(static_cast<double>(rules.coins)) / 2; }

int64_t Margin(double quantile, const PresentRules& rules, double rounding) {
  return static_cast<int64_t>(std::ceil(quantile * Sigma(rules) + rounding));
}

// P(noise >= d) for d = 0, 1, ...; behind its end it is less than any double tells apart from 0.
std::vector<double> UpperTails(uint64_t coins) {
  const double half = static_cast<double>(coins) / 2;
  const auto end =
      static_cast<size_t>(std::min({half, std::ceil(40 * std::sqrt(half / 2)) + 1, kTailsMax}));
  std::vector<double> tails(end + 1);
  double at =
      std::exp(std::lgamma(2 * half + 1) - 2 * std::lgamma(half + 1) - 2 * half * std::log(2.0));
  for (size_t d = 0; d <= end; ++d) {
    tails[d] = at;
    at *= (half - static_cast<double>(d)) / (half + static_cast<double>(d) + 1);
  }
  for (size_t d = end; d > 0; --d) tails[d - 1] += tails[d];
  return tails;
}

double TailAt(const std::vector<double>& tails, int64_t distance) {
  if (distance <= 0) {  // the noise lies as far above as below
    const uint64_t above = 1 - static_cast<uint64_t>(distance);
    return above < tails.size() ? 1 - tails[above] : 1;
  }
  return static_cast<uint64_t>(distance) < tails.size() ? tails[distance] : 0;
}

// a - b, which may lie outside of int64.
int64_t Difference(int64_t a, int64_t b) {
  int64_t difference;
  if (!__builtin_sub_overflow(a, b, &difference)) return difference;
  return a < b ? std::numeric_limits<int64_t>::min() + 1 : kNever;
}

// The least count past the cut, whether the table has one so small or not; kNever: none is past it.
// `sorted`: the largest first.
int64_t Cut(const std::vector<int64_t>& sorted, const PresentRules& rules) {
  const std::vector<double> tails = UpperTails(rules.coins);
  const auto most_small = static_cast<int64_t>(rules.threshold) - 1;
  double allowed = 0;
  for (size_t i = 0; i < sorted.size(); ++i) {
    const double chance = TailAt(tails, Difference(sorted[i], most_small));
    const double share =
        kFalseShare * static_cast<double>(i + 1) / static_cast<double>(sorted.size());
    if (chance <= share) allowed = share;
  }
  if (allowed == 0) return kNever;
  int64_t distance = 0;
  while (TailAt(tails, distance) > allowed) ++distance;
  return most_small + distance;
}

// Of the standard normal distribution, from its tail; 0 < tail < 0.5.
double NormalQuantile(double tail) {
  double low = 0, high = 40;
  for (int i = 0; i < 80; ++i) {
    const double middle = (low + high) / 2;
    (std::erfc(middle / std::sqrt(2.0)) / 2 > tail ? low : high) = middle;
  }
  return high;
}

// value >= 0: a shown value is at least its margin.
int64_t NearestMultiple(int64_t value, int64_t base) {
  if (base <= 1) return value;
  const int64_t rest = value % base;
  const int64_t down = value - rest;
  const bool up = rest >= base - rest && down <= kNever - base;
  return up ? down + base : down;
}

}  // namespace

int64_t CountMargin95(const PresentRules& rules) {
  return Margin(kZ95, rules, rules.rounding / 2.0);
}

int64_t SmallestShown(const PresentRules& rules) {
  // A table of large counts cuts the least.
  const CountTable large({std::numeric_limits<int32_t>::max()}, rules);
  return large.Present(large.least_shown()).value;
}

double NoiseTail(uint64_t coins, int64_t distance) { return TailAt(UpperTails(coins), distance); }

CountTable::CountTable(absl::Span<const int64_t> noisy, const PresentRules& rules)
    : rules_(rules), margin_(CountMargin95(rules)) {
  std::vector<int64_t> sorted(noisy.begin(), noisy.end());
  std::sort(sorted.begin(), sorted.end(), std::greater<>());
  least_ = std::max({static_cast<int64_t>(rules.threshold), margin_, Cut(sorted, rules)});
  const auto shown =
      std::count_if(sorted.begin(), sorted.end(), [&](int64_t count) { return count >= least_; });
  if (shown == 0) return;
  wide_ = std::max(kZ95, NormalQuantile(kFalseShare * static_cast<double>(shown) /
                                        (2 * static_cast<double>(sorted.size()))));
}

PresentedCount CountTable::Present(int64_t noisy) const {
  const int64_t threshold = rules_.threshold;
  if (noisy < threshold) return {CellStatus::kSuppressed, SuppressReason::kSmallCell, 0, 0};
  if (noisy < least_) return {CellStatus::kSuppressed, SuppressReason::kBelowNoise, 0, 0};
  const int64_t base = rules_.rounding;
  PresentedCount shown{CellStatus::kReleased, SuppressReason::kNone, NearestMultiple(noisy, base)};
  double rounding = base / 2.0;
  if (shown.value < threshold) {
    shown.value += base;
    rounding = static_cast<double>(base);
  }
  if (noisy < 2 * margin_) shown.status = CellStatus::kUnreliable;
  const bool near_the_cut = noisy - margin_ < least_;  // as every unreliable one is
  shown.margin95 = Margin(near_the_cut ? wide_ : kZ95, rules_, rounding);
  return shown;
}

}  // namespace commons::privacy
