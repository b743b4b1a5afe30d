#include "query/release/legend.h"

#include <map>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

v1::Answer LegendOf(const v1::Standard& standard, const char* sql) {
  const auto plan = PlanQuery(sql, LookupOf(standard, v1::OPEN));
  EXPECT_TRUE(plan.ok()) << plan.status();
  v1::Answer answer;
  if (plan.ok()) AddLegend(*plan, standard, answer);
  return answer;
}

std::map<std::string, std::string> UnitsOf(const v1::Answer& answer) {
  std::map<std::string, std::string> units;
  for (const v1::MeasureUnit& entry : answer.units()) units[entry.measure()] = entry.unit();
  return units;
}

TEST(Legend, UnitsOfEachKindOfMeasure) {
  v1::Standard standard = TestStandard();
  for (v1::Column& column : *standard.mutable_columns()) {
    if (column.name() == "cost") column.set_unit("NZD");
  }
  standard.set_unit("whanau");
  const char* sql =
      "SELECT COUNT(*) AS n, COUNT(cost) AS v, SUM(cost) AS s, AVG(cost) AS a, VARIANCE(cost) AS "
      "q, "
      "STDDEV(cost) AS d, SUM(nights) AS unitless FROM visits";
  auto units = UnitsOf(LegendOf(standard, sql));
  units.erase("n");
  EXPECT_THAT(units, ElementsAre(Pair("a", "NZD"), Pair("d", "NZD"), Pair("q", "NZD^2"),
                                 Pair("s", "NZD"), Pair("v", "value")));
  const char* count = "SELECT COUNT(*) AS n FROM visits";
  standard.clear_entity();
  EXPECT_THAT(UnitsOf(LegendOf(standard, count)), ElementsAre(Pair("n", "whanau")));
  standard.set_entity("nhi");  // a person may have several rows
  EXPECT_THAT(UnitsOf(LegendOf(standard, count)), ElementsAre(Pair("n", "row")));
}

TEST(Legend, CodesWhereALabelSaysSomethingElse) {
  const v1::Standard standard = TestStandard();
  const v1::Answer answer = LegendOf(
      standard, "SELECT sex AS s, rooms, vaccinated, COUNT(*) FROM visits GROUP BY 1, 2, 3");
  std::vector<std::string> codes;
  for (const v1::LabelledCode& entry : answer.codes()) {
    codes.push_back(entry.dimension() + " " + entry.code() + " " + entry.label());
  }
  EXPECT_THAT(codes, ElementsAre("s F Female", "s M Male", "s U Unknown, \"other\"", "rooms 10 10",
                                 "rooms -3 -3", "rooms 2 two"));
  EXPECT_THAT(LegendOf(standard, "SELECT COUNT(*) FROM visits").codes(), IsEmpty());
  const v1::Answer some = LegendOf(
      standard, "SELECT sex, COUNT(*) FROM visits WHERE sex IN ('Female', 'Male') GROUP BY sex");
  EXPECT_EQ(some.codes_size(), 2) << "of the cells";
}

TEST(Legend, PercentilesFromBandsAreNamed) {
  const v1::Standard standard = TestStandard();
  const char* sql =
      "SELECT sex, rooms, vaccinated, MEDIAN(age) AS exact, MEDIAN(dose) AS d, COUNT(*) FROM "
      "visits "
      "GROUP BY 1, 2, 3";
  EXPECT_THAT(LegendOf(standard, sql).banded(), ElementsAre("d")) << "of 18 cells, 1,050 values";
  EXPECT_THAT(LegendOf(standard, "SELECT MEDIAN(dose) FROM visits").banded(), IsEmpty());
}

}  // namespace
}  // namespace commons::query
