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

// As PostgreSQL computes them of the sorted rows.
TEST(ExactTest, PercentilesAgainstSortedRows) {
  std::mt19937_64 random(2);
  for (int round = 0; round < 300; ++round) {
    std::vector<int64_t> values, rows;
    std::vector<absl::int128> counts;
    int64_t value = static_cast<int64_t>(random() % 100) - 50;
    for (size_t i = 0; i < 1 + random() % 8; ++i, value += 1 + random() % 30) {
      values.push_back(value);
      counts.push_back(random() % 4);
      rows.insert(rows.end(), static_cast<size_t>(counts.back()), value);
    }
    for (const double fraction : {0.0, 0.1, 0.25, 0.5, 0.75, 1.0 / 3, 0.99, 1.0}) {
      const auto between = ExactPercentile(values, counts, fraction, 2);
      const auto one = ExactPercentileValue(values, counts, fraction);
      ASSERT_EQ(between.has_value(), !rows.empty());
      ASSERT_EQ(one.has_value(), !rows.empty());
      if (rows.empty()) continue;
      const double row = fraction * (static_cast<double>(rows.size()) - 1);
      const auto at = [&](double i) {
        return static_cast<double>(rows[static_cast<size_t>(i)]) / 100;
      };
      const double low = at(std::floor(row)), high = at(std::ceil(row));
      EXPECT_EQ(*between, low + (row - std::floor(row)) * (high - low));
      const double last = std::max(std::ceil(fraction * static_cast<double>(rows.size())), 1.0);
      EXPECT_EQ(*one, rows[static_cast<size_t>(last) - 1]);
    }
  }
}

TEST(ExactTest, PercentilesOfHostileCountsAreOneOfTheValues) {
  const absl::int128 most = std::numeric_limits<absl::int128>::max();
  for (const absl::int128 a : {absl::int128(-5), absl::int128(0), most, -most}) {
    for (const absl::int128 b : {absl::int128(7), most}) {
      for (const double fraction : {0.0, 0.5, 1.0}) {
        const auto value = ExactPercentileValue({{10, 20}}, {{a, b}}, fraction);
        ASSERT_TRUE(value.has_value());
        EXPECT_TRUE(*value == 20 || (a > 0 && *value == 10));
        EXPECT_TRUE(std::isfinite(*ExactPercentile({{10, 20}}, {{a, b}}, fraction, 6)));
      }
    }
  }
}

}  // namespace
}  // namespace commons::query
