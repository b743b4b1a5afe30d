// Percentiles as people see them, from how many values lie in each band (docs/formats/release.md,
// 7).
#ifndef COMMONS_QUERY_RELEASE_PERCENTILE_H_
#define COMMONS_QUERY_RELEASE_PERCENTILE_H_

#include <vector>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"
#include "privacy/present.h"
#include "proto/documents.pb.h"
#include "query/question/intervals.h"
#include "query/question/plan.h"
#include "query/release/figure.h"

namespace commons::query {

// Whether a measure is a percentile that is worked out from bands: not where exact counts of each
// value make it exact.
bool IsFromBands(const OutputMeasure& measure, const v1::Question& question,
                 const v1::Standard& standard);

// The values of one cell. `bands`: of CellSpace; `counts`: as many.
struct BandedCell {
  const v1::Column* column;
  const std::vector<Interval>* bands;
  absl::Span<const absl::int128> counts;
};

// On open data: PostgreSQL's own where each value is counted, else with the margin that its band
// leaves. null where there are no values.
void ShowOpenPercentile(const OutputMeasure& measure, const BandedCell& cell, Shown& shown);
// On protected data: suppressed as the sum of the counts is in its table, and where no band is
// ruled out. count_variance: of the noise in each count.
void ShowProtectedPercentile(const OutputMeasure& measure, const BandedCell& cell,
                             const privacy::CountTable& sums, double count_variance, Shown& shown);

// How wide one would be of so many values that lie evenly over all bands; "null" where it would not
// be shown.
std::string EvenPercentileMargin(const OutputMeasure& measure, const v1::Column& column,
                                 const std::vector<Interval>& bands, double values,
                                 double count_variance);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_PERCENTILE_H_
