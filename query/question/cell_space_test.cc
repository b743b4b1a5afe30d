#include "query/question/cell_space.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "gmock/gmock.h"
#include "governance/standard/scalar.h"
#include "gtest/gtest.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/plan.h"
#include "query/question/question.h"
#include "query/question/standard_for_test.h"
#include "query/question/validate.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using testing::ElementsAre;

class CellSpaceTest : public testing::Test {
 protected:
  v1::Question Ask(const std::string& sql, v1::Release release = v1::PROTECTED) const {
    const absl::StatusOr<Plan> plan = PlanQuery(sql, LookupOf(standard_, release));
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
    v1::Question question = plan.ok() ? plan->question : v1::Question();
    if (release == v1::PROTECTED) question.set_noise(v1::STANDARD);
    return question;
  }
  std::vector<std::string> LabelsOf(const v1::Question& question) const {
    const v1::Dimension& dimension = question.dimensions(0);
    std::vector<std::string> out;
    for (const auto& label :
         BinLabels(dimension, standard_.columns(static_cast<int>(dimension.column())),
                   CellSpace(question, standard_).kept(0))) {
      out.push_back(label.value_or("null"));
    }
    return out;
  }
  std::vector<std::string> Labels(const std::string& sql,
                                  v1::Release release = v1::PROTECTED) const {
    return LabelsOf(Ask(sql, release));
  }
  v1::Standard standard_ = TestStandard();
};

TEST_F(CellSpaceTest, LabelsSurviveWhateverTheyHold) {
  EXPECT_THAT(Labels("SELECT sex, COUNT(*) FROM visits GROUP BY 1"),
              ElementsAre("Female", "Male", "Unknown, \"other\""));
  EXPECT_THAT(Labels("SELECT \"Rohe potae \xC4\x81\", COUNT(*) FROM visits GROUP BY 1"),
              ElementsAre("<T\xC4\x81maki>", "O'Neill & co", "x,y", "null"));
  EXPECT_THAT(Labels("SELECT age, COUNT(*) FROM visits GROUP BY 1"),
              ElementsAre("[0,15)", "[15,25)", "[25,26)", "[26,65)", "null"));
  EXPECT_THAT(Labels("SELECT dose, COUNT(*) FROM visits GROUP BY 1"),
              ElementsAre("[-0.5,0)", "[0,1.25)", "[1.25,10)"));
  EXPECT_THAT(Labels("SELECT date_trunc('quarter', month), COUNT(*) FROM visits GROUP BY 1"),
              ElementsAre("2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1", "2022-Q2",
                          "2022-Q3", "2022-Q4", "null"));
  EXPECT_EQ(Labels("SELECT month, COUNT(*) FROM visits GROUP BY 1").front(), "2021-01");
  EXPECT_EQ(Labels("SELECT day, COUNT(*) FROM visits GROUP BY 1").back(), "2022-01-30");
}

TEST_F(CellSpaceTest, CellsAreRowMajorSetBySet) {
  const v1::Question question =
      Ask("SELECT sex, age, COUNT(*), AVG(cost) FROM visits GROUP BY ROLLUP(sex, age)");
  const CellSpace space(question, standard_);
  ASSERT_EQ(space.sets(), 3u);
  EXPECT_EQ(space.cells(0), 15u);
  EXPECT_EQ(space.cells(1), 3u);
  EXPECT_EQ(space.cells(2), 1u);
  EXPECT_EQ(space.values(), 3u * 19);
  EXPECT_THAT(space.BinsOf(0, 7), ElementsAre(1, 2));
  EXPECT_THAT(space.BinsOf(1, 2), ElementsAre(2));
  std::vector<std::vector<absl::int128>> base(3, std::vector<absl::int128>(15));
  for (int i = 0; i < 15; ++i) base[1][i] = i;
  const std::vector<absl::int128> values = ValuesOf(space, base);
  EXPECT_EQ(values[space.ValueIndex(1, 0, 7)], 7);
  EXPECT_EQ(values[space.ValueIndex(1, 1, 1)], 5 + 6 + 7 + 8 + 9);
  EXPECT_EQ(values[space.ValueIndex(1, 2, 0)], 14 * 15 / 2);
}

TEST_F(CellSpaceTest, AFilterOnItsColumnLeavesGroupsOut) {
  const v1::Question question =
      Ask("SELECT sex, age, COUNT(*) FROM visits WHERE sex <> 'M' AND age >= 25 AND dose >= 0 "
          "GROUP BY ROLLUP(sex, age)");
  const CellSpace space(question, standard_);
  EXPECT_THAT(space.kept(0), ElementsAre(0, 2));
  EXPECT_THAT(space.kept(1), ElementsAre(2, 3)) << "no age is not 25 or more";
  EXPECT_EQ(space.cells(0), 4u);
  EXPECT_EQ(space.cells(1), 2u);
  EXPECT_EQ(space.total_cells(), 7u);
  EXPECT_TRUE(LeavesBinsOut(question, standard_));
  const std::vector<absl::int128> values = ValuesOf(space, {{1, 2, 3, 4}});
  EXPECT_EQ(values, (std::vector<absl::int128>{1, 2, 3, 4, 3, 7, 10}));
  // One on another column, or one that touches every bin, leaves none out.
  EXPECT_FALSE(LeavesBinsOut(Ask("SELECT sex, COUNT(*) FROM visits WHERE age = 25 GROUP BY sex"),
                             standard_));
  EXPECT_FALSE(LeavesBinsOut(
      Ask("SELECT date_trunc('year', month), COUNT(*) FROM visits WHERE month > '2021-05' OR "
          "month IS NULL GROUP BY 1"),
      standard_));
}

TEST_F(CellSpaceTest, ConditionsThatContradictLeaveNoCellAndCostNothing) {
  const v1::Question question =
      Ask("SELECT sex, COUNT(*) FROM visits WHERE sex = 'F' AND sex = 'M' GROUP BY sex");
  EXPECT_TRUE(ValidateQuestion(question, standard_).ok());
  EXPECT_EQ(CellSpace(question, standard_).values(), 0u);
  EXPECT_EQ(*CostOf(question, standard_), 0u);
  // A total over nothing is one number, which is protected like any other.
  for (const char* sql : {"SELECT COUNT(*) FROM visits WHERE sex = 'F' AND sex = 'M'",
                          "SELECT sex, COUNT(*) FROM visits WHERE sex = 'F' AND sex = 'M' GROUP BY "
                          "ROLLUP(sex)"}) {
    EXPECT_EQ(CellSpace(Ask(sql), standard_).total_cells(), 1u) << sql;
    EXPECT_GT(*CostOf(Ask(sql), standard_), 0u) << sql;
  }
}

TEST_F(CellSpaceTest, OnlyCellsThatAreLeftCountTowardsTheLimitAndTheCost) {
  v1::Column& day = *standard_.mutable_columns(5);
  ASSERT_EQ(day.name(), "day");
  day.set_period_from(*ParseDate("2004-01-01", PeriodUnit::kDay));
  day.set_period_to(*ParseDate("2023-12-31", PeriodUnit::kDay));
  const std::string list = "SELECT day, COUNT(*) FROM visits";
  const auto too_many = PlanQuery(list + " GROUP BY day", LookupOf(standard_, v1::PROTECTED));
  EXPECT_EQ(governance::ReasonOf(too_many.status()), v1::TOO_MANY_CELLS);
  EXPECT_THAT(std::string(too_many.status().message()), testing::HasSubstr("7305 cells"));
  const auto march = Labels(list + " WHERE day = '2023-03' GROUP BY day");
  ASSERT_EQ(march.size(), 31u);
  EXPECT_EQ(march.front(), "2023-03-01");
  EXPECT_EQ(march.back(), "2023-03-31");
  // What no filter leaves is no reason to list thousands of the other's.
  const auto empty = PlanQuery(
      "SELECT day, sex, COUNT(*) FROM visits WHERE sex = 'F' AND sex = 'M' GROUP BY day, sex",
      LookupOf(standard_, v1::PROTECTED));
  EXPECT_EQ(governance::ReasonOf(empty.status()), v1::TOO_MANY_CELLS);
  // r = 2: a person is in two of three cells, in one of one.
  const std::string people = "SELECT sex, COUNT(DISTINCT person) FROM visits ";
  EXPECT_EQ(*CostOf(Ask(people + "GROUP BY sex"), standard_), 10000u);
  EXPECT_EQ(*CostOf(Ask(people + "WHERE sex = 'F' GROUP BY sex"), standard_), 5000u);
}

// Every value that a row of the column can hold, and the label that is its group: by the column's
// own declaration, one value at a time.
std::vector<std::pair<int64_t, std::string>> GroupsOfValues(const v1::Column& column,
                                                            v1::PeriodUnit unit) {
  std::vector<std::pair<int64_t, std::string>> out;
  const Interval all = Universe(column);
  for (int64_t value = all.low; value < all.high; ++value) {
    std::string label;
    if (ShapeOf(column) == Shape::kCodes) {
      label = CodeLabel(column.codes(static_cast<int>(value)));
    } else if (ShapeOf(column) == Shape::kDate) {
      label = PeriodLabel(value, governance::UnitOf(unit));
    } else {
      int band = 0;
      while (column.breaks(band + 1) <= value) ++band;
      label = BandLabel(column, band);
    }
    out.emplace_back(value, label);
  }
  return out;
}

TEST_F(CellSpaceTest, AGroupIsKeptWhenAnyOfItsValuesPasses) {
  struct Grouped {
    std::string dimension;
    std::vector<std::string> conditions, on_open_data;
  };
  const std::string rohe = "\"Rohe potae \xC4\x81\"";
  const std::vector<std::string> dates = {"= '2021-Q3'",        "< '2022-02'", ">= '2021-04'",
                                          "<> '2021-07'",       "IS NULL",     "IS NOT NULL",
                                          "NOT IN ('2021-02')", "<= '2022-Q1'"};
  const std::vector<std::string> days = {"> '2021-05-15'", "BETWEEN '2021-03-30' AND '2021-04-02'",
                                         "NOT BETWEEN '2021-02-01' AND '2022-11-29'"};
  const std::vector<Grouped> all = {
      {"sex", {"= 'F'", "<> 'M'", "IN ('F', 'U')", "NOT IN ('U')", "IS NULL", "IS NOT NULL"}, {}},
      {rohe,
       {"= 'x,y'", "<> 'x,y'", "IS NULL", "IS NOT NULL", "IN ('x,y', '<T\xC4\x81maki>')"},
       {}},
      {"age",
       {">= 15", "< 26", "= 25", "<> 25", "BETWEEN 15 AND 24", "IS NULL", "IS NOT NULL"},
       {"> 20", "= 40", "< 3", "NOT BETWEEN 1 AND 63"}},
      {"dose", {">= 0", "< 1.25", "NOT BETWEEN 0 AND 1.24"}, {"= -0.01", "> 1.3", "<= -0.5"}},
      {"rooms", {"> -1", "<> 2", "IN (10, -3)", "BETWEEN -3 AND 2"}, {}},
      {"vaccinated", {"= true", "<> true"}, {}},
      {"month", dates, days},
      {"date_trunc('quarter', month)", dates, days},
      {"date_trunc('year', month)", dates, days},
      {"date_trunc('month', day)", {"> '2022-01-09'", "= '2022-01-30'"}, {}}};
  std::mt19937 random(30);
  int left_out = 0;
  for (int i = 0; i < 4000; ++i) {
    const Grouped& grouped = all[random() % all.size()];
    const bool open = random() % 2;
    std::string column = grouped.dimension;
    if (const size_t comma = column.find(", "); comma != std::string::npos) {
      column = column.substr(comma + 2, column.size() - comma - 3);
    }
    std::vector<std::string> conditions = grouped.conditions, where;
    if (open) {
      conditions.insert(conditions.end(), grouped.on_open_data.begin(), grouped.on_open_data.end());
    }
    for (int n = 1 + random() % 2; n > 0; --n) {
      where.push_back(absl::StrCat(column, " ", conditions[random() % conditions.size()]));
    }
    const std::string sql =
        absl::StrCat("SELECT ", grouped.dimension, ", COUNT(*) FROM visits WHERE ",
                     absl::StrJoin(where, random() % 3 ? " AND " : " OR "), " GROUP BY 1");
    const v1::Question question = Ask(sql, open ? v1::OPEN : v1::PROTECTED);
    const v1::Dimension& dimension = question.dimensions(0);
    const v1::Column& standard = standard_.columns(static_cast<int>(dimension.column()));
    Condition condition{IntervalSet({Universe(standard)}), Condition::Truth::kTrue};
    if (question.filters_size() > 0) condition = ConditionOf(question.filters(0), standard);
    std::vector<std::string> expected;
    for (const auto& [value, label] : GroupsOfValues(standard, dimension.unit())) {
      const bool seen = !expected.empty() && expected.back() == label;
      if (condition.kept.Contains(value) && !seen) expected.push_back(label);
    }
    if (!standard.required() && condition.missing == Condition::Truth::kTrue) {
      expected.emplace_back("null");
    }
    EXPECT_EQ(LabelsOf(question), expected) << sql;
    left_out += LeavesBinsOut(question, standard_);
  }
  EXPECT_GT(left_out, 2000);
}

std::vector<std::pair<int64_t, int64_t>> Pairs(const std::vector<Interval>& bands) {
  std::vector<std::pair<int64_t, int64_t>> out;
  out.reserve(bands.size());
  for (const Interval& band : bands) out.emplace_back(band.low, band.high);
  return out;
}

TEST_F(CellSpaceTest, PercentilesAreCountedInTheBandsThatTheFilterLeaves) {
  using testing::Pair;
  const auto bands = [&](const std::string& sql, v1::Release release) {
    return Pairs(CellSpace(Ask(sql, release), standard_).bands(0));
  };
  EXPECT_THAT(bands("SELECT MEDIAN(age) FROM visits", v1::PROTECTED),
              ElementsAre(Pair(0, 15), Pair(15, 25), Pair(25, 26), Pair(26, 65)));
  EXPECT_THAT(bands("SELECT MEDIAN(age) FROM visits WHERE age < 15 OR age = 25", v1::PROTECTED),
              ElementsAre(Pair(0, 15), Pair(25, 26)));
  EXPECT_THAT(bands("SELECT MEDIAN(age) FROM visits WHERE age IS NULL", v1::PROTECTED),
              testing::IsEmpty());
  // On open data each value, where they are not too many.
  EXPECT_THAT(bands("SELECT MEDIAN(age) FROM visits WHERE age > 61 OR age = 7", v1::OPEN),
              ElementsAre(Pair(7, 8), Pair(62, 63), Pair(63, 64), Pair(64, 65)));
  EXPECT_EQ(bands("SELECT MEDIAN(age) FROM visits", v1::OPEN).size(), 65u);
  EXPECT_EQ(bands("SELECT MEDIAN(dose) FROM visits", v1::OPEN).size(), 1050u);
  EXPECT_THAT(bands("SELECT sex, rooms, MEDIAN(dose) FROM visits WHERE dose BETWEEN 0 AND 2 AND "
                    "dose <> 1 GROUP BY sex, rooms",
                    v1::OPEN),
              testing::SizeIs(200));
  // 18 cells of a thousand values each are too many: from bands, as far as they are kept.
  EXPECT_THAT(bands("SELECT sex, rooms, vaccinated, MEDIAN(dose) FROM visits WHERE dose > -0.4 AND "
                    "dose <> 9.99 AND dose <> 1 GROUP BY sex, rooms, vaccinated",
                    v1::OPEN),
              ElementsAre(Pair(-39, 0), Pair(0, 125), Pair(125, 999)));
}

TEST_F(CellSpaceTest, BandsVaryFastestAndAddUpToTotals) {
  const v1::Question question =
      Ask("SELECT sex, COUNT(*), MEDIAN(dose), MEDIAN(age) AS b FROM visits GROUP BY ROLLUP(sex)");
  ASSERT_EQ(question.partials(1).column(), 3u);
  const CellSpace space(question, standard_);
  EXPECT_EQ(space.width(0), 1u);
  EXPECT_EQ(space.width(1), 4u);
  EXPECT_EQ(space.width(2), 3u);
  EXPECT_EQ(space.total_cells(), 4u);
  EXPECT_EQ(space.values(), 4u * (1 + 4 + 3));
  EXPECT_EQ(space.ValueIndex(1, 0, 0), 4u);
  EXPECT_EQ(space.ValueIndex(1, 0, 2, 3), 4u + 11);
  EXPECT_EQ(space.ValueIndex(1, 1, 0), 4u + 12);
  EXPECT_EQ(space.ValueIndex(2, 1, 0, 2), 31u);
  std::vector<std::vector<absl::int128>> base(3);
  for (size_t p = 0; p < 3; ++p) {
    for (size_t i = 0; i < 3 * space.width(p); ++i) base[p].push_back(100 * p + i);
  }
  const auto values = ValuesOf(space, base);
  EXPECT_EQ(values[space.ValueIndex(0, 1, 0)], 0 + 1 + 2);
  EXPECT_EQ(values[space.ValueIndex(1, 0, 1, 2)], 106);
  EXPECT_EQ(values[space.ValueIndex(1, 1, 0, 2)], 102 + 106 + 110);
  EXPECT_EQ(values[space.ValueIndex(2, 1, 0, 1)], 201 + 204 + 207);
}

}  // namespace
}  // namespace commons::query
