#include "query/release/percentile.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>

#include "absl/status/statusor.h"
#include "base/text/decimal.h"
#include "privacy/quantile.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/release/exact.h"

namespace commons::query {
namespace {

int64_t Clamped(absl::int128 value) {
  const absl::int128 most = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(std::clamp<absl::int128>(value, -most, most));
}

// In the column's own unit.
std::vector<privacy::Band> BandsIn(const std::vector<Interval>& bands, const v1::Column& column) {
  const double scale = std::pow(10.0, column.decimals());
  std::vector<privacy::Band> out;
  out.reserve(bands.size());
  for (const Interval& band : bands) {
    out.push_back(
        {static_cast<double>(band.low) / scale, static_cast<double>(band.high - 1) / scale});
  }
  return out;
}

absl::StatusOr<privacy::Quantile> QuantileOf(double fraction, const BandedCell& cell,
                                             double count_variance) {
  std::vector<int64_t> counts;
  counts.reserve(cell.counts.size());
  for (const absl::int128& count : cell.counts) counts.push_back(Clamped(count));
  return privacy::EstimateQuantile(counts, BandsIn(*cell.bands, *cell.column), fraction,
                                   count_variance);
}

// With the band that the value lies in. A value of the column has no more digits than it.
void SetQuantile(const OutputMeasure& measure, const BandedCell& cell, privacy::Quantile quantile,
                 Shown& shown) {
  const v1::Column& column = *cell.column;
  const std::vector<privacy::Band> bands = BandsIn(*cell.bands, column);
  const auto status = privacy::StatusOf({bands.front().low, bands.back().high}, &quantile.estimate);
  int digits = DecimalsFor(quantile.estimate.margin95);
  if (measure.kind == OutputMeasure::Kind::kPercentileValue) {
    digits = std::min(digits, static_cast<int>(column.decimals()));
  }
  SetEstimate(quantile.estimate, status, digits, shown);
  SetInterval(quantile.low, quantile.high, quantile.estimate.value, digits, shown.value);
  const int64_t within = (*cell.bands)[quantile.band].low;
  shown.value.set_band(BandLabel(column, BinOf(column, v1::PERIOD_UNIT_UNSPECIFIED, within)));
}

bool CountsEachValue(const std::vector<Interval>& bands) {
  return std::all_of(bands.begin(), bands.end(),
                     [](const Interval& band) { return band.high - band.low == 1; });
}

void SetExactPercentile(const OutputMeasure& measure, const BandedCell& cell, Shown& shown) {
  const uint32_t decimals = cell.column->decimals();
  std::vector<int64_t> values;
  values.reserve(cell.bands->size());
  for (const Interval& band : *cell.bands) values.push_back(band.low);
  if (measure.kind == OutputMeasure::Kind::kPercentileValue) {
    const auto value = ExactPercentileValue(values, cell.counts, measure.fraction);
    if (!value.has_value()) return;
    shown.value.set_value(FormatDecimal(*value, decimals));
    shown.sort_key = static_cast<long double>(*value);
    return;
  }
  const auto value = ExactPercentile(values, cell.counts, measure.fraction, decimals);
  if (!value.has_value()) return;
  shown.value.set_value(ShortestDouble(*value));
  shown.sort_key = *value;
}

}  // namespace

bool IsFromBands(const OutputMeasure& measure, const v1::Question& question,
                 const v1::Standard& standard) {
  const bool percentile = measure.kind == OutputMeasure::Kind::kPercentile ||
                          measure.kind == OutputMeasure::Kind::kPercentileValue;
  if (!percentile) return false;
  return question.release() != v1::OPEN ||
         !CountsEachValue(BandsOf(question, measure.column, standard));
}

void ShowOpenPercentile(const OutputMeasure& measure, const BandedCell& cell, Shown& shown) {
  SetExact(shown.value);
  if (CountsEachValue(*cell.bands)) return SetExactPercentile(measure, cell, shown);
  const auto quantile = QuantileOf(measure.fraction, cell, 0);
  if (!quantile.ok()) return;
  SetQuantile(measure, cell, *quantile, shown);
  shown.value.set_noise_sd("0");
}

void ShowProtectedPercentile(const OutputMeasure& measure, const BandedCell& cell,
                             const privacy::CountTable& sums, double count_variance, Shown& shown) {
  const absl::int128 sum = std::accumulate(cell.counts.begin(), cell.counts.end(), absl::int128(0));
  const auto count = sums.Present(Clamped(sum));
  if (count.status == privacy::CellStatus::kSuppressed) return Suppress(count.reason, shown.value);
  const auto quantile = QuantileOf(measure.fraction, cell, count_variance);
  if (!quantile.ok() || !quantile->told) {
    return Suppress(privacy::SuppressReason::kBelowNoise, shown.value);
  }
  SetQuantile(measure, cell, *quantile, shown);
}

std::string EvenPercentileMargin(const OutputMeasure& measure, const v1::Column& column,
                                 const std::vector<Interval>& bands, double values,
                                 double count_variance) {
  const auto width = [](const Interval& band) { return static_cast<double>(band.high - band.low); };
  double span = 0;
  for (const Interval& band : bands) span += width(band);
  std::vector<int64_t> counts;
  counts.reserve(bands.size());
  for (const Interval& band : bands) {
    counts.push_back(static_cast<int64_t>(std::round(values * width(band) / span)));
  }
  const auto quantile =
      privacy::EstimateQuantile(counts, BandsIn(bands, column), measure.fraction, count_variance);
  if (!quantile.ok() || !quantile->told) return "null";
  const double margin = quantile->estimate.margin95;
  return Upwards(margin, DecimalsFor(margin));
}

}  // namespace commons::query
