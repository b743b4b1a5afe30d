// What is advised makes the question small enough, and says nothing that is done already.
#include "query/sql/cells_advice.h"

#include <string>
#include <vector>

#include "base/period.h"
#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"
#include "query/question/grouped_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class CellsAdviceTest : public ::testing::Test {
 protected:
  CellsAdviceTest() {
    v1::Column& day = *standard_.mutable_columns(5);
    day.set_period_from(*ParseDate("2004-01-01", PeriodUnit::kDay));
    day.set_period_to(*ParseDate("2023-12-31", PeriodUnit::kDay));
    // 3,000 codes in 30 wards and 5 regions, grouped by its codes where that fits.
    *standard_.add_columns() = LongListStandard(3000).columns(0);
  }
  std::string Advice(const std::string& sql) const {
    const auto plan = PlanQuery(sql, LookupOf(standard_, v1::OPEN));
    EXPECT_EQ(governance::ReasonOf(plan.status()), v1::TOO_MANY_CELLS) << sql;
    return std::string(plan.status().message());
  }
  void Follow(const std::string& sql) const {
    const auto plan = PlanQuery(sql, LookupOf(standard_, v1::OPEN));
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
  }
  v1::Standard standard_ = GroupedStandard();
};

TEST_F(CellsAdviceTest, DatesAreCountedByTheFinestUnitThatSuffices) {
  const std::string advice = Advice("SELECT day, COUNT(*) FROM visits GROUP BY day");
  EXPECT_EQ(advice,
            "the answer would have 7305 cells; at most 4096 (day 7305): group by "
            "date_trunc('week', day) (1044) in its place, or keep fewer groups of day with WHERE");
  Follow("SELECT date_trunc('week', day), COUNT(*) FROM visits GROUP BY 1");
  EXPECT_THAT(Advice("SELECT day, sex, age, COUNT(*) FROM visits GROUP BY day, sex, age"),
              HasSubstr("(day 7305, age 5, sex 3): group by date_trunc('month', day) (240)"));
  Follow("SELECT date_trunc('month', day), sex, age, COUNT(*) FROM visits GROUP BY 1, sex, age");
}

TEST_F(CellsAdviceTest, WhatIsFilteredIsNotFilteredAgain) {
  const std::string advice =
      Advice("SELECT day, sex, COUNT(*) FROM visits WHERE day >= '2005-01-01' GROUP BY day, sex");
  EXPECT_THAT(advice, HasSubstr("day 6939, sex 3"));
  EXPECT_THAT(advice, Not(HasSubstr("WHERE")));
  EXPECT_THAT(advice, HasSubstr("date_trunc('week', day) (992)"));
}

TEST_F(CellsAdviceTest, GroupingsThatAreDeclaredAreNamed) {
  const std::string advice =
      Advice("SELECT district, sex, COUNT(*) FROM visits GROUP BY ROLLUP(district, sex)");
  EXPECT_THAT(advice, HasSubstr("group by region (5) in its place, or group by ward (30)"));
  Follow("SELECT ward, sex, COUNT(*) FROM visits GROUP BY ROLLUP(ward, sex)");
  EXPECT_THAT(Advice("SELECT district, \"Size\", COUNT(*) FROM visits WHERE region <> '1' GROUP BY "
                     "district, \"Size\""),
              Not(HasSubstr("keep fewer groups of district")));
}

TEST_F(CellsAdviceTest, RollupIsDroppedWhereTheTableAloneFits) {
  const std::string sql = "SELECT date_trunc('week', day), sex, COUNT(*) FROM visits GROUP BY ";
  const std::string advice = Advice(sql + "ROLLUP(1, sex)");
  EXPECT_THAT(advice, HasSubstr("4177 cells"));
  EXPECT_THAT(advice, HasSubstr("drop ROLLUP"));
  Follow(sql + "1, sex");
}

TEST_F(CellsAdviceTest, NothingIsNamedThatDoesNotSuffice) {
  const std::string advice =
      Advice("SELECT district, day, age, COUNT(*) FROM visits GROUP BY district, day, age");
  EXPECT_THAT(advice, HasSubstr("group by fewer of them"));
  EXPECT_THAT(advice, Not(HasSubstr("in its place")));
}

// Of a long list groups of one's own are counted by FILTER, whether or not it is filtered.
TEST_F(CellsAdviceTest, GroupsOfALongListAreThoseThatAreDeclared) {
  standard_ = LongListStandard();
  for (const std::string where : {"", " WHERE district IN ('d1', 'd6')"}) {
    const std::string advice = Advice(
        "SELECT CASE WHEN district = 'd1' THEN 'one' ELSE 'other' END, COUNT(*) FROM "
        "visits" +
        where + " GROUP BY 1");
    EXPECT_THAT(advice, HasSubstr("not of other groups by CASE: group by region or ward"));
    EXPECT_THAT(advice, HasSubstr("COUNT(*) FILTER (WHERE district IN ('...', '...'))"));
    EXPECT_THAT(advice, Not(HasSubstr("filter by it")));
    Follow("SELECT COUNT(*) FILTER (WHERE district IN ('d1', 'd2')) FROM visits" + where);
  }
}

}  // namespace
}  // namespace commons::query
