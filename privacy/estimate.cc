#include "privacy/estimate.h"

#include <algorithm>
#include <cmath>

#include "absl/status/status.h"
#include "base/status.h"

namespace commons::privacy {
namespace {

constexpr double kZ95 = 1.96;

double Mid(const Clip& clip) { return clip.low / 2 + clip.high / 2; }
double Step(const Clip& clip) { return (clip.high - clip.low) / 64; }

// Unbiased rounding to whole steps has a variance of at most 1/4 in each row.
double StepsVariance(const Totals& totals, const TotalNoise& noise) {
  return noise.sum_variance + std::max<double>(totals.count, 0) / 4;
}

absl::Status CheckCount(const Totals& totals) {
  if (totals.count > 1) return absl::OkStatus();
  return absl::FailedPreconditionError("average: too few values in the cell");
}

// The sample variance in steps squared and the variance of that estimate.
struct Spread {
  double value;
  double variance;
};

// H^2/64 = 16 step^2, so the sample variance is (16 Q + 512 N - U^2/N) / (N - 1) in steps squared.
Spread SpreadInSteps(const Totals& totals, const TotalNoise& noise) {
  const double n = totals.count, u = totals.steps, q = totals.squares;
  // The noise in U adds its variance to U^2: taken off, or small cells would come out too narrow.
  const double value = (16 * q + 512 * n - (u * u - noise.sum_variance) / n) / (n - 1);
  // The slopes grow as N falls, and N itself is noisy: taken one standard error below it.
  const double low_n = std::max(n - std::sqrt(noise.count_variance), 2.0);
  const double by_u = -2 * u / (low_n * (low_n - 1));
  const double by_q = 16 / (low_n - 1);
  const double by_n = (512 + u * u / (low_n * low_n) - value) / (low_n - 1);
  return {value, (by_u * by_u + by_q * by_q) * StepsVariance(totals, noise) +
                     by_n * by_n * noise.count_variance};
}

}  // namespace

TotalNoise NoiseOfTotals(NoiseClass noise_class, uint32_t members, uint32_t colluders) {
  const uint64_t flips = FlipsOf(noise_class);
  return {
      .count_variance = NoiseVariance(FlipsShareOf(flips, members, colluders), members),
      .sum_variance =
          NoiseVariance(FlipsShareOf(flips * kSumFlipsFactor, members, colluders), members),
  };
}

double NoiseSd(const Estimate& estimate) { return estimate.margin95 / kZ95; }

Bounds SumBounds(int64_t count, const Clip& clip) {
  const double n = std::max<double>(count, 0);
  return {n * clip.low, n * clip.high};
}

Bounds AverageBounds(const Clip& clip) { return {clip.low, clip.high}; }

// Half of the people at each end, and the sample's divisor.
Bounds VarianceBounds(int64_t count, const Clip& clip) {
  const double half = clip.high / 2 - clip.low / 2, n = count;
  return {0, half * half * n / (n - 1)};
}

Bounds StddevBounds(int64_t count, const Clip& clip) {
  return {0, std::sqrt(VarianceBounds(count, clip).high)};
}

EstimateStatus StatusOf(const Bounds& bounds, Estimate* estimate) {
  const double range = bounds.high - bounds.low;
  if (!(estimate->margin95 <= range)) return EstimateStatus::kSuppressed;
  estimate->value = std::clamp(estimate->value, bounds.low, bounds.high);
  const double large = std::max(std::abs(estimate->value) / 2, range / 10);
  return estimate->margin95 > large ? EstimateStatus::kUnreliable : EstimateStatus::kReleased;
}

Estimate EstimateSum(const Totals& totals, const Clip& clip, const TotalNoise& noise) {
  const double mid = Mid(clip), step = Step(clip);
  const double variance =
      mid * mid * noise.count_variance + step * step * StepsVariance(totals, noise);
  return {mid * totals.count + step * totals.steps, kZ95 * std::sqrt(variance)};
}

absl::StatusOr<Estimate> EstimateAverage(const Totals& totals, const Clip& clip,
                                         const TotalNoise& noise) {
  RETURN_IF_ERROR(CheckCount(totals));
  const double n = totals.count, mean_steps = totals.steps / n;
  const double variance =
      (StepsVariance(totals, noise) + mean_steps * mean_steps * noise.count_variance) / (n * n);
  return Estimate{Mid(clip) + Step(clip) * mean_steps, kZ95 * Step(clip) * std::sqrt(variance)};
}

absl::StatusOr<Estimate> EstimateVariance(const Totals& totals, const Clip& clip,
                                          const TotalNoise& noise) {
  RETURN_IF_ERROR(CheckCount(totals));
  const Spread spread = SpreadInSteps(totals, noise);
  const double unit = Step(clip) * Step(clip);
  return Estimate{unit * std::max(spread.value, 0.0), kZ95 * unit * std::sqrt(spread.variance)};
}

absl::StatusOr<Estimate> EstimateStddev(const Totals& totals, const Clip& clip,
                                        const TotalNoise& noise) {
  ASSIGN_OR_RETURN(const Estimate variance, EstimateVariance(totals, clip, noise));
  const double value = std::sqrt(variance.value);
  const double below = std::sqrt(std::max(variance.value - variance.margin95, 0.0));
  const double above = std::sqrt(variance.value + variance.margin95);
  return Estimate{value, std::max(value - below, above - value)};
}

}  // namespace commons::privacy
