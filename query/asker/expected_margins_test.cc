#include "query/asker/expected_margins.h"

#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "privacy/estimate.h"
#include "privacy/quantile.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

std::map<std::pair<std::string, uint32_t>, std::string> MarginsOf(const char* sql) {
  const v1::Standard standard = TestStandard();
  auto plan = PlanQuery(sql, LookupOf(standard, v1::PROTECTED));
  EXPECT_TRUE(plan.ok()) << plan.status();
  plan->question.set_noise(v1::STANDARD);
  std::map<std::pair<std::string, uint32_t>, std::string> margins;
  for (const auto& entry : ExpectedMargins(*plan, standard, 29, 3, 1)) {
    margins[{entry.measure(), entry.values()}] = entry.margin95();
  }
  return margins;
}

TEST(ExpectedMargins, CountsHaveOneOfAnyCell) {
  EXPECT_THAT(MarginsOf("SELECT COUNT(*) AS n, COUNT(cost) AS v FROM visits"),
              ::testing::ElementsAre(::testing::Pair(std::pair("n", 0u), "29"),
                                     ::testing::Pair(std::pair("v", 0u), "29")));
}

TEST(ExpectedMargins, DeviationsHangOnTheValues) {
  EXPECT_THAT(MarginsOf("SELECT STDDEV(cost) AS d FROM visits"),
              ::testing::ElementsAre(::testing::Pair(std::pair("d", 0u), "null")));
}

// Whatever the values are: no cell of that size has a wider one, and some has it but for the second
// digit.
TEST(ExpectedMargins, OfSumsAndAveragesAreTheWidestOfTheirSize) {
  const auto margins = MarginsOf("SELECT SUM(cost) AS s, AVG(cost) AS a FROM visits");
  ASSERT_EQ(margins.size(), 6u);
  const privacy::Clip clip{0, 1000};
  const auto noise = privacy::NoiseOfTotals(privacy::NoiseClass::kStandard, 3, 1);
  for (const uint32_t values : {100u, 1'000u, 10'000u}) {
    double sum = 0, average = 0;
    for (int64_t steps = -32; steps <= 32; ++steps) {
      const privacy::Totals totals{values, steps * values, 0};
      sum = std::max(sum, privacy::EstimateSum(totals, clip, noise).margin95);
      average = std::max(average, privacy::EstimateAverage(totals, clip, noise)->margin95);
    }
    const double said_sum = std::atof(margins.at({"s", values}).c_str());
    const double said_average = std::atof(margins.at({"a", values}).c_str());
    EXPECT_GE(said_sum, sum);
    EXPECT_LE(said_sum, 1.1 * sum);
    EXPECT_GE(said_average, average);
    EXPECT_LE(said_average, 1.1 * average);
  }
}

// Of values that lie evenly; of few of them nothing would be told.
TEST(ExpectedMargins, OfPercentilesAreThoseOfEvenValues) {
  const auto margins = MarginsOf(
      "SELECT MEDIAN(age) AS m, PERCENTILE_CONT(0.01) WITHIN GROUP (ORDER BY age) AS q FROM "
      "visits");
  ASSERT_EQ(margins.size(), 6u);
  const std::vector<privacy::Band> bands = {{0, 14}, {15, 24}, {25, 25}, {26, 64}};
  const double variance =
      privacy::NoiseOfTotals(privacy::NoiseClass::kStandard, 3, 1).count_variance;
  const auto even = *privacy::EstimateQuantile({{231, 154, 15, 600}}, bands, 0.5, variance);
  EXPECT_NEAR(std::atof(margins.at({"m", 1'000}).c_str()), even.estimate.margin95, 1);
  EXPECT_EQ(margins.at({"q", 100}), "null");
}

}  // namespace
}  // namespace commons::query
