// Groupings that the definition declares, as questions: each is the CASE that says the same.
#include "query/question/groups.h"

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/question/cell_space.h"
#include "query/question/grouped_for_test.h"
#include "query/question/question.h"
#include "query/question/validate.h"
#include "query/sql/canonical_sql.h"

namespace commons::query {
namespace {

using governance::Told;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;

class GroupsTest : public testing::Test {
 protected:
  absl::StatusOr<Plan> Read(const std::string& sql, v1::Release release = v1::PROTECTED) const {
    return PlanQuery(sql, LookupOf(standard_, release));
  }
  v1::Question Ask(const std::string& sql) const {
    const absl::StatusOr<Plan> plan = Read(sql);
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
    v1::Question question = plan.ok() ? plan->question : v1::Question();
    question.set_noise(v1::STANDARD);
    return question;
  }
  std::string Refused(const std::string& sql) const { return Told(Read(sql).status()); }
  // "label@place" of each cell of the first dimension.
  std::vector<std::string> Cells(const std::string& sql) const {
    const absl::StatusOr<Plan> plan = Read(sql);
    if (!plan.ok()) return {std::string(plan.status().message())};
    const OutputDimension& shown = plan->dimensions[0];
    EXPECT_EQ(shown.labels.size(),
              CellsOf(plan->question, plan->question.dimensions(shown.dimension), standard_));
    std::vector<std::string> out;
    for (size_t i = 0; i < shown.labels.size(); ++i) {
      out.push_back(absl::StrCat(shown.labels[i].value_or("NULL"), "@", shown.places[i]));
    }
    return out;
  }
  v1::Standard standard_ = GroupedStandard();
};

constexpr char kRohe[] = "\"Rohe potae \xC4\x81\"";

TEST_F(GroupsTest, AParaphraseByCaseHasTheSameDigest) {
  const std::string rohe = kRohe;
  // Each row is one question.
  const std::vector<std::vector<std::string>> questions = {
      {"SELECT side, COUNT(*) FROM visits GROUP BY side",
       "SELECT visits.side AS s, COUNT(*) FROM visits GROUP BY s ORDER BY s",
       "SELECT CASE WHEN " + rohe + " IN ('<T\xC4\x81maki>', 'x,y') THEN 'w' WHEN " + rohe +
           " = 'O''Neill & co' THEN 'e' END, COUNT(*) FROM visits GROUP BY 1",
       "SELECT CASE side WHEN 'east' THEN 1 WHEN 'the west' THEN 2 END AS g, COUNT(*) FROM visits "
       "GROUP BY g",
       "SELECT s, COUNT(*) FROM (SELECT side AS s FROM visits) q GROUP BY s"},
      {"SELECT \"Size\", COUNT(*) FROM visits GROUP BY 1",
       "SELECT halves, COUNT(*) FROM visits GROUP BY halves",
       "SELECT CASE WHEN rooms > 0 THEN 'x' ELSE 'y' END, COUNT(*) FROM visits GROUP BY 1"},
      {"SELECT \"Size\", sex, COUNT(*) FROM visits GROUP BY ROLLUP(sex, \"Size\")",
       "SELECT CASE WHEN rooms = -3 THEN 'x' ELSE 'y' END AS g, sex, COUNT(*) FROM visits GROUP BY "
       "ROLLUP(sex, g)"},
      {"SELECT COUNT(*) FROM visits WHERE side = 'west'",
       "SELECT COUNT(*) FROM visits WHERE side IN ('the west')",
       "SELECT COUNT(*) FROM visits WHERE " + rohe + " IN ('<T\xC4\x81maki>', 'x,y')",
       "SELECT COUNT(*) FROM visits WHERE side <> 'east'",
       "SELECT COUNT(*) FROM visits WHERE NOT side = 'east'"},
      {"SELECT COUNT(*) FROM visits WHERE side IS NULL",
       "SELECT COUNT(*) FROM visits WHERE " + rohe + " IS NULL"},
      {"SELECT COUNT(*) FILTER (WHERE \"Size\" = 'many') FROM visits",
       "SELECT SUM(CASE WHEN rooms > 0 THEN 1 ELSE 0 END) FROM visits"},
      {"SELECT COUNT(*) FROM visits WHERE side = 'east' OR sex = 'F'",
       "SELECT COUNT(*) FROM visits WHERE " + rohe + " = 'O''Neill & co' OR sex = 'F'"},
      // What is left of each group is one code: the column itself.
      {"SELECT side, COUNT(*) FROM visits WHERE " + rohe + " <> 'x,y' GROUP BY side",
       "SELECT " + rohe + ", COUNT(*) FROM visits WHERE " + rohe + " <> 'x,y' GROUP BY 1"},
      {"SELECT CASE WHEN side = 'west' THEN 1 END, COUNT(*) FROM visits GROUP BY 1",
       "SELECT CASE WHEN " + rohe +
           " IN ('<T\xC4\x81maki>', 'x,y') THEN 1 ELSE 2 END, COUNT(*) FROM visits GROUP BY 1"},
  };
  std::set<std::string> digests;
  for (const std::vector<std::string>& question : questions) {
    const QuestionDigest digest = DigestOf(Ask(question[0]), standard_);
    EXPECT_TRUE(digests.insert(digest.ToBytes()).second) << question[0];
    for (const std::string& sql : question) {
      const v1::Question asked = Ask(sql);
      EXPECT_EQ(DigestOf(asked, standard_), digest) << sql;
      EXPECT_EQ(Told(ValidateQuestion(asked, standard_)), "OK") << sql;
      const std::string canonical = CanonicalSql(asked, standard_);
      EXPECT_EQ(DigestOf(Ask(canonical), standard_), digest) << canonical;
    }
  }
}

TEST_F(GroupsTest, IsCalledAsTheDefinitionCallsIt) {
  const auto plan = Read("SELECT side, COUNT(*) FROM visits GROUP BY side");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->dimensions[0].name, "side");
  EXPECT_EQ(plan->canonical_sql, "SELECT side, COUNT(*) FROM visits GROUP BY side");
  EXPECT_THAT(Cells("SELECT side, COUNT(*) FROM visits GROUP BY side"),
              ElementsAre("the west@1", "the east@0", "NULL@2"));
  EXPECT_THAT(Cells("SELECT side, COUNT(*) FROM visits WHERE side = 'west' GROUP BY side"),
              ElementsAre("the west@0"));
}

TEST_F(GroupsTest, RefusalsSayWhatToWrite) {
  EXPECT_THAT(Refused("SELECT Size, COUNT(*) FROM visits GROUP BY 1"),
              HasSubstr("UNKNOWN_COLUMN: there is no column size; write it in quotes: \"Size\""));
  EXPECT_THAT(Refused("SELECT COUNT(*) FROM visits WHERE side = 'north'"),
              HasSubstr("UNKNOWN_LABEL: side has no 'north'; it has 'the east', 'the west'"));
  EXPECT_THAT(Refused("SELECT COUNT(*) FROM visits WHERE side < 'east'"),
              HasSubstr("side is a list of codes without an order"));
  EXPECT_THAT(Refused("SELECT AVG(side) FROM visits"),
              HasSubstr("COLUMN_NOT_QUERYABLE: side groups the codes of \"Rohe potae"));
  EXPECT_THAT(Refused("SELECT date_trunc('year', side), COUNT(*) FROM visits GROUP BY 1"),
              HasSubstr("side groups the codes of"));
  EXPECT_THAT(Refused("SELECT COUNT(*) FROM visits GROUP BY side"),
              HasSubstr("side is grouped by but not selected; add side to SELECT"));
}

TEST_F(GroupsTest, OnlyOneWayOfSayingItIsCanonical) {
  const v1::Question good = Ask("SELECT \"Size\", COUNT(*) FROM visits GROUP BY 1");
  const auto told = [&](const std::function<void(v1::Question&, v1::Dimension&)>& change) {
    v1::Question question = good;
    change(question, *question.mutable_dimensions(0));
    return Told(ValidateQuestion(question, standard_));
  };
  const std::string canonical = "MALFORMED: the question is not canonical: ";
  ASSERT_EQ(good.dimensions(0).grouping(), 1u);
  EXPECT_EQ(told([](auto&, auto& d) { d.set_grouping(2); }), canonical + "a grouping")
      << "the first of two that part the codes in the same way";
  EXPECT_EQ(told([](auto&, auto& d) { d.set_grouping(3); }),
            canonical + "a grouping that its column does not have");
  EXPECT_EQ(told([](auto&, auto& d) { d.add_groups()->set_bins("\x05"); }),
            canonical + "a grouping that its column does not have");
  EXPECT_EQ(told([](auto&, auto& d) {
              d.clear_grouping();
              d.add_groups()->set_bins("\x05");
              d.add_groups()->set_bins("\x02");
            }),
            canonical + "groups of bins");
  EXPECT_EQ(told([](auto& q, auto&) {
              v1::Filter& filter = *q.add_filters();
              filter.set_column(11);
              filter.set_codes("\x03");
            }),
            canonical + "a grouping")
      << "one code of each group";
}

class LongListTest : public GroupsTest {
 protected:
  LongListTest() { standard_ = LongListStandard(); }
};

TEST_F(LongListTest, IsGroupedByItsGroupingsAlone) {
  EXPECT_EQ(Refused("SELECT district, COUNT(*) FROM visits GROUP BY district"),
            "TOO_MANY_CELLS: district has 5000 codes, more than a table has cells, so that a table "
            "is made of its groupings alone: group by region or ward, or count some codes beside "
            "all: COUNT(*) FILTER (WHERE district IN ('...', '...'))");
  EXPECT_THAT(
      Refused("SELECT CASE WHEN district = 'd1' THEN 1 END, COUNT(*) FROM visits GROUP BY 1"),
      HasSubstr("group by region or ward"));
  EXPECT_THAT(Refused("SELECT district, COUNT(*) FROM visits WHERE district = 'd1' GROUP BY 1"),
              HasSubstr("group by region or ward"));
  EXPECT_THAT(Cells("SELECT region, COUNT(*) FROM visits GROUP BY region"),
              ElementsAre("the 0@0", "the 1@1", "the 2@2", "the 3@3", "the 4@4"));
  EXPECT_EQ(Cells("SELECT ward, COUNT(*) FROM visits GROUP BY ward").size(), 50u);
  EXPECT_THAT(
      Cells("SELECT ward, COUNT(*) FROM visits WHERE district IN ('d7', 'd4999') GROUP BY 1"),
      ElementsAre("the w0@0", "the w49@1"));
  EXPECT_EQ(Cells("SELECT region, COUNT(*) FROM visits WHERE ward <> 'w0' GROUP BY 1").size(), 5u);
}

TEST_F(LongListTest, IsFilteredByCodesAndGroups) {
  const auto canonical = [&](const std::string& where) {
    const auto plan = Read("SELECT COUNT(*) FROM visits WHERE " + where);
    return plan.ok() ? plan->canonical_sql : std::string(plan.status().message());
  };
  EXPECT_EQ(canonical("district IN ('d3', 'd4')"),
            "SELECT COUNT(*) FROM visits WHERE district IN ('d3', 'd4')");
  EXPECT_EQ(canonical("region = '2'"), "SELECT COUNT(*) FROM visits WHERE region = '2'");
  EXPECT_EQ(canonical("ward NOT IN ('w1', 'w2') AND sex = 'F'"),
            "SELECT COUNT(*) FROM visits WHERE ward NOT IN ('w1', 'w2') AND sex = 'F'");
  EXPECT_THAT(canonical("district = 'D3009'"),
              HasSubstr("has no 'D3009' among its 5000 codes; the nearest is 'd3009'"));
  EXPECT_THAT(canonical("district = 'nowhere near'"), EndsWith("among its 5000 codes"));
  EXPECT_THAT(canonical("ward = 'w333'"), HasSubstr("; the nearest is 'w33'"));
  EXPECT_EQ(canonical("region = '2' OR sex = 'F'"),
            "SELECT COUNT(*) FROM visits WHERE (sex = 'F' OR region = '2')");
}

TEST_F(LongListTest, APeerThatGroupsByItsCodesIsRefused) {
  v1::Question question = Ask("SELECT region, COUNT(*) FROM visits GROUP BY region");
  question.mutable_dimensions(0)->clear_grouping();
  EXPECT_EQ(Told(ValidateQuestion(question, standard_)),
            "TOO_MANY_CELLS: district is grouped by its groupings alone");
}

// It travels in a message of limited size, with a flag for each code of every condition.
TEST_F(LongListTest, AQuestionThatIsTooLargeToTravelIsRefused) {
  standard_ = LongListStandard(60'000);
  std::string measures;
  for (int i = 0; i < 32; ++i) {
    absl::StrAppend(&measures, i > 0 ? ", " : "", "COUNT(*) FILTER (WHERE district = 'd", i,
                    "') AS n", i);
  }
  EXPECT_THAT(Refused("SELECT " + measures + " FROM visits"), HasSubstr("ask with fewer"));
}

}  // namespace
}  // namespace commons::query
