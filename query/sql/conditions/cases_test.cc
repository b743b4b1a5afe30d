// What the groups of a CASE are called and where they come; which questions they make is in
// question_test.cc, what they count in executor_test.cc.
#include "query/sql/conditions/cases.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/cell_space.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using testing::ElementsAre;

class CasesTest : public testing::Test {
 protected:
  absl::StatusOr<Plan> Ask(const std::string& sql, v1::Release release = v1::PROTECTED) const {
    return PlanQuery(sql, LookupOf(standard_, release));
  }
  // "label@place" of each cell of the one dimension, in the order of cells.
  std::vector<std::string> Cells(const std::string& of, const std::string& where = "") const {
    const auto plan =
        Ask(absl::StrCat("SELECT ", of, ", COUNT(*) FROM visits", where, " GROUP BY 1"));
    if (!plan.ok()) return {plan.status().ToString()};
    const OutputDimension& shown = plan->dimensions[0];
    EXPECT_EQ(shown.labels.size(), CellSpace(plan->question, standard_).cells(0));
    std::vector<std::string> out;
    for (size_t i = 0; i < shown.labels.size(); ++i) {
      out.push_back(absl::StrCat(shown.labels[i].value_or("NULL"), "@", shown.places[i]));
    }
    return out;
  }
  const v1::Standard standard_ = TestStandard();
};

TEST_F(CasesTest, CellsAreCalledAsTheBranchesSayAndComeInTheirOrder) {
  EXPECT_THAT(Cells("CASE sex WHEN 'U' THEN 'unknown' ELSE 'known' END"),
              ElementsAre("known@1", "unknown@0"));
  EXPECT_THAT(Cells("CASE WHEN age >= 25 THEN 'old' WHEN age < 25 THEN 'young' END"),
              ElementsAre("young@1", "old@0", "NULL@2"));
  EXPECT_THAT(Cells("CASE WHEN age IS NULL THEN NULL WHEN age < 25 THEN 1 ELSE 2 END"),
              ElementsAre("1@0", "2@1", "NULL@2"));
  EXPECT_THAT(Cells("CASE WHEN vaccinated = true THEN true ELSE false END"),
              ElementsAre("true@0", "false@1"));
  EXPECT_THAT(Cells("CASE WHEN month < '2021-07' THEN 'then' WHEN month >= '2022' THEN 'now' WHEN "
                    "month IS NULL THEN 'never' ELSE 'then' END"),
              ElementsAre("then@0", "now@1", "never@2"));
}

TEST_F(CasesTest, TheFirstBranchThatHoldsIsTheRows) {
  EXPECT_THAT(Cells("CASE WHEN age >= 15 THEN 'b' WHEN age >= 0 THEN 'a' WHEN age = 25 THEN 'c' "
                    "ELSE 'd' END"),
              ElementsAre("a@1", "b@0", "d@2"));
  EXPECT_THAT(Cells("CASE WHEN TRUE THEN 'all' WHEN sex = 'F' THEN 'f' END"), ElementsAre("all@0"));
}

TEST_F(CasesTest, WhereLeavesBinsAndGroupsOut) {
  const std::string of = "CASE sex WHEN 'U' THEN 'u' WHEN 'M' THEN 'm' ELSE 'f' END";
  EXPECT_THAT(Cells(of, " WHERE sex <> 'M'"), ElementsAre("f@1", "u@0"));
  EXPECT_THAT(Cells(of, " WHERE sex = 'M' OR sex = 'F'"), ElementsAre("f@1", "m@0"));
  EXPECT_THAT(Cells("CASE WHEN sex IN ('F', 'U') THEN 'a' ELSE 'b' END", " WHERE sex <> 'U'"),
              ElementsAre("a@0", "b@1"));
  EXPECT_THAT(Cells(of, " WHERE (sex = 'M' AND age >= 15) OR (sex = 'F' AND age < 15)"),
              ElementsAre("f@1", "m@0"));
  EXPECT_THAT(Cells(of, " WHERE sex = 'M' AND sex = 'F'"), ElementsAre());
}

TEST_F(CasesTest, GroupsOfOpenDataEndWhereBandsDo) {
  const auto plan =
      Ask("SELECT CASE WHEN age < 16 THEN 1 END, COUNT(*) FROM visits GROUP BY 1", v1::OPEN);
  EXPECT_EQ(governance::ReasonOf(plan.status()), v1::RANGE_OFF_EDGES);
}

TEST_F(CasesTest, MayBeMadeInASubSelectAndIsCalledCase) {
  const auto named =
      Ask("SELECT g, COUNT(*) FROM (SELECT visits.*, CASE WHEN age < 25 THEN 'y' "
          "ELSE 'o' END AS g FROM visits) AS q01 WHERE sex = 'F' GROUP BY g");
  ASSERT_TRUE(named.ok()) << named.status();
  EXPECT_EQ(named->dimensions[0].name, "g");
  const auto flat =
      Ask("SELECT CASE WHEN age < 25 THEN 'y' ELSE 'o' END, COUNT(*) FROM visits "
          "WHERE sex = 'F' GROUP BY 1");
  ASSERT_TRUE(flat.ok()) << flat.status();
  EXPECT_EQ(flat->dimensions[0].name, "case");
  EXPECT_EQ(named->canonical_sql, flat->canonical_sql);
  const auto filtered =
      Ask("SELECT COUNT(*) FROM (SELECT CASE sex WHEN 'F' THEN 'y' END AS g FROM "
          "visits) q WHERE g = 'y'");
  EXPECT_THAT(std::string(filtered.status().message()),
              testing::HasSubstr("name the column that it is made of"));
}

}  // namespace
}  // namespace commons::query
