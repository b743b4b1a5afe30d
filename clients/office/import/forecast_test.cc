#include "clients/office/import/forecast.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/standard/datapackage.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using ::testing::HasSubstr;

v1::Standard Visits(int rows, int in_cell) {
  const auto parsed = governance::ParseDatapackage(absl::StrCat(
      R"json({"resources": [{"name": "visits", "commons:entity": "who",
      "commons:max_rows_per_person": )json",
      rows, ", \"commons:max_rows_per_person_and_cell\": ", in_cell, R"json(, "schema": {"fields": [
      {"name": "who", "type": "string", "commons:role": "skip"},
      {"name": "sex", "type": "string", "commons:role": "dimension",
       "constraints": {"enum": ["F", "M"]}},
      {"name": "cost", "type": "integer", "commons:role": "measure", "commons:clip": [0, 500],
       "constraints": {"required": true}}]}}]})json"));
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed->standard;
}

v1::Rule Usual() {
  v1::Rule rule;
  rule.set_release(v1::PROTECTED);
  rule.set_noise(v1::STANDARD);
  rule.set_threshold(6);
  rule.set_rounding(3);
  rule.set_yearly_budget_micro_rho(500'000);
  return rule;
}

// The figures of docs/formats/policy.md and of a count with 22 members.
TEST(Forecast, ACountAMeanAndATable) {
  const auto forecast = Forecast(Visits(1, 1), Usual(), 22, 10'000);
  ASSERT_EQ(forecast.size(), 3u);
  EXPECT_EQ(forecast[0].question, "COUNT(*)");
  EXPECT_EQ(forecast[0].cost_micro_rho, 5'000u);
  EXPECT_EQ(forecast[0].a_year, 100u);
  EXPECT_EQ(forecast[0].margin95, "29");
  EXPECT_EQ(forecast[1].question, "AVG(cost) of all rows");
  EXPECT_EQ(forecast[1].cost_micro_rho, 10'000u);
  EXPECT_EQ(forecast[2].question, "COUNT(*) by sex: 3 cells, each");
  EXPECT_EQ(forecast[2].cost_micro_rho, 5'000u);
}

TEST(Forecast, RowsOfAPersonMultiplyTheCost) {
  EXPECT_EQ(Forecast(Visits(12, 1), Usual(), 22, 10'000)[0].cost_micro_rho, 60'000u);
  EXPECT_EQ(Forecast(Visits(12, 2), Usual(), 22, 10'000)[0].a_year, 4u);
}

TEST(Forecast, AnOpenReleaseIsExactAndCostsNothing) {
  v1::Rule rule = Usual();
  rule.set_release(v1::OPEN);
  const auto forecast = Forecast(Visits(1, 1), rule, 3, 100);
  EXPECT_EQ(forecast[0].cost_micro_rho, 0u);
  EXPECT_EQ(forecast[0].margin95, "0");
}

TEST(Forecast, WhatIsNeverAnsweredIsNamedWithWhatToLower) {
  EXPECT_EQ(NeverAnswered(Visits(10, 10), Usual()), "");
  EXPECT_THAT(NeverAnswered(Visits(11, 11), Usual()), HasSubstr("TOO_SENSITIVE"));
  EXPECT_THAT(NeverAnswered(Visits(200, 1), Usual()), HasSubstr("more than a year's budget"));
}

}  // namespace
}  // namespace commons::clients
