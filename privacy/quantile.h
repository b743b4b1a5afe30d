// Percentiles from how many values lie in each of some bands (docs/formats/release.md, 7).
//
//   K   bands, from the lowest     C(k)  count up to band k, noise included; C(K) = N
//   r   fraction, 0 to 1           s     standard deviation of the noise in one band's count
//
// The value is where the cumulative count reaches r N: made monotone between 0 and N (pool adjacent
// violators; Ayer et al., "An Empirical Distribution Function for Sampling with Incomplete
// Information", 1955) and linear inside a band. How far it may be off follows from the variance of
// C(k) - r N, which is s^2 (k (1-r)^2 + (K-k) r^2): a band that lies wholly below or above the rank
// by more than 1.96 of its roots is ruled out, and the margin reaches to the far end of the bands
// that are left (Woodruff, "Confidence Intervals for Medians and Other Position Measures", 1952).
// It so is never narrower than the band, whatever lies in it and however.
#ifndef COMMONS_PRIVACY_QUANTILE_H_
#define COMMONS_PRIVACY_QUANTILE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "privacy/estimate.h"

namespace commons::privacy {

// The least and the greatest value that can lie in it, in the column's unit.
struct Band {
  double low = 0;
  double high = 0;
};

struct Quantile {
  Estimate estimate;  // inside its bounds
  double low = 0;     // the ends of the bands that are left: on one side the margin reaches beyond
  double high = 0;
  size_t band = 0;    // in which the value lies
  bool told = false;  // whether any band is ruled out; else it says no more than the bounds do
};

// The fraction-th value of those counted, with or without interpolation between two of them.
// `counts`: of these bands, ascending and disjoint, as many. fraction: 0 to 1. count_variance: of
// the noise in each count; 0: exact, and the margin then is certain. Monotone in `fraction`.
// kFailedPrecondition when the counts add up to less than 1.
absl::StatusOr<Quantile> EstimateQuantile(absl::Span<const int64_t> counts,
                                          absl::Span<const Band> bands, double fraction,
                                          double count_variance);

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_QUANTILE_H_
