#include "query/release/exact.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace commons::query {
namespace {

long double PowerOfTen(uint32_t exponent) {
  long double power = 1;
  for (uint32_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// The sum of (value - mean)^2, scaled, without cancellation: about the nearest integer to the mean
// everything is an integer, and what is left to take off is at most half of it.
long double SumOfSquaredDeviations(const ExactTotals& totals) {
  absl::int128 mean = totals.sum / totals.count, rest = totals.sum % totals.count;
  if (rest < 0) {
    rest += totals.count;
    mean -= 1;
  }
  if (rest > totals.count - rest) {
    rest -= totals.count;
    mean += 1;
  }
  // Mod 2^128: intermediate overflow cancels.
  const absl::uint128 m(mean), n(totals.count), s(totals.sum), q(totals.squares);
  const long double about_mean = static_cast<long double>(q - 2 * m * s + n * m * m);
  const long double r = static_cast<long double>(rest);
  return std::max(about_mean - r * r / static_cast<long double>(totals.count), 0.0L);
}

std::optional<long double> Variance(const ExactTotals& totals, uint32_t decimals) {
  if (totals.count <= 1) return std::nullopt;
  const long double scale = PowerOfTen(decimals);
  return SumOfSquaredDeviations(totals) / static_cast<long double>(totals.count - 1) /
         (scale * scale);
}

// A count below 0 is a hostile member's.
double RowsOf(absl::Span<const absl::int128> counts) {
  double rows = 0;
  for (const absl::int128& count : counts) rows += std::max(static_cast<double>(count), 0.0);
  return rows;
}

// Which of the values is that of a row, counted from 0; the last one's after the end.
size_t ValueOfRow(absl::Span<const absl::int128> counts, double row) {
  size_t last = 0;
  double before = 0;
  for (size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] <= 0) continue;
    last = i;
    before += static_cast<double>(counts[i]);
    if (row < before) break;
  }
  return last;
}

}  // namespace

std::string ShortestDouble(double value) {
  char buffer[64];
  const auto end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, end.ptr);
}

std::optional<double> ExactAverage(const ExactTotals& totals, uint32_t decimals) {
  if (totals.count <= 0) return std::nullopt;
  return static_cast<double>(static_cast<long double>(totals.sum) /
                             (static_cast<long double>(totals.count) * PowerOfTen(decimals)));
}

std::optional<double> ExactVariance(const ExactTotals& totals, uint32_t decimals) {
  const auto variance = Variance(totals, decimals);
  if (!variance.has_value()) return std::nullopt;
  return static_cast<double>(*variance);
}

std::optional<double> ExactStddev(const ExactTotals& totals, uint32_t decimals) {
  const auto variance = Variance(totals, decimals);
  if (!variance.has_value()) return std::nullopt;
  return static_cast<double>(std::sqrt(*variance));
}

std::optional<double> ExactPercentile(absl::Span<const int64_t> values,
                                      absl::Span<const absl::int128> counts, double fraction,
                                      uint32_t decimals) {
  const double rows = RowsOf(counts);
  if (rows < 1) return std::nullopt;
  const double scale = static_cast<double>(PowerOfTen(decimals));
  const auto value = [&](double row) {
    return static_cast<double>(values[ValueOfRow(counts, row)]) / scale;
  };
  const double row = fraction * (rows - 1), first = std::floor(row);
  const double below = value(first);
  return below + (row - first) * (value(std::ceil(row)) - below);
}

std::optional<int64_t> ExactPercentileValue(absl::Span<const int64_t> values,
                                            absl::Span<const absl::int128> counts,
                                            double fraction) {
  const double rows = RowsOf(counts);
  if (rows < 1) return std::nullopt;
  return values[ValueOfRow(counts, std::max(std::ceil(fraction * rows), 1.0) - 1)];
}

}  // namespace commons::query
