#include "privacy/estimate.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/quantize.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "privacy/present.h"

namespace commons::privacy {
namespace {

constexpr int64_t kLow = 0, kHigh = 1000;
constexpr Clip kClip = {0, 1000};

// The measures of the values themselves, in two passes.
struct Truth {
  double sum = 0, average = 0, variance = 0;
};
Truth TruthOf(const std::vector<int64_t>& values) {
  Truth truth;
  for (int64_t value : values) truth.sum += value;
  truth.average = truth.sum / values.size();
  for (int64_t value : values) truth.variance += std::pow(value - truth.average, 2);
  truth.variance /= values.size() - 1.0;
  return truth;
}

std::vector<int64_t> Values(size_t count, int64_t centre, int64_t spread,
                            crypto::ChaChaStream& random) {
  std::vector<int64_t> values(count);
  for (int64_t& value : values) {
    value = centre;
    for (int i = 0; i < 3; ++i) value += static_cast<int64_t>(random.NextU64() % spread);
    value = std::clamp(value - 3 * spread / 2, kLow, kHigh);
  }
  return values;
}

Totals Quantized(const std::vector<int64_t>& values, int64_t low, int64_t high,
                 crypto::ChaChaStream& random) {
  Totals totals;
  for (int64_t value : values) {
    ++totals.count;
    totals.steps += QuantizeStep(value, low, high, random.NextU64());
    totals.squares += QuantizeSquare(value, low, high, random.NextU64());
  }
  return totals;
}

int64_t Noisy(int64_t value, uint64_t flips_share, uint32_t members, crypto::ChaChaStream& random) {
  uint64_t cell[] = {static_cast<uint64_t>(value)};
  for (uint32_t member = 0; member < members; ++member) {
    AddNoise(flips_share, random, absl::MakeSpan(cell));
  }
  return static_cast<int64_t>(cell[0]);
}

TEST(NoiseOfTotalsTest, IsTheVarianceThatTheRosterAdds) {
  const TotalNoise noise = NoiseOfTotals(NoiseClass::kStandard, 22, 10);
  EXPECT_DOUBLE_EQ(noise.count_variance, 187);
  EXPECT_NEAR(noise.sum_variance / 1024, 22.0 / 12 * 100, 0.1);  // less rounding up of the shares
  const TotalNoise alone = NoiseOfTotals(NoiseClass::kFine, 1, 0);
  EXPECT_DOUBLE_EQ(alone.sum_variance, 1024 * alone.count_variance);
}

TEST(EstimateTest, WithoutNoiseValuesOnTheGridComeOutExactly) {
  const std::vector<int64_t> values = {-32, -28, 0,  4,
                                       8,   32,  32, 16};  // squares are on the grid too
  const Truth truth = TruthOf(values);
  crypto::ChaChaStream random{Hash32()};
  const Totals totals = Quantized(values, -32, 32, random);
  const Clip clip = {-32, 32};
  EXPECT_DOUBLE_EQ(EstimateSum(totals, clip, {}).value, truth.sum);
  EXPECT_DOUBLE_EQ(EstimateAverage(totals, clip, {})->value, truth.average);
  EXPECT_DOUBLE_EQ(EstimateVariance(totals, clip, {})->value, truth.variance);
  EXPECT_DOUBLE_EQ(EstimateStddev(totals, clip, {})->value, std::sqrt(truth.variance));
}

TEST(EstimateTest, WithoutNoiseOtherValuesAreOffByLessThanAStepEach) {
  crypto::ChaChaStream random{Hash32()};
  const double step = 1000.0 / 64;
  for (int round = 0; round < 200; ++round) {
    const std::vector<int64_t> values = Values(2 + round, 100 + 4 * round, 200, random);
    const Truth truth = TruthOf(values);
    const Totals totals = Quantized(values, kLow, kHigh, random);
    EXPECT_NEAR(EstimateSum(totals, kClip, {}).value, truth.sum, step * values.size());
    EXPECT_NEAR(EstimateAverage(totals, kClip, {})->value, truth.average, step);
  }
}

TEST(EstimateTest, MarginsWithoutNoiseAreThoseOfRounding) {
  const Totals totals = {.count = 400, .steps = 0, .squares = 0};
  const double step = 1000.0 / 64;
  EXPECT_DOUBLE_EQ(EstimateSum(totals, kClip, {}).margin95, 1.96 * step * std::sqrt(400 / 4.0));
  EXPECT_DOUBLE_EQ(EstimateAverage(totals, kClip, {})->margin95,
                   1.96 * step * std::sqrt(100) / 400);
}

TEST(EstimateTest, SumMarginHasTheNoiseOfCountAndSteps) {
  const Totals totals = {.count = 100, .steps = 50, .squares = 0};
  const TotalNoise noise = {.count_variance = 187, .sum_variance = 187 * 1024.0};
  const double step = 1000.0 / 64;
  EXPECT_DOUBLE_EQ(EstimateSum(totals, kClip, noise).value, 500 * 100 + step * 50);
  EXPECT_NEAR(EstimateSum(totals, kClip, noise).margin95,
              1.96 * std::sqrt(500 * 500 * 187.0 + step * step * (187 * 1024 + 25)), 1e-6);
}

// The delta method against numerical derivatives of the value itself.
TEST(EstimateTest, DerivativesAgreeWithFiniteDifferences) {
  const TotalNoise noise = {.count_variance = 300, .sum_variance = 50'000};
  for (const Totals& at : {Totals{100'000, 40'000, -900'000}, Totals{50'000, -800'000, 100'000},
                           Totals{1'000'000, 0, -31'000'000}}) {
    const auto margin = [&](auto value) {
      const int64_t h = 64;
      const double by_n = (value({at.count + h, at.steps, at.squares}) -
                           value({at.count - h, at.steps, at.squares})) /
                          (2.0 * h);
      const double by_u = (value({at.count, at.steps + h, at.squares}) -
                           value({at.count, at.steps - h, at.squares})) /
                          (2.0 * h);
      const double by_q = (value({at.count, at.steps, at.squares + h}) -
                           value({at.count, at.steps, at.squares - h})) /
                          (2.0 * h);
      return 1.96 * std::sqrt(by_n * by_n * noise.count_variance +
                              (by_u * by_u + by_q * by_q) * (noise.sum_variance + at.count / 4.0));
    };
    const double average =
        margin([&](const Totals& t) { return EstimateAverage(t, kClip, noise)->value; });
    EXPECT_NEAR(EstimateAverage(at, kClip, noise)->margin95 / average, 1, 1e-3);
    const double variance =
        margin([&](const Totals& t) { return EstimateVariance(t, kClip, noise)->value; });
    // Slopes one standard error of N lower are steeper, by a part in a thousand at these counts.
    EXPECT_GE(EstimateVariance(at, kClip, noise)->margin95 / variance, 1);
    EXPECT_LE(EstimateVariance(at, kClip, noise)->margin95 / variance, 1.002);
  }
}

TEST(EstimateTest, RefusesAveragesOfNobodyAndOfOne) {
  for (int64_t count : {int64_t{1}, int64_t{0}, int64_t{-5}, INT64_MIN}) {
    const Totals totals = {count, 3, 3};
    const auto code = absl::StatusCode::kFailedPrecondition;
    EXPECT_EQ(EstimateAverage(totals, kClip, {}).status().code(), code);
    EXPECT_EQ(EstimateVariance(totals, kClip, {}).status().code(), code);
    EXPECT_EQ(EstimateStddev(totals, kClip, {}).status().code(), code);
    EXPECT_TRUE(std::isfinite(EstimateSum(totals, kClip, {}).margin95));
  }
}

TEST(EstimateTest, VarianceIsNeverNegativeAndAlwaysFinite) {
  const TotalNoise noise = NoiseOfTotals(NoiseClass::kBroad, 50, 49);
  for (int64_t count : {int64_t{2}, int64_t{100}, INT64_MAX}) {
    for (int64_t extreme : {INT64_MIN, int64_t{-5000}, int64_t{0}, INT64_MAX}) {
      for (int64_t squares : {INT64_MIN, int64_t{-32 * 100}, INT64_MAX}) {
        const Totals totals = {count, extreme, squares};
        EXPECT_GE(EstimateVariance(totals, kClip, noise)->value, 0);
        EXPECT_TRUE(std::isfinite(EstimateVariance(totals, kClip, noise)->margin95));
        EXPECT_TRUE(std::isfinite(EstimateStddev(totals, kClip, noise)->margin95));
      }
    }
  }
}

TEST(EstimateTest, StddevIntervalHoldsTheRootsOfTheVarianceInterval) {
  const TotalNoise noise = NoiseOfTotals(NoiseClass::kStandard, 22, 10);
  for (int64_t squares = -3200; squares <= 3200; squares += 160) {
    const Totals totals = {100, 0, squares};
    const Estimate variance = *EstimateVariance(totals, kClip, noise);
    const Estimate stddev = *EstimateStddev(totals, kClip, noise);
    EXPECT_LE(std::pow(std::max(stddev.value - stddev.margin95, 0.0), 2),
              std::max(variance.value - variance.margin95, 0.0) + 1e-6);
    EXPECT_GE(std::pow(stddev.value + stddev.margin95, 2),
              (variance.value + variance.margin95) * (1 - 1e-12));
  }
}

TEST(EstimateTest, NoiseInTheSumDoesNotBiasTheVariance) {
  constexpr int kDraws = 4'000;
  const uint64_t share = PlanNoise(400 * kSumFlipsFactor, 22, 22, Collusion::kMinority).flips_share;
  const TotalNoise noise = {.count_variance = 0, .sum_variance = NoiseVariance(share, 22)};
  crypto::ChaChaStream random{Hash32()};
  double mean = 0;
  for (int draw = 0; draw < kDraws; ++draw) {
    const Totals totals = {100, Noisy(0, share, 22, random), 0};
    mean += EstimateVariance(totals, {-32, 32}, noise)->value / kDraws;
  }
  const double bias_if_left_in = noise.sum_variance / (100.0 * 99);
  EXPECT_NEAR(mean, 512.0 * 100 / 99, 5 * std::sqrt(2.0 / kDraws) * bias_if_left_in);
}

struct Covered {
  int shown = 0, sum = 0, average = 0, variance = 0, stddev = 0;
};

Covered Cover(const std::vector<int64_t>& values, uint32_t members, int draws,
              uint8_t seed_number) {
  Hash32 seed;
  seed.mutable_data()[0] = seed_number;
  crypto::ChaChaStream random(seed);
  const uint64_t flips = FlipsOf(NoiseClass::kStandard);
  const uint64_t share = PlanNoise(flips, members, members, Collusion::kMinority).flips_share;
  const uint64_t sum_share =
      PlanNoise(flips * kSumFlipsFactor, members, members, Collusion::kMinority).flips_share;
  const TotalNoise noise = NoiseOfTotals(NoiseClass::kStandard, members,
                                         ColludersOf(members, members, Collusion::kMinority));
  const Truth truth = TruthOf(values);
  Covered covered;
  for (int draw = 0; draw < draws; ++draw) {
    Totals totals = Quantized(values, kLow, kHigh, random);
    totals.count = Noisy(totals.count, share, members, random);
    totals.steps = Noisy(totals.steps, sum_share, members, random);
    totals.squares = Noisy(totals.squares, sum_share, members, random);
    const auto holds = [](const Estimate& estimate, double value) {
      return std::abs(estimate.value - value) <= estimate.margin95;
    };
    if (CountTable({totals.count}, {6, 3, share * members}).Present(totals.count).status ==
        CellStatus::kSuppressed) {
      continue;  // measures are shown where their count is
    }
    ++covered.shown;
    covered.sum += holds(EstimateSum(totals, kClip, noise), truth.sum);
    covered.average += holds(*EstimateAverage(totals, kClip, noise), truth.average);
    covered.variance += holds(*EstimateVariance(totals, kClip, noise), truth.variance);
    covered.stddev += holds(*EstimateStddev(totals, kClip, noise), std::sqrt(truth.variance));
  }
  return covered;
}

TEST(EstimateTest, StatusesAreOfTheEstimateItself) {
  const struct {
    Bounds bounds;
    Estimate estimate;
    EstimateStatus status;
    double value;
  } cases[] = {
      {{0, 100}, {6, 25}, EstimateStatus::kUnreliable, 6},  // the count may be known well
      {{0, 100}, {50, 25}, EstimateStatus::kReleased, 50},  // half of the value
      {{0, 100}, {50, 25.1}, EstimateStatus::kUnreliable, 50},
      {{0, 100}, {2, 10}, EstimateStatus::kReleased, 2},  // a tenth of what it could be
      {{0, 100}, {2, 10.1}, EstimateStatus::kUnreliable, 2},
      {{0, 100}, {103, 20}, EstimateStatus::kReleased, 100},  // no average is above its clip
      {{-50, 50}, {-61, 20}, EstimateStatus::kReleased, -50},
      {{0, 100}, {50, 100}, EstimateStatus::kUnreliable, 50},
      {{0, 100}, {50, 100.1}, EstimateStatus::kSuppressed, 50},
      {{0, 100}, {50, std::nan("")}, EstimateStatus::kSuppressed, 50},
  };
  for (const auto& each : cases) {
    Estimate estimate = each.estimate;
    EXPECT_EQ(StatusOf(each.bounds, &estimate), each.status) << each.estimate.value;
    EXPECT_EQ(estimate.value, each.value);
  }
}

TEST(EstimateTest, BoundsAreReached) {
  const Clip clip{10, 30};
  EXPECT_EQ(SumBounds(4, clip).low, 40);
  EXPECT_EQ(SumBounds(4, clip).high, 120);
  EXPECT_EQ(SumBounds(-4, clip).high, 0);
  EXPECT_EQ(AverageBounds(clip).low, 10);
  EXPECT_EQ(AverageBounds(clip).high, 30);
  // 10, 10, 30, 30: the mean is 20, the sample variance 400 / 3.
  EXPECT_NEAR(VarianceBounds(4, clip).high, 400.0 / 3, 1e-9);
  EXPECT_NEAR(StddevBounds(4, clip).high, std::sqrt(400.0 / 3), 1e-9);
}

TEST(EstimateTest, MarginsCoverTheTruth) {
  constexpr int kDraws = 1'000;
  Hash32 seed;
  crypto::ChaChaStream random(seed);
  uint8_t number = 0;
  for (uint32_t members : {1u, 22u}) {
    for (size_t count : {60u, 150u, 500u}) {
      for (int64_t centre : {120, 500, 850}) {
        for (int64_t spread : {20, 150, 500}) {
          const std::vector<int64_t> values = Values(count, centre, spread, random);
          const Covered covered = Cover(values, members, kDraws, ++number);
          SCOPED_TRACE(testing::Message()
                       << members << " members, " << count << " values about " << centre << " +- "
                       << spread << ", seed " << int{number});
          EXPECT_GE(covered.shown, kDraws * 9 / 10);
          EXPECT_GE(covered.sum, covered.shown * 93 / 100);
          EXPECT_GE(covered.average, covered.shown * 93 / 100);
          EXPECT_GE(covered.variance, covered.shown * 93 / 100);
          EXPECT_GE(covered.stddev, covered.shown * 93 / 100);
        }
      }
    }
  }
}

}  // namespace
}  // namespace commons::privacy
