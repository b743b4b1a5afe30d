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

}  // namespace commons::query
