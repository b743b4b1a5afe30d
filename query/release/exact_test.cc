#include "query/release/exact.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace commons::query {
namespace {

TEST(ExactTest, ShortestDouble) {
  EXPECT_EQ(ShortestDouble(0.1), "0.1");
  EXPECT_EQ(ShortestDouble(2), "2");
  EXPECT_EQ(ShortestDouble(1.0 / 3), "0.3333333333333333");
}

TEST(ExactTest, TooFewValuesHaveNoMoments) {
  EXPECT_FALSE(ExactAverage({0, 0, 0}, 0).has_value());
  EXPECT_FALSE(ExactVariance({1, 5, 25}, 0).has_value());
  EXPECT_FALSE(ExactStddev({0, 0, 0}, 2).has_value());
  EXPECT_EQ(ExactVariance({2, 10, 50}, 0), 0.0);
}

ExactTotals TotalsOf(const std::vector<int64_t>& values) {
  ExactTotals totals{0, 0, 0};
  for (const int64_t value : values) {
    totals.count += 1;
    totals.sum += value;
    totals.squares += absl::int128(value) * value;
  }
  return totals;
}

// Textbook two-pass reference about the mean, in long double. A large offset with a small spread is
// where the one-pass formula in floating point fails.
TEST(ExactTest, MomentsAgainstTwoPasses) {
  std::mt19937_64 random(1);
  for (const int64_t offset : {int64_t{0}, int64_t{-123456}, int64_t{1} << 40, int64_t{1} << 52}) {
    for (const int64_t spread : {2, 1000, 1 << 30}) {
      std::vector<int64_t> values(501);
      for (int64_t& v : values) v = offset + static_cast<int64_t>(random() % spread);
      long double rest = 0;
      for (const int64_t v : values) rest += static_cast<long double>(v - offset);
      const long double mean = rest / values.size();
      long double squares = 0;
      for (const int64_t v : values) squares += std::pow(v - offset - mean, 2.0L);
      const double variance = static_cast<double>(squares / (values.size() - 1) / 1e4L);
      const ExactTotals totals = TotalsOf(values);
      const double average = static_cast<double>((offset + mean) / 100);
      EXPECT_NEAR(*ExactAverage(totals, 2), average, 1e-15 * std::abs(average) + 1e-15);
      EXPECT_NEAR(*ExactVariance(totals, 2), variance, 1e-12 * variance) << offset << " " << spread;
      EXPECT_NEAR(*ExactStddev(totals, 2), std::sqrt(variance), 1e-12 * std::sqrt(variance));
    }
  }
}

TEST(ExactTest, HostileTotalsGiveSomeNumber) {
  using Limits = std::numeric_limits<absl::int128>;
  for (const absl::int128 count : {Limits::min(), Limits::max(), absl::int128(2)}) {
    for (const absl::int128 sum : {Limits::min(), Limits::max(), absl::int128(-1)}) {
      for (const absl::int128 squares : {Limits::min(), Limits::max()}) {
        const auto variance = ExactVariance({count, sum, squares}, 6);
        EXPECT_GE(variance.value_or(0), 0);
      }
    }
  }
}

}  // namespace
}  // namespace commons::query
