// Levels of one column in a question: said in one way, and refused where they do not lie in one
// another. What they count is in executor_levels_test.cc.
#include "query/question/levels.h"

#include <functional>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/question/grouped_for_test.h"
#include "query/question/question.h"
#include "query/question/validate.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using governance::Told;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Optional;

constexpr char kLevels[] =
    "SELECT region, ward, sex, COUNT(*) FROM visits GROUP BY ROLLUP(region, sex, ward)";

class LevelsTest : public ::testing::Test {
 protected:
  LevelsTest() {
    v1::Column& month = *standard_.add_columns();
    month = TestStandard().columns(6);
    v1::Column& day = *standard_.add_columns();
    day = TestStandard().columns(5);
    // Regions of whole wards.
    v1::Grouping& region = *standard_.mutable_columns(0)->mutable_groupings(0);
    for (int i = 0; i < region.group_of_size(); ++i) region.set_group_of(i, i / 1000);
  }
  absl::StatusOr<Plan> Read(const std::string& sql) const {
    return PlanQuery(sql, LookupOf(standard_, v1::OPEN));
  }
  v1::Question Ask(const std::string& sql) const {
    const auto plan = Read(sql);
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
    return plan.ok() ? plan->question : v1::Question();
  }
  std::string Refused(const std::string& sql) const {
    return std::string(Read(sql).status().message());
  }
  std::string Changed(const std::function<void(v1::Question&)>& change) const {
    v1::Question question = Ask(kLevels);
    change(question);
    return Told(ValidateQuestion(question, standard_));
  }
  v1::Standard standard_ = LongListStandard();
};

TEST_F(LevelsTest, EachIsADimensionTheFinestFirst) {
  const v1::Question question = Ask(kLevels);
  ASSERT_EQ(question.dimensions_size(), 3);
  EXPECT_EQ(question.dimensions(0).grouping(), 2u) << "wards";
  EXPECT_EQ(question.dimensions(1).grouping(), 1u) << "regions";
  EXPECT_EQ(question.dimensions(2).column(), 1u);
  ASSERT_EQ(question.sets_size(), 4);
  EXPECT_THAT(question.sets(0).dimensions(), ElementsAre(0, 2));
  EXPECT_THAT(question.sets(1).dimensions(), ElementsAre(1, 2));
  EXPECT_THAT(question.sets(2).dimensions(), ElementsAre(1));
  EXPECT_THAT(question.sets(3).dimensions(), ElementsAre());
  EXPECT_TRUE(HasLevels(question));
  std::vector<uint32_t> regions;
  for (uint32_t ward = 0; ward < 50; ++ward) regions.push_back(ward / 10);
  EXPECT_THAT(CellsWithin(question.dimensions(0), question.dimensions(1), question, standard_),
              Optional(regions));
  EXPECT_FALSE(IsAbove(question.dimensions(0), question.dimensions(1), question, standard_));
}

// What lies above says nothing that the finest does not.
TEST_F(LevelsTest, WithoutRollupItIsTheQuestionByTheFinest) {
  const std::string by_ward = "SELECT ward, COUNT(*) FROM visits GROUP BY ward";
  const std::string both = "SELECT region, ward, COUNT(*) FROM visits GROUP BY region, ward";
  EXPECT_EQ(DigestOf(Ask(both), standard_), DigestOf(Ask(by_ward), standard_));
  EXPECT_FALSE(HasLevels(Ask(both)));
  const auto plan = Read(both);
  ASSERT_TRUE(plan.ok());
  EXPECT_EQ(plan->dimensions[0].name, "region");
  EXPECT_EQ(plan->dimensions[0].labels.size(), 5u);
}

TEST_F(LevelsTest, CanonicalSqlAsksTheSameQuestion) {
  for (const std::string& sql :
       {std::string(kLevels),
        std::string("SELECT ward, region, COUNT(*) FROM visits GROUP BY region, ROLLUP(ward)"),
        std::string("SELECT date_trunc('year', day) AS y, date_trunc('month', day) AS m, day, "
                    "COUNT(*) FROM visits GROUP BY ROLLUP(y, m, day)"),
        std::string("SELECT date_trunc('week', day) AS w, day, COUNT(*) FROM visits WHERE day >= "
                    "'2022-01-10' GROUP BY w, ROLLUP(day)")}) {
    const auto plan = Read(sql);
    ASSERT_TRUE(plan.ok()) << sql << ": " << plan.status();
    EXPECT_EQ(Told(ValidateQuestion(plan->question, standard_)), "OK") << sql;
    EXPECT_EQ(Ask(plan->canonical_sql).SerializeAsString(), plan->question.SerializeAsString())
        << plan->canonical_sql;
  }
}

TEST_F(LevelsTest, WhatDoesNotLieInOneAnotherIsRefused) {
  EXPECT_THAT(Refused("SELECT ward, region, COUNT(*) FROM visits GROUP BY ROLLUP(ward, region)"),
              HasSubstr("in ROLLUP groups stand before what lies in them: without region"));
  standard_.mutable_columns(3)->set_period_to(19'022 + 60);
  EXPECT_THAT(
      Refused("SELECT date_trunc('week', day) AS w, date_trunc('month', day) AS m, COUNT(*) "
              "FROM visits GROUP BY w, m"),
      HasSubstr("in groups that do not lie in these"));
  EXPECT_THAT(Refused("SELECT ward, CASE WHEN region = '1' THEN 1 END AS a, CASE WHEN region = '2' "
                      "THEN 1 END AS b, COUNT(*) FROM visits GROUP BY ward, a, b"),
              HasSubstr("not of other groups by CASE"));
  EXPECT_THAT(Refused("SELECT ward, COUNT(*) FROM visits GROUP BY ward, ROLLUP(ward)"),
              HasSubstr("is grouped by already"));
}

// As in WHERE ward = 'w7': each region that is left has one ward.
TEST_F(LevelsTest, OnesThatConditionsMakeTheSameAreSaidOnce) {
  const std::string sql = "SELECT region, ward, COUNT(*) FROM visits WHERE ward = 'w7' GROUP BY ";
  EXPECT_THAT(Refused(sql + "ROLLUP(region, ward)"),
              HasSubstr("in the same groups as the conditions leave them; leave one out"));
  EXPECT_TRUE(Read(sql + "region, ward").ok());
}

TEST_F(LevelsTest, AreSaidInOneWay) {
  const std::string canonical = "MALFORMED: the question is not canonical: ";
  EXPECT_EQ(Changed([](v1::Question&) {}), "OK");
  EXPECT_EQ(Changed([](v1::Question& q) { q.mutable_dimensions()->SwapElements(0, 1); }),
            canonical + "levels of one column are not in order");
  EXPECT_EQ(Changed([](v1::Question& q) { *q.mutable_dimensions(1) = q.dimensions(0); }),
            canonical + "levels of one column are not in order");
  const std::string sets = canonical + "grouping sets";
  EXPECT_EQ(Changed([](v1::Question& q) { q.mutable_sets(0)->set_dimensions(0, 1); }), sets);
  EXPECT_EQ(Changed([](v1::Question& q) { q.mutable_sets(0)->add_dimensions(2); }), sets);
  EXPECT_EQ(Changed([](v1::Question& q) { q.mutable_sets(1)->set_dimensions(0, 0); }), sets);
  EXPECT_EQ(Changed([](v1::Question& q) { q.mutable_sets()->DeleteSubrange(1, 1); }), sets)
      << "regions and sexes skipped";
  EXPECT_EQ(Changed([](v1::Question& q) { q.mutable_sets()->DeleteSubrange(1, 3); }), sets)
      << "regions in no set";
  // The finest dropped before what lies above it.
  EXPECT_EQ(Changed([](v1::Question& q) {
              q.mutable_sets(1)->clear_dimensions();
              q.mutable_sets(1)->add_dimensions(2);
            }),
            sets);
}

// 400 years of days, of which one month is left: what lies in what is not looked at day by day.
TEST_F(LevelsTest, BinsOfAColumnAreBounded) {
  v1::Column& day = *standard_.mutable_columns(3);
  day.set_period_to(day.period_from() + 146'000);
  const std::string sql =
      "SELECT date_trunc('year', day) AS y, day, COUNT(*) FROM visits WHERE day < '2022-02-01' "
      "GROUP "
      "BY ";
  EXPECT_TRUE(Read(sql.substr(0, 7) + "day, COUNT(*) FROM visits WHERE day < '2022-02-01' GROUP BY "
                                      "day")
                  .ok());
  EXPECT_THAT(Refused(sql + "ROLLUP(y, day)"), HasSubstr("is grouped by already"));
}

}  // namespace
}  // namespace commons::query
