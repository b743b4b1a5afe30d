// Numbers of an open release from exact 128-bit totals. Total: any input gives an answer, sums of
// hostile members included.
#ifndef COMMONS_QUERY_RELEASE_EXACT_H_
#define COMMONS_QUERY_RELEASE_EXACT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/numeric/int128.h"
#include "absl/types/span.h"

namespace commons::query {

// Of the non-missing values in a cell: how many, their sum and sum of squares, scaled by
// 10^decimals and 10^(2 decimals).
struct ExactTotals {
  absl::int128 count, sum, squares;
};

// The shortest text that reads back as the same double.
std::string ShortestDouble(double value);

// Relative error below 1e-15 times a small factor. nullopt: no value, or one for the sample
// variance (divisor count - 1).
std::optional<double> ExactAverage(const ExactTotals& totals, uint32_t decimals);
std::optional<double> ExactVariance(const ExactTotals& totals, uint32_t decimals);
std::optional<double> ExactStddev(const ExactTotals& totals, uint32_t decimals);

// The value at a fraction, 0 to 1, of values that ascend (scaled by 10^decimals), each so many
// times: as PostgreSQL's percentile_cont has it, and its percentile_disc (scaled). nullopt: there
// are none. Below 2^53 values to the last bit.
std::optional<double> ExactPercentile(absl::Span<const int64_t> values,
                                      absl::Span<const absl::int128> counts, double fraction,
                                      uint32_t decimals);
std::optional<int64_t> ExactPercentileValue(absl::Span<const int64_t> values,
                                            absl::Span<const absl::int128> counts, double fraction);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_EXACT_H_
