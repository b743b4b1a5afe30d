// From noisy integer partials to SUM, AVG, VARIANCE and STDDEV with margins
// (docs/formats/release.md, 2 and 7). Floating point starts here, after the total is known.
//
//   N  count of values   U  sum of steps   Q  sum of (scaled squares - 32)
//   mid = (low + high) / 2    step = (high - low) / 64    H = (high - low) / 2
//   SUM = mid*N + step*U      AVG = mid + step*U/N        E(v-mid)^2 = (Q/N + 32) * H^2/64
#ifndef COMMONS_PRIVACY_ESTIMATE_H_
#define COMMONS_PRIVACY_ESTIMATE_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "privacy/noise.h"

namespace commons::privacy {

// Noise variances actually in the roster's totals.
struct TotalNoise {
  double count_variance = 0;  // of N
  double sum_variance = 0;    // of U and of Q, in steps
};
TotalNoise NoiseOfTotals(NoiseClass noise_class, uint32_t members, uint32_t colluders);

// Clip bounds in the column's unit, low <= high, finite.
struct Clip {
  double low = 0;
  double high = 0;
};

// Noisy totals of one cell, as signed integers.
struct Totals {
  int64_t count = 0;    // N
  int64_t steps = 0;    // U
  int64_t squares = 0;  // Q
};

// margin95 = 1.96 standard errors (noise in N, U and Q, and rounding to steps of at most N/4), by
// the delta method where the value is not linear in the totals. Bias by clipping is not in it.
struct Estimate {
  double value = 0;
  double margin95 = 0;
};

// Standard deviation of what noise and rounding to steps did to the value.
double NoiseSd(const Estimate& estimate);

// What a value can be, whoever the people are, when `count` of them lie inside the clip.
struct Bounds {
  double low = 0;
  double high = 0;
};
Bounds SumBounds(int64_t count, const Clip& clip);
Bounds AverageBounds(const Clip& clip);
Bounds VarianceBounds(int64_t count, const Clip& clip);  // of a sample; count > 1
Bounds StddevBounds(int64_t count, const Clip& clip);    // of a sample; count > 1

// Whether an estimate is worth showing, and the value moved inside its bounds.
enum class EstimateStatus {
  kReleased,
  kUnreliable,  // its margin is more than half of it, and more than a tenth of what it could be
  kSuppressed,  // it says no more than the bounds do
};
EstimateStatus StatusOf(const Bounds& bounds, Estimate* estimate);

// `squares` is not read.
Estimate EstimateSum(const Totals& totals, const Clip& clip, const TotalNoise& noise);

// kFailedPrecondition when N <= 1: no average can be told. `squares` is not read.
absl::StatusOr<Estimate> EstimateAverage(const Totals& totals, const Clip& clip,
                                         const TotalNoise& noise);

// Sample variance (divisor N - 1, PostgreSQL's `variance`), never below 0, less the known noise of
// U in U^2; its margin takes the slopes one standard error of N below N, where they are steeper
// (with those at N, margins of cells just above the cut held the truth only 89 times in 100). The
// deviation is its square root, with the longer side of the variance's interval under the root as
// margin. kFailedPrecondition when N <= 1.
absl::StatusOr<Estimate> EstimateVariance(const Totals& totals, const Clip& clip,
                                          const TotalNoise& noise);
absl::StatusOr<Estimate> EstimateStddev(const Totals& totals, const Clip& clip,
                                        const TotalNoise& noise);

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_ESTIMATE_H_
