#include "privacy/present.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "privacy/noise.h"

namespace commons::privacy {
namespace {

constexpr int64_t kMin = std::numeric_limits<int64_t>::min();
constexpr int64_t kMax = std::numeric_limits<int64_t>::max();

PresentRules Rules(NoiseClass noise_class, uint32_t members, uint32_t threshold = 6,
                   uint32_t rounding = 3) {
  const NoisePlan plan = PlanNoise(FlipsOf(noise_class), members, members, Collusion::kMinority);
  return {threshold, rounding, plan.flips_share * members};
}

// As the only cell of its table.
PresentedCount Alone(int64_t noisy, const PresentRules& rules) {
  return CountTable({noisy}, rules).Present(noisy);
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
               std::pow(margin - rounding / 2.0, 2) < 1.96 * 1.96 * rules.coins / 4.0) {
          ++margin;
        }
        EXPECT_EQ(CountMargin95(rules), margin);
      }
    }
  }
}

TEST(NoiseTailTest, CountsTheWaysThatCoinsFall) {
  // popcount(4 coins) - 2: 1, 4, 6, 4, 1 of 16 for -2 to 2.
  const double sixteenths[] = {16, 16, 15, 11, 5, 1, 0, 0};
  for (int64_t distance = -3; distance <= 4; ++distance) {
    EXPECT_NEAR(NoiseTail(4, distance) * 16, sixteenths[distance + 3], 1e-12) << distance;
  }
  EXPECT_EQ(NoiseTail(0, 1), 0);
  EXPECT_NEAR(NoiseTail(0, 0), 1, 1e-12);
  for (const int64_t end : {kMin, kMax}) {
    EXPECT_EQ(NoiseTail(4'096, end), end == kMin ? 1 : 0);
  }
}

// Against the binomial distribution added up from its other end, and the normal one that it tends
// to.
TEST(NoiseTailTest, IsTheBinomialsAndNearlyTheNormals) {
  for (const uint64_t coins : {uint64_t{400}, uint64_t{4'104}, uint64_t{204'800}}) {
    const double sigma = std::sqrt(static_cast<double>(coins)) / 2;
    long double below = 0;  // P(noise < distance)
    for (int64_t distance = -static_cast<int64_t>(8 * sigma); distance <= 8 * sigma; ++distance) {
      const double tail = NoiseTail(coins, distance);
      EXPECT_NEAR(tail, 1 - static_cast<double>(below), 1e-9) << coins << " " << distance;
      EXPECT_NEAR(tail, std::erfc((distance - 0.5) / sigma / std::sqrt(2.0)) / 2, 1e-3);
      const long double half = coins / 2.0L, at = half + distance;
      below += std::exp(std::lgamma(2 * half + 1) - std::lgamma(at + 1) -
                        std::lgamma(2 * half - at + 1) - 2 * half * std::log(2.0L));
    }
  }
}

TEST(CountTableTest, StatusesAtTheBoundaries) {
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
    const PresentedCount cell = Alone(expected.noisy, rules);
    EXPECT_EQ(cell.status, expected.status);
    EXPECT_EQ(cell.reason, expected.reason);
    EXPECT_EQ(cell.value, expected.value);
    EXPECT_EQ(cell.margin95, cell.status == CellStatus::kSuppressed ? 0 : 29);
  }
}

// Against the rule as it is written: the largest k whose k-th smallest chance is at most 5 % k / K.
TEST(CountTableTest, TheCutIsTheOneOfBenjaminiAndHochberg) {
  std::mt19937_64 random(7);
  for (uint32_t round = 0; round < 200; ++round) {
    const PresentRules rules = Rules(round % 2 ? NoiseClass::kStandard : NoiseClass::kLight,
                                     1 + round % 22, round % 40, round % 5);
    std::vector<int64_t> counts;
    const size_t cells = 1 + random() % 60;
    while (counts.size() < cells) counts.push_back(static_cast<int64_t>(random() % 90) - 30);
    int64_t cut = kMax;
    for (const int64_t count : counts) {
      const auto as_far = std::count_if(counts.begin(), counts.end(),
                                        [&](int64_t other) { return other >= count; });
      if (NoiseTail(rules.coins, count - rules.threshold + 1) <= 0.05 * as_far / cells) {
        cut = std::min(cut, count);
      }
    }
    const CountTable table(counts, rules);
    const int64_t least = std::max({cut, CountMargin95(rules), int64_t{rules.threshold}});
    for (const int64_t count : counts) {
      EXPECT_EQ(table.Present(count).status != CellStatus::kSuppressed, count >= least);
    }
    EXPECT_LE(table.least_shown(), least) << "as if the table had one just past it";
  }
}

TEST(CountTableTest, AmongManyEmptyCellsMoreIsAsked) {
  const PresentRules rules = Rules(NoiseClass::kStandard, 22);
  std::vector<int64_t> counts(4'000, 0);
  counts[0] = 40;  // past its margin by itself, as some of four thousand empty ones are
  EXPECT_EQ(CountTable(counts, rules).Present(40).reason, SuppressReason::kBelowNoise);
  EXPECT_EQ(Alone(40, rules).status, CellStatus::kUnreliable);
  counts[0] = 400;
  EXPECT_EQ(CountTable(counts, rules).Present(400).status, CellStatus::kReleased);
}

TEST(CountTableTest, ACountNearTheCutOfFewShownHasAWiderMargin) {
  const PresentRules rules = Rules(NoiseClass::kFine, 3);
  std::vector<int64_t> counts(100, 0);
  const int64_t margin = CountMargin95(rules);
  // Two of a hundred: the quantile at 1 - 0.05 * 2 / 200.
  const int64_t wide = std::ceil(3.2905 * std::sqrt(rules.coins / 4.0) + 1.5);
  counts[0] = 4 * margin;
  counts[1] = 2 * margin - 1;
  const CountTable table(counts, rules);
  const int64_t cut = table.least_shown();
  ASSERT_LE(cut, counts[1]);
  ASSERT_GT(cut, margin);
  EXPECT_EQ(table.Present(counts[1]).status, CellStatus::kUnreliable);
  EXPECT_EQ(table.Present(2 * margin).status, CellStatus::kReleased);
  for (const int64_t count : {cut, counts[1], cut + margin - 1}) {
    EXPECT_EQ(table.Present(count).margin95, wide) << count;
  }
  EXPECT_EQ(table.Present(cut + margin).margin95, margin);
}

TEST(CountTableTest, NothingIsShownBelowTheThresholdWhateverTheRounding) {
  for (uint32_t threshold : {1u, 6u, 10u, 11u, 100u}) {
    for (uint32_t base : {0u, 1u, 3u, 5u, 7u, 50u}) {
      const PresentRules rules = {threshold, base, 4};
      for (int64_t noisy = 0; noisy < 300; ++noisy) {
        const PresentedCount cell = Alone(noisy, rules);
        if (cell.status == CellStatus::kSuppressed) continue;
        EXPECT_GE(cell.value, threshold) << noisy << " to " << base;
        EXPECT_EQ(cell.value % std::max<int64_t>(base, 1), 0);
        EXPECT_LE(std::abs(cell.value - noisy) + 1.96, cell.margin95 + 1e-9);
      }
    }
  }
  EXPECT_EQ(Alone(10, {10, 3, 0}).value, 12);
}

TEST(CountTableTest, RoundsToTheNearestMultipleAndSaturatesAtTheEnds) {
  for (uint32_t base : {0u, 1u, 2u, 3u, 5u, 10u, 4'294'967'295u}) {
    const PresentRules rules = {.threshold = 0, .rounding = base, .coins = 0};
    const int64_t step = std::max<int64_t>(base, 1);
    const int64_t from = CountMargin95(rules);
    for (int64_t noisy = from; noisy < from + 200; ++noisy) {
      const int64_t value = Alone(noisy, rules).value;
      EXPECT_EQ(value % step, 0);
      EXPECT_LE(2 * std::abs(value - noisy), step);
      if (2 * std::abs(value - noisy) == step) {
        EXPECT_GT(value, noisy);
      }
    }
    for (int64_t end : {kMax, kMax - 1, kMax - step}) {
      const int64_t value = Alone(end, rules).value;
      EXPECT_EQ(value % step, 0);
      EXPECT_GE(value, kMax - 2 * step);
    }
    EXPECT_EQ(Alone(kMin, rules).status, CellStatus::kSuppressed);
  }
}

TEST(CountTableTest, ExtremeRulesHaveAnswers) {
  const PresentRules rules = {0xffffffff, 0xffffffff, uint64_t{1600} * 1024 * 256};
  EXPECT_EQ(Alone(0xffffffffLL - 1, rules).reason, SuppressReason::kSmallCell);
  EXPECT_EQ(Alone(kMax, rules).status, CellStatus::kReleased);
}

struct Kept {
  double shown = 0, covered = 0, small = 0;
};

// Many tables of these truths, with the noise that members really add.
Kept ShowTables(const std::vector<int64_t>& truths, NoiseClass noise_class, uint32_t members,
                uint8_t seed_byte) {
  const NoisePlan plan = PlanNoise(FlipsOf(noise_class), members, members, Collusion::kMinority);
  const PresentRules rules = {6, 3, plan.flips_share * members};
  Hash32 seed;
  seed.mutable_data()[0] = seed_byte;
  crypto::ChaChaStream coins(seed);
  Kept kept;
  for (int table = 0; table < 12; ++table) {
    std::vector<uint64_t> totals(truths.begin(), truths.end());
    for (uint32_t member = 0; member < members; ++member) {
      AddNoise(plan.flips_share, coins, absl::MakeSpan(totals));
    }
    const std::vector<int64_t> noisy(totals.begin(), totals.end());
    const CountTable shown(noisy, rules);
    for (size_t i = 0; i < noisy.size(); ++i) {
      const PresentedCount cell = shown.Present(noisy[i]);
      if (cell.status == CellStatus::kSuppressed) continue;
      ++kept.shown;
      kept.covered += std::abs(cell.value - truths[i]) <= cell.margin95;
      kept.small += truths[i] < rules.threshold;
    }
  }
  return kept;
}

struct Shape {
  std::string name;
  std::vector<int64_t> truths;
};

std::vector<Shape> Shapes() {
  std::mt19937_64 random(3);
  std::vector<Shape> shapes = {
      {"all empty", std::vector<int64_t>(1'500, 0)},
      {"just below the threshold", std::vector<int64_t>(1'500, 5)},
      {"twenty everywhere", std::vector<int64_t>(1'500, 20)},
      {"forty everywhere", std::vector<int64_t>(1'500, 40)},
  };
  Shape sparse{"sparse", {}}, dense{"dense", {}}, heavy{"heavy-tailed", {}};
  for (int i = 0; i < 1'500; ++i) {
    sparse.truths.push_back(random() % 20 == 0 ? static_cast<int64_t>(random() % 120) : 0);
    dense.truths.push_back(static_cast<int64_t>(random() % 2'000));
    heavy.truths.push_back(static_cast<int64_t>(1.0 / (0.0001 + (random() % 10'000) / 1e4)));
  }
  shapes.insert(shapes.end(), {sparse, dense, heavy});
  return shapes;
}

// What a board and a reader think that the sentence under a table says: the truth of a shown cell
// lies within its margin 19 times of 20 (93 of 100 here, for the halves of coins), and one shown
// cell in twenty at the most is truly below the threshold. With a cut for each cell alone 48 % of
// the shown cells of the sparse table were below it under `broad` noise. The shares are recorded
// (--gtest_output=xml).
TEST(CountTableTest, WhatIsSaidOfShownCellsIsTrueOfEveryKindOfTable) {
  uint8_t seed = 0;
  for (const Shape& shape : Shapes()) {
    for (const NoiseClass noise_class :
         {NoiseClass::kLight, NoiseClass::kFine, NoiseClass::kStandard, NoiseClass::kBroad}) {
      for (const uint32_t members : {3u, 22u}) {
        const Kept kept = ShowTables(shape.truths, noise_class, members, ++seed);
        if (kept.shown == 0) continue;
        RecordProperty(
            absl::StrReplaceAll(
                absl::StrCat(shape.name, "_", NoiseClassName(noise_class), "_", members),
                {{" ", "_"}}),
            absl::StrCat("shown ", kept.shown, ", within the margin ", kept.covered / kept.shown,
                         ", below the threshold ", kept.small / kept.shown));
        // Three standard errors of the share, for few shown cells.
        const double slack = 3 * std::sqrt(0.05 * 0.95 / kept.shown) + 2 / kept.shown;
        EXPECT_GE(kept.covered / kept.shown, 0.93 - slack)
            << shape.name << " " << NoiseClassName(noise_class) << " " << members << " of "
            << kept.shown;
        if (shape.name == "all empty" || shape.name == "just below the threshold") {
          // Nothing else could be shown: in how many of twelve tables there was anything at all.
          EXPECT_LE(kept.shown, 6) << shape.name;
          continue;
        }
        EXPECT_LE(kept.small / kept.shown, 0.05 + slack)
            << shape.name << " " << NoiseClassName(noise_class) << " " << members << " of "
            << kept.shown;
      }
    }
  }
}

// Of whole tables that hold little but large counts, and one small one.
TEST(SmallestShownTest, IsTheLeastThatAnyTableShows) {
  for (const uint32_t threshold : {1, 6, 40}) {
    for (const uint32_t rounding : {0, 3, 10}) {
      const PresentRules rules{threshold, rounding, 760};
      int64_t least = std::numeric_limits<int64_t>::max();
      for (int64_t noisy = 0; noisy < 200; ++noisy) {
        std::vector<int64_t> counts(1'000, 1'000'000);
        counts.push_back(noisy);
        const PresentedCount shown = CountTable(counts, rules).Present(noisy);
        if (shown.status != CellStatus::kSuppressed) least = std::min(least, shown.value);
      }
      EXPECT_EQ(SmallestShown(rules), least) << threshold << ", rounded to " << rounding;
    }
  }
}

}  // namespace
}  // namespace commons::privacy
