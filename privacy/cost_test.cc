#include "privacy/cost.h"

#include <algorithm>
#include <limits>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::privacy {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
constexpr NoiseClass kClasses[] = {NoiseClass::kLight, NoiseClass::kFine, NoiseClass::kStandard,
                                   NoiseClass::kBroad};
constexpr PartialKind kKinds[] = {PartialKind::kCountRows, PartialKind::kCountPersons,
                                  PartialKind::kCountValues, PartialKind::kSum,
                                  PartialKind::kSumSquares};

TEST(CostTest, TableOfTheClasses) {
  const uint64_t table[] = {125'000, 31'250, 5'000, 1'250};
  for (int i = 0; i < 4; ++i) {
    for (PartialKind kind : kKinds) EXPECT_EQ(*CostMicroRho(kind, {}, kClasses[i]), table[i]);
  }
}

TEST(CostTest, OneHundredStandardTablesFitTheDefaultYear) {
  EXPECT_EQ(500'000 / *CostMicroRho(PartialKind::kCountRows, {}, NoiseClass::kStandard), 100);
}

// docs/formats/release.md, 1 and 3, in exact rational arithmetic on small numbers.
TEST(CostTest, EqualsTheFormulasForSmallSensitivities) {
  std::mt19937 random(1);
  int refused = 0, charged = 0;
  for (NoiseClass noise_class : kClasses) {
    for (PartialKind kind : kKinds) {
      const bool sum = kind == PartialKind::kSum || kind == PartialKind::kSumSquares;
      const bool persons = kind == PartialKind::kCountPersons;
      const uint64_t D = sum ? 32 : 1;
      const uint64_t F = FlipsOf(noise_class) * (sum ? 1024 : 1);
      EXPECT_EQ(StepsOf(kind), D);
      EXPECT_EQ(FlipsOf(kind, noise_class), F);
      for (uint64_t S : {1, 2, 3, 7, 100}) {
        for (uint64_t r = 1; r <= 25; ++r) {
          for (uint64_t m = 1; m <= 25; ++m) {
            const uint64_t c = random() % r + 1, cells = random() % 200 + 1;
            const auto cost = CostMicroRho(kind, {S, r, m, c, cells}, noise_class);
            const uint64_t moved = persons ? m * m : c * m * D * c * m * D;
            if (4 * moved > F) {
              ++refused;
              ASSERT_EQ(cost.status().code(), absl::StatusCode::kFailedPrecondition);
              ASSERT_THAT(cost.status().message(), testing::HasSubstr("too sensitive"));
              continue;
            }
            ++charged;
            const uint64_t numerator =
                2'000'000 * (persons ? std::min(S * r, cells) * m * m : S * c * r * m * m * D * D);
            ASSERT_TRUE(cost.ok());
            // The least integer that is not below the rational.
            ASSERT_GE(*cost * F, numerator);
            ASSERT_LT((*cost - 1) * F, numerator);
          }
        }
      }
    }
  }
  EXPECT_GT(refused, 1000);
  EXPECT_GT(charged, 1000);
}

TEST(CostTest, LargestAllowedShiftIsOneSigma) {
  const uint64_t largest[] = {2, 4, 10, 20};
  for (int i = 0; i < 4; ++i) {
    for (PartialKind kind : kKinds) {
      EXPECT_TRUE(CostMicroRho(kind, {1, 1, largest[i]}, kClasses[i]).ok());
      EXPECT_FALSE(CostMicroRho(kind, {1, 1, largest[i] + 1}, kClasses[i]).ok());
    }
    EXPECT_EQ(*CostMicroRho(PartialKind::kSum, {1, largest[i], 1}, kClasses[i]), 500'000);
    EXPECT_FALSE(CostMicroRho(PartialKind::kSum, {1, largest[i] + 1, 1}, kClasses[i]).ok());
  }
}

// Twelve contacts of a person, of which one counts in each cell: 12 standard counts, not 144.
TEST(CostTest, RowsBeyondTheBoundOfACellAreNotPaidFor) {
  for (const PartialKind kind : {PartialKind::kCountRows, PartialKind::kSum}) {
    EXPECT_EQ(*CostMicroRho(kind, {1, 12, 1, 1}, NoiseClass::kStandard), 12 * 5'000);
    EXPECT_EQ(*CostMicroRho(kind, {1, 12, 1, 3}, NoiseClass::kStandard), 36 * 5'000);
    EXPECT_EQ(*CostMicroRho(kind, {2, 12, 3, 1}, NoiseClass::kStandard), 2 * 12 * 9 * 5'000);
    EXPECT_EQ(*CostMicroRho(kind, {1, 9, 1, 9}, NoiseClass::kStandard), 81 * 5'000);
    EXPECT_EQ(*CostMicroRho(kind, {1, 9, 1, 200}, NoiseClass::kStandard), 81 * 5'000);
    EXPECT_FALSE(CostMicroRho(kind, {1, 12, 1, 12}, NoiseClass::kStandard).ok());
    EXPECT_EQ(*CostMicroRho(kind, {1, 255, 1, 10}, NoiseClass::kStandard), 2'550 * 5'000);
  }
}

// A single number was charged like the hundred cells that a person's hundred rows might reach.
TEST(CostTest, PersonsAreChargedForNoMoreCellsThanThereAre) {
  const auto cost = [](uint64_t sets, uint64_t rows, uint64_t cells) {
    return *CostMicroRho(PartialKind::kCountPersons, {sets, rows, 1, rows, cells},
                         NoiseClass::kStandard);
  };
  EXPECT_EQ(cost(1, 100, 1), 5'000);
  EXPECT_EQ(cost(2, 100, 4), 4 * 5'000);
  EXPECT_EQ(cost(2, 3, 1000), 6 * 5'000);
}

TEST(CostTest, PersonsAreChargedForCellsTheyReachNotForRowsInOne) {
  EXPECT_EQ(*CostMicroRho(PartialKind::kCountPersons, {2, 100, 1}, NoiseClass::kStandard),
            2 * 100 * 5'000);
  EXPECT_EQ(*CostMicroRho(PartialKind::kCountPersons, {1, 3, 2}, NoiseClass::kStandard),
            3 * 4 * 5'000);
}

TEST(CostTest, SaturatesInsteadOfWrapping) {
  EXPECT_EQ(*CostMicroRho(PartialKind::kCountRows, {kMax, 1, 1}, NoiseClass::kBroad), kMax);
  EXPECT_EQ(*CostMicroRho(PartialKind::kCountPersons, {kMax, kMax, 20}, NoiseClass::kBroad), kMax);
  EXPECT_EQ(*CostMicroRho(PartialKind::kCountRows, {kMax / 1250, 1, 1}, NoiseClass::kBroad),
            kMax / 1250 * 1250);
  const PartialKind two[] = {PartialKind::kCountRows, PartialKind::kCountValues};
  EXPECT_EQ(CostOfQuestion(two, {kMax, 1, 1}, NoiseClass::kBroad)->total_micro_rho(), kMax);
}

TEST(CostTest, HugeRowsAndOwnersAreRefusedNotWrapped) {
  for (uint64_t huge : {kMax, uint64_t{1} << 32, uint64_t{1} << 63}) {
    for (NoiseClass noise_class : kClasses) {
      for (PartialKind kind : kKinds) {
        EXPECT_FALSE(CostMicroRho(kind, {1, huge, huge}, noise_class).ok());
        EXPECT_FALSE(CostMicroRho(kind, {1, 1, huge}, noise_class).ok());
      }
    }
  }
}

TEST(CostTest, RefusesZeroBounds) {
  for (const Sensitivity& zero : {Sensitivity{0, 1, 1}, Sensitivity{1, 0, 1}, Sensitivity{1, 1, 0},
                                  Sensitivity{1, 1, 1, 0}, Sensitivity{1, 1, 1, 1, 0}}) {
    EXPECT_EQ(CostMicroRho(PartialKind::kCountRows, zero, NoiseClass::kFine).status().code(),
              absl::StatusCode::kInvalidArgument);
  }
}

TEST(CostOfQuestionTest, AddsItsPartials) {
  const PartialKind variance[] = {PartialKind::kCountValues, PartialKind::kSum,
                                  PartialKind::kSumSquares};
  EXPECT_EQ(*CostOfQuestion(variance, {}, NoiseClass::kStandard), (Spending{5'000, 10'000}));
  EXPECT_EQ(CostOfQuestion(variance, {}, NoiseClass::kStandard)->total_micro_rho(), 15'000);
  EXPECT_EQ(*CostOfQuestion(variance, {3, 2, 1}, NoiseClass::kStandard),
            (Spending{3 * 4 * 5'000, 2 * 3 * 4 * 5'000}));
  EXPECT_EQ(*CostOfQuestion({}, {}, NoiseClass::kStandard), Spending());
  const PartialKind counts[] = {PartialKind::kCountRows, PartialKind::kCountPersons,
                                PartialKind::kCountValues};
  EXPECT_EQ(*CostOfQuestion(counts, {}, NoiseClass::kStandard), (Spending{15'000, 0}));
  EXPECT_FALSE(CostOfQuestion(variance, {1, 11, 1}, NoiseClass::kStandard).ok());
}

}  // namespace
}  // namespace commons::privacy
