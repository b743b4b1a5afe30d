#include "privacy/quantile.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/status/status.h"

namespace commons::privacy {
namespace {

constexpr double kZ95 = 1.96;

// C(0) = 0 to C(K) = N.
std::vector<double> CumulativeOf(absl::Span<const int64_t> counts) {
  std::vector<double> sums = {0};
  for (const int64_t count : counts) sums.push_back(sums.back() + static_cast<double>(count));
  return sums;
}

// The nearest that never falls, from 0 to N: where it would, both sides become their average.
std::vector<double> Monotone(const std::vector<double>& cumulative) {
  struct Block {
    double sum;
    size_t size;
    double average() const { return sum / static_cast<double>(size); }
  };
  const double total = cumulative.back();
  std::vector<Block> blocks;
  for (const double at : cumulative) {
    blocks.push_back({std::clamp(at, 0.0, total), 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].average() > blocks.back().average()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back() = {blocks.back().sum + last.sum, blocks.back().size + last.size};
    }
  }
  std::vector<double> monotone;
  for (const Block& block : blocks) monotone.insert(monotone.end(), block.size, block.average());
  monotone.front() = 0;
  monotone.back() = total;
  return monotone;
}

// Of C(k) - r N: 1.96 standard deviations.
double RankMargin(size_t k, size_t bands, double r, double count_variance) {
  const auto below = static_cast<double>(k), above = static_cast<double>(bands - k);
  return kZ95 * std::sqrt(count_variance * (below * (1 - r) * (1 - r) + above * r * r));
}

}  // namespace

absl::StatusOr<Quantile> EstimateQuantile(absl::Span<const int64_t> counts,
                                          absl::Span<const Band> bands, double fraction,
                                          double count_variance) {
  const std::vector<double> cumulative = CumulativeOf(counts);
  const double total = cumulative.back();
  if (!(total >= 1)) return absl::FailedPreconditionError("percentile: no values");
  const std::vector<double> monotone = Monotone(cumulative);
  const double rank = fraction * total;
  Quantile out;
  while (monotone[out.band + 1] < rank || monotone[out.band + 1] == monotone[out.band]) ++out.band;
  const Band& within = bands[out.band];
  const double share = (rank - monotone[out.band]) / (monotone[out.band + 1] - monotone[out.band]);
  out.estimate.value = within.low + share * (within.high - within.low);

  // A percentile lies between two values that are neighbours: its row is one of those from
  // r N - r + 1 to r N - r + 2, rounded down and up.
  const size_t count = bands.size();
  size_t lowest = 0, highest = count - 1;
  const auto margin = [&](size_t k) { return RankMargin(k, count, fraction, count_variance); };
  while (lowest < out.band && cumulative[lowest + 1] <= rank - fraction - margin(lowest + 1)) {
    ++lowest;
  }
  while (highest > out.band && cumulative[highest] >= rank + 1 - fraction + margin(highest)) {
    --highest;
  }
  out.told = lowest > 0 || highest + 1 < count;
  out.low = bands[lowest].low;
  out.high = bands[highest].high;
  out.estimate.margin95 = std::max(out.estimate.value - out.low, out.high - out.estimate.value);
  return out;
}

}  // namespace commons::privacy
