#include "base/quantize.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace commons {
namespace {

constexpr int64_t kBound = int64_t{1} << 53;
constexpr uint64_t kLastCoin = ~uint64_t{0};

// Coins at even distances: the mean over them is the expectation up to 1/kCoins.
constexpr int kCoins = 1 << 12;
uint64_t Coin(int i) { return (uint64_t{1} << 52) * i + (uint64_t{1} << 51); }

template <typename Quantize>
long double MeanOverCoins(Quantize quantize, int64_t value, int64_t low, int64_t high) {
  long double sum = 0;
  for (int i = 0; i < kCoins; ++i) sum += quantize(value, low, high, Coin(i));
  return sum / kCoins;
}

struct Range {
  int64_t low, high;
};
constexpr Range kRanges[] = {
    {0, 1},
    {0, 63},
    {0, 64},
    {-7, 120},
    {100, 1'000'003},
    {-kBound, kBound},
    {0, kBound},
    {kBound - 1, kBound},
    {-5'000'000'019, 77},
    {0, (1 << 29) - 1},
    {0, 1 << 29},
    {-(1 << 28), (1 << 28) + 1},
};

std::vector<int64_t> ValuesIn(const Range& range) {
  std::vector<int64_t> values = {range.low, range.high, -kBound, kBound};
  for (int i = 1; i < 24; ++i) {
    values.push_back(range.low + static_cast<int64_t>((range.high - range.low) / 24.0L * i));
  }
  return values;
}

TEST(QuantizeTest, StepsAreUnbiased) {
  for (const Range& range : kRanges) {
    for (int64_t value : ValuesIn(range)) {
      const long double clipped = std::clamp(value, range.low, range.high);
      const long double step = (static_cast<long double>(range.high) - range.low) / 64;
      const long double mid = (static_cast<long double>(range.high) + range.low) / 2;
      EXPECT_NEAR(MeanOverCoins(QuantizeStep, value, range.low, range.high), (clipped - mid) / step,
                  1.01 / kCoins)
          << value << " in " << range.low << ".." << range.high;
    }
  }
}

TEST(QuantizeTest, SquaresAreUnbiased) {
  for (const Range& range : kRanges) {
    for (int64_t value : ValuesIn(range)) {
      const long double clipped = std::clamp(value, range.low, range.high);
      const long double half = (static_cast<long double>(range.high) - range.low) / 2;
      const long double mid = (static_cast<long double>(range.high) + range.low) / 2;
      const long double ratio = (clipped - mid) / half;
      EXPECT_NEAR(MeanOverCoins(QuantizeSquare, value, range.low, range.high),
                  64 * ratio * ratio - 32, 1.01 / kCoins)
          << value << " in " << range.low << ".." << range.high;
    }
  }
}

// Floor and remainder in 128 bits, signed, as the rule is written.
TEST(QuantizeTest, StepsAreOneOfTheTwoNeighbours) {
  for (const Range& range : kRanges) {
    for (int64_t value : ValuesIn(range)) {
      const absl::int128 clipped = std::clamp(value, range.low, range.high);
      const absl::int128 numerator = 32 * (2 * clipped - range.low - range.high);
      const absl::int128 divisor = absl::int128(range.high) - range.low;
      absl::int128 floor = numerator / divisor;
      if (floor * divisor > numerator) --floor;
      const bool exact = floor * divisor == numerator;
      EXPECT_EQ(QuantizeStep(value, range.low, range.high, 0), floor + !exact);
      EXPECT_EQ(QuantizeStep(value, range.low, range.high, kLastCoin), floor);
    }
  }
}

TEST(QuantizeTest, StayWithinThirtyTwoStepsForAnyInput) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 200'000; ++i) {
    const auto bounded = [&] {
      const int shift = random() % 54;
      const int64_t size = static_cast<int64_t>(random() % (uint64_t{1} << shift));
      return random() % 2 ? size : -size;
    };
    int64_t low = bounded(), high = bounded();
    if (low > high) std::swap(low, high);
    const int64_t value = bounded();
    const uint64_t coin = i % 3 == 0 ? kLastCoin : i % 3 == 1 ? 0 : random();
    EXPECT_LE(std::abs(QuantizeStep(value, low, high, coin)), 32) << value << low << high;
    EXPECT_LE(std::abs(QuantizeSquare(value, low, high, coin)), 32) << value << low << high;
  }
}

TEST(QuantizeTest, EndsOfTheRangeAreExactWhateverTheCoin) {
  for (const Range& range : kRanges) {
    for (uint64_t coin : {uint64_t{0}, uint64_t{1} << 63, kLastCoin}) {
      EXPECT_EQ(QuantizeStep(range.low, range.low, range.high, coin), -32);
      EXPECT_EQ(QuantizeStep(range.high, range.low, range.high, coin), 32);
      EXPECT_EQ(QuantizeSquare(range.low, range.low, range.high, coin), 32);
      EXPECT_EQ(QuantizeSquare(range.high, range.low, range.high, coin), 32);
    }
  }
}

TEST(QuantizeTest, ARangeOfOnePointIsItsMiddle) {
  for (int64_t point : {int64_t{0}, kBound, -kBound}) {
    EXPECT_EQ(QuantizeStep(5, point, point, kLastCoin), 0);
    EXPECT_EQ(QuantizeSquare(5, point, point, 0), 0);
  }
}

TEST(QuantizeTest, SquaresOfWideRangesEqualThoseOfTheSameRangeInSmallerUnits) {
  for (int64_t value = 0; value <= 1000; value += 7) {
    for (int64_t unit : {int64_t{1} << 20, int64_t{1} << 33, int64_t{1} << 43}) {
      for (int i = 0; i < kCoins; i += 97) {
        EXPECT_EQ(QuantizeSquare(value, 0, 1000, Coin(i)),
                  QuantizeSquare(value * unit, 0, 1000 * unit, Coin(i)));
      }
    }
  }
}

// With one coin for both, the smaller event would lie inside the larger.
TEST(QuantizeTest, AValueAndItsSquareRoundIndependentlyOfOneCoin) {
  std::mt19937_64 random(11);
  constexpr int kTosses = 20'000;
  // In [0, 129] both fractions are well inside (0, 1).
  int up = 0, square_up = 0, both = 0;
  const int step = Quantize(Quantizer::kStep, 65, 0, 129, kLastCoin);
  const int square = Quantize(Quantizer::kSquare, 99, 0, 129, kLastCoin);
  for (int i = 0; i < kTosses; ++i) {
    const uint64_t coin = random();
    const bool a = Quantize(Quantizer::kStep, 65, 0, 129, coin) != step;
    const bool b = Quantize(Quantizer::kSquare, 99, 0, 129, coin) != square;
    up += a;
    square_up += b;
    both += a && b;
  }
  ASSERT_GT(up, kTosses / 20);
  ASSERT_GT(square_up, kTosses / 20);
  const double expected = 1.0 * up * square_up / kTosses;
  EXPECT_NEAR(both, expected, 5 * std::sqrt(expected));
}

}  // namespace
}  // namespace commons
