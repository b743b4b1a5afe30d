#include "privacy/present.h"

#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"
#include "privacy/noise.h"

namespace commons::privacy {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

PresentRules Rules(NoiseClass noise_class, uint32_t members, uint32_t threshold = 6,
                   uint32_t rounding = 3) {
  const NoisePlan plan = PlanNoise(FlipsOf(noise_class), members, members, Collusion::kMinority);
  return {threshold, rounding, NoiseVariance(plan.flips_share, members)};
}

TEST(CountMargin95Test, IsTheOneOfTheReleaseRules) {
  EXPECT_EQ(CountMargin95(Rules(NoiseClass::kStandard, 1)), 22);
  EXPECT_EQ(CountMargin95(Rules(NoiseClass::kStandard, 2)), 30);
  EXPECT_EQ(CountMargin95(Rules(NoiseClass::kStandard, 3)), 26);
  EXPECT_EQ(CountMargin95(Rules(NoiseClass::kStandard, 22)), 29);
  EXPECT_EQ(CountMargin95(Rules(NoiseClass::kStandard, 22, 100)), 29);  // whatever the threshold
}

TEST(CountMargin95Test, IsTheLeastIntegerThatCoversNoiseAndRounding) {
  for (NoiseClass noise_class : {NoiseClass::kLight, NoiseClass::kFine, NoiseClass::kBroad}) {
    for (uint32_t members = 1; members <= 50; ++members) {
      for (uint32_t rounding : {0u, 1u, 2u, 3u, 5u, 10u}) {
        const PresentRules rules = Rules(noise_class, members, 6, rounding);
        int64_t margin = 0;  // (margin - rounding/2)^2 >= 1.96^2 * variance
        while (margin < rounding / 2.0 ||
               std::pow(margin - rounding / 2.0, 2) < 1.96 * 1.96 * rules.variance) {
          ++margin;
        }
        EXPECT_EQ(CountMargin95(rules), margin);
      }
    }
  }
}

TEST(PresentCountTest, StatusesAtTheBoundaries) {
  const PresentRules rules = Rules(NoiseClass::kStandard, 22);  // threshold 6, margin 29
  const struct {
    int64_t noisy;
    CellStatus status;
    SuppressReason reason;
    int64_t value;
  } cases[] = {
      {-1, CellStatus::kSuppressed, SuppressReason::kSmallCell, 0},
      {0, CellStatus::kSuppressed, SuppressReason::kSmallCell, 0},
      {5, CellStatus::kSuppressed, SuppressReason::kSmallCell, 0},
      {6, CellStatus::kSuppressed, SuppressReason::kBelowNoise, 0},
      {28, CellStatus::kSuppressed, SuppressReason::kBelowNoise, 0},
      {29, CellStatus::kUnreliable, SuppressReason::kNone, 30},
      {31, CellStatus::kUnreliable, SuppressReason::kNone, 30},
      {57, CellStatus::kUnreliable, SuppressReason::kNone, 57},
      {58, CellStatus::kReleased, SuppressReason::kNone, 57},
      {59, CellStatus::kReleased, SuppressReason::kNone, 60},
  };
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected.noisy);
    const PresentedCount cell = PresentCount(expected.noisy, rules);
    EXPECT_EQ(cell.status, expected.status);
    EXPECT_EQ(cell.reason, expected.reason);
    EXPECT_EQ(cell.value, expected.value);
    EXPECT_EQ(cell.margin95, cell.status == CellStatus::kSuppressed ? 0 : 29);
  }
}

TEST(PresentCountTest, AThresholdAboveTheMarginIsTheCut) {
  const PresentRules rules = Rules(NoiseClass::kStandard, 22, 100);
  EXPECT_EQ(PresentCount(99, rules).reason, SuppressReason::kSmallCell);
  EXPECT_EQ(PresentCount(100, rules).status, CellStatus::kReleased);
}

TEST(PresentCountTest, RoundsToTheNearestMultipleAndSaturatesAtTheEnds) {
  for (uint32_t base : {0u, 1u, 2u, 3u, 5u, 10u, 4'294'967'295u}) {
    const PresentRules rules = {.threshold = 0, .rounding = base, .variance = 0};
    const int64_t step = std::max<int64_t>(base, 1);
    const int64_t from = CountMargin95(rules);
    for (int64_t noisy = from; noisy < from + 200; ++noisy) {
      const int64_t value = PresentCount(noisy, rules).value;
      EXPECT_EQ(value % step, 0);
      EXPECT_LE(2 * std::abs(value - noisy), step);
      if (2 * std::abs(value - noisy) == step) {
        EXPECT_GT(value, noisy);
      }
    }
    for (int64_t end : {kMax, kMax - 1, kMax - step}) {
      const int64_t value = PresentCount(end, rules).value;
      EXPECT_EQ(value % step, 0);
      EXPECT_GE(value, kMax - 2 * step);
    }
    EXPECT_EQ(PresentCount(kMin, rules).status, CellStatus::kSuppressed);
  }
}

TEST(PresentCountTest, ExtremeRulesHaveAnswers) {
  const PresentRules rules = {0xffffffff, 0xffffffff, NoiseVariance(1600 * 1024, 256)};
  EXPECT_EQ(PresentCount(0xffffffffLL - 1, rules).reason, SuppressReason::kSmallCell);
  EXPECT_EQ(PresentCount(kMax, rules).status, CellStatus::kReleased);
}

// The whole way, with the noise that members really add: how often does the shown interval hold the
// truth, and a suppressed cell hide only a truth below cut + margin?
TEST(PresentCountTest, MarginsCoverTheTruthForEveryCount) {
  constexpr size_t kDraws = 4'000;
  Hash32 seed;
  for (uint32_t members : {1u, 3u, 22u}) {
    const NoisePlan plan = PlanNoise(400, members, members, Collusion::kMinority);
    const PresentRules rules = Rules(NoiseClass::kStandard, members);
    const int64_t margin = CountMargin95(rules);
    const int64_t cut = std::max<int64_t>(rules.threshold, margin);
    for (uint64_t truth = 0; truth <= 200; ++truth) {
      seed.mutable_data()[0] = static_cast<uint8_t>(truth);
      seed.mutable_data()[1] = static_cast<uint8_t>(members);
      crypto::ChaChaStream coins(seed);
      std::vector<uint64_t> totals(kDraws, truth);
      for (uint32_t member = 0; member < members; ++member) {
        AddNoise(plan.flips_share, coins, absl::MakeSpan(totals));
      }
      int covered = 0;
      for (uint64_t total : totals) {
        const int64_t noisy = static_cast<int64_t>(total);
        const PresentedCount cell = PresentCount(noisy, rules);
        const int64_t true_count = static_cast<int64_t>(truth);
        if (cell.status == CellStatus::kSuppressed) {
          covered += true_count < cut + margin;
        } else {
          ASSERT_GE(noisy, rules.threshold);
          ASSERT_GE(noisy, margin);
          covered += std::abs(cell.value - true_count) <= cell.margin95;
        }
      }
      EXPECT_GE(covered, kDraws * 93 / 100)
          << "count " << truth << ", " << members << " members, seed {" << truth << ", " << members
          << "}";
    }
  }
}

}  // namespace
}  // namespace commons::privacy
