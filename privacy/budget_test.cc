#include "privacy/budget.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::privacy {
namespace {

constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();

// Phi by Simpson's rule over the normal density.
double Phi(double x) {
  constexpr int kSteps = 2000;
  const auto density = [](double t) { return std::exp(-t * t / 2) / std::sqrt(2 * M_PI); };
  double area = density(0) + density(x);
  for (int i = 1; i < kSteps; ++i) area += (i % 2 ? 4 : 2) * density(x * i / kSteps);
  return 0.5 + area * x / kSteps / 3;
}

TEST(BudgetTest, ProbabilitiesAreTheFormulasOfTheReleaseRules) {
  for (uint64_t micro_rho : {0, 1250, 5'000, 31'250, 125'000, 500'000, 2'500'000}) {
    const double rho = micro_rho / 1e6;
    EXPECT_NEAR(PresenceProbability(micro_rho), Phi(std::sqrt(2 * rho) / 2), 1e-9);
    EXPECT_NEAR(AttributeProbability({micro_rho, 0}), Phi(std::sqrt(4 * rho) / 2), 1e-9);
    EXPECT_NEAR(AttributeProbability({0, micro_rho}), Phi(std::sqrt(8 * rho) / 2), 1e-9);
    EXPECT_NEAR(AttributeProbability({micro_rho, 5'000}), Phi(std::sqrt(4 * rho + 8 * 0.005) / 2),
                1e-9);
  }
}

TEST(BudgetTest, KnownValues) {
  EXPECT_DOUBLE_EQ(PresenceProbability(0), 0.5);
  EXPECT_NEAR(PresenceProbability(500'000), 0.6914624613, 1e-9);    // Phi(1/2)
  EXPECT_NEAR(PresenceProbability(2'000'000), 0.8413447461, 1e-9);  // Phi(1)
  EXPECT_DOUBLE_EQ(PresenceProbability(kMax), 1.0);
  EXPECT_DOUBLE_EQ(AttributeProbability({kMax, kMax}), 1.0);
}

TEST(BudgetTest, CollusionOfAllOthersLeavesOneShareOfTheNoise) {
  EXPECT_EQ(MicroRhoIfAllCollude(5'000, 400, 400), 5'000);
  EXPECT_EQ(MicroRhoIfAllCollude(5'000, 400, 200), 10'000);
  EXPECT_EQ(MicroRhoIfAllCollude(5'000, 400, 34), 58'824);  // 58,823.5 rounded up
  EXPECT_EQ(MicroRhoIfAllCollude(0, 400, 34), 0);
  EXPECT_EQ(MicroRhoIfAllCollude(kMax, 400, 34), kMax);
}

TEST(BudgetTest, SentenceRoundsUpAndNamesBothPeriods) {
  BudgetFacts facts;
  facts.this_year = {.spent = {5'000, 0}, .if_all_collude = {58'824, 0}};
  facts.since_start = {.spent = {400'000, 100'000}, .if_all_collude = {1'600'000, 400'000}};
  facts.others = 21;
  const std::string text = BudgetSentence(facts);
  // Phi: 0.5199 and 0.5282; 0.5681 and 0.5958; 0.6915 and 0.7807; 0.8413 and 0.9393; plus 0.001,
  // under collusion plus 0.02.
  EXPECT_THAT(
      text,
      testing::HasSubstr(
          "This year: 53 % whether you are in the data, 53 % which of two things is true of you; "
          "if 21 others pool what they know: 59 % whether you are in the data, "
          "62 % which of two things is true of you."));
  EXPECT_THAT(text,
              testing::HasSubstr(
                  "Since the dataset began: 70 % whether you are in the data, "
                  "79 % which of two things is true of you; if 21 others pool what they know: "
                  "87 % whether you are in the data, 96 % which of two things is true of you."));
  EXPECT_THAT(text, testing::HasSubstr("right half the time by chance"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("rho")));
}

TEST(BudgetTest, NothingSpentIsChanceAndEverythingSpentIsCertainty) {
  EXPECT_THAT(BudgetSentence({}), testing::HasSubstr("This year: 50 % whether"));
  BudgetFacts facts;
  facts.since_start.spent = {kMax, kMax};
  EXPECT_THAT(
      BudgetSentence(facts),
      testing::HasSubstr("Since the dataset began: 100 % whether you are in the data, 100 %"));
}

TEST(BudgetTest, SaysForWhomItHoldsWhereOverlapIsUnbounded) {
  BudgetFacts facts;
  const char* limit = "This holds for a person whose data only one member holds.";
  EXPECT_THAT(BudgetSentence(facts), testing::Not(testing::HasSubstr(limit)));
  facts.overlap_unbounded = true;
  EXPECT_THAT(BudgetSentence(facts), testing::HasSubstr(limit));
}

// With all 21 others against it a member of 22 keeps its own 34 of 400 coins, a member of three
// all.
TEST(BudgetTest, PoolingLeavesNoLessThanOneShareInAnyRoster) {
  for (const uint32_t commons : {1u, 2u, 3u, 4u, 22u, 200u}) {
    for (const Collusion collusion : {Collusion::kMinority, Collusion::kAll}) {
      const Spending pooled = IfAllOthersPool({5'000, 1'000}, commons, collusion);
      uint64_t worst = 0;
      for (uint32_t members = 1; members <= commons; ++members) {
        const uint64_t share = PlanNoise(400, members, commons, collusion).flips_share;
        worst = std::max(worst, MicroRhoIfAllCollude(5'000, 400, share));
      }
      EXPECT_GE(pooled.counts_micro_rho, worst) << commons;
      EXPECT_LE(pooled.counts_micro_rho, worst * 11 / 10) << commons << ": far too much";
      EXPECT_EQ(pooled.sums_micro_rho * 5, pooled.counts_micro_rho);
    }
  }
  EXPECT_EQ(IfAllOthersPool({kMax, 0}, 22, Collusion::kMinority).counts_micro_rho, kMax);
}

TEST(BudgetTest, AYearInBoardWords) {
  const std::string start =
      "a year of answers lets the best guess whether somebody is in the data be right at most ";
  // Phi(0.5) = 0.6915; with 12 times as much Phi(1.732) = 0.9584, with twice as much 0.7603.
  EXPECT_EQ(YearSentence(500'000, 22, Collusion::kMinority),
            start +
                "70 % of the time (chance: 50 %), if at most 10 others pool what they know; "
                "98 % if all 21 others do");
  EXPECT_EQ(YearSentence(500'000, 3, Collusion::kMinority),
            start +
                "70 % of the time (chance: 50 %), if at most 1 other pools what they know; "
                "79 % if all 2 others do");
  EXPECT_EQ(YearSentence(500'000, 22, Collusion::kAll),
            start + "70 % of the time (chance: 50 %), if at most 21 others pool what they know");
  EXPECT_EQ(YearSentence(500'000, 1, Collusion::kMinority),
            start + "70 % of the time (chance: 50 %)");
}

TEST(BudgetTest, TablesInBoardWords) {
  EXPECT_EQ(TablesWords(500'000), "100 standard tables");
  EXPECT_EQ(TablesWords(5'000), "1 standard table");
  EXPECT_EQ(TablesWords(1), "0.0002 standard tables");
  EXPECT_EQ(TablesWords(UINT64_MAX), "3689348814741910.323 standard tables");
  EXPECT_EQ(TablesSentence(5'000, 500'000, 315'000), "1 of 100 standard tables this year, 63 left");
  EXPECT_EQ(TablesSentence(1'250, 500'000, 4'999), "1 of 100 standard tables this year, 0 left");
  EXPECT_EQ(TablesSentence(15'001, 499'999, 500'000),
            "4 of 99 standard tables this year, 100 left");
  EXPECT_EQ(TablesSentence(0, 500'000, 500'000), "0 of 100 standard tables this year, 100 left");
}

}  // namespace
}  // namespace commons::privacy
