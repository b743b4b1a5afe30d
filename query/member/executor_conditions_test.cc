// Weeks, FILTER, CASE and OR between columns, counted beside SQLite.
#include "base/period.h"
#include "query/member/executor_for_test.h"
#include "query/peer/peer_message.h"
#include "query/question/grouped_for_test.h"
#include "query/release/question_version.h"

namespace commons::query {
namespace {

TEST_F(ExecutorTest, DaysMakeWeeksAndWeeksBeginWhereTheDatasetSays) {
  Load(700, 11);
  // Of each day's Monday, and of its Sunday; the labels are this program's own.
  const auto weeks = [&](const std::string& weekday, PeriodUnit unit) {
    std::map<std::string, std::string> out;
    for (const auto& row :
         sqlite_.Run(absl::StrCat("SELECT date(day, '-6 days', 'weekday ", weekday,
                                  "'), count(*) FROM visits GROUP BY 1"))) {
      out[absl::StrCat("0|", PeriodLabel(*ParseDate(row[0], PeriodUnit::kDay), unit))] = row[1];
    }
    return out;
  };
  const std::string by_week =
      "SELECT date_trunc('week', day), COUNT(*) FROM visits GROUP BY date_trunc('week', day)";
  EXPECT_EQ(VersionOf(Ask(by_week), standard_), kVersionOfWeeks);
  const auto monday = Answer(Ask(by_week));
  EXPECT_EQ(monday, weeks("1", PeriodUnit::kWeek));
  EXPECT_EQ(monday.count("0|2021-W52"), 1u) << "the first of January 2022 was a Saturday";
  v1::Column& day = *standard_.mutable_columns(5);
  ASSERT_EQ(day.name(), "day");
  day.set_week_starts(7);
  const auto told = [&](const std::string& sql) {
    return std::string(PlanQuery(sql, LookupOf(standard_, v1::OPEN)).status().message());
  };
  EXPECT_NE(told(by_week).find("weeks of day begin on another day"), std::string::npos);
  // The same rows, where the dataset declares weeks from Sunday.
  day.set_period_unit(v1::WEEK);
  day.set_period_from(18987);  // 2021-12-26
  day.set_period_to(18987 + 6 * 7 - 1);
  const v1::Standard weekly = standard_;
  const auto find = [&](const std::string& sql) {
    return PlanQuery(sql, LookupOf(weekly, v1::OPEN));
  };
  const auto own = find("SELECT day, COUNT(*) FROM visits GROUP BY day");
  ASSERT_TRUE(own.ok()) << own.status();
  const CellSpace space(own->question, weekly);
  EXPECT_EQ(BinLabels(own->question.dimensions(0), weekly.columns(5), space.kept(0))[1],
            "2022-01-02");
  EXPECT_TRUE(find("SELECT date_trunc('week', day), COUNT(*) FROM visits GROUP BY 1").ok());
  EXPECT_NE(told("SELECT date_trunc('month', day), COUNT(*) FROM visits GROUP BY 1")
                .find("day is known by week only"),
            std::string::npos);
  // On open data a date is a day, as in PostgreSQL; where only weeks are known, it names its week.
  const auto days = [&](const std::string& where, v1::Release release) {
    const auto plan =
        PlanQuery("SELECT COUNT(*) FROM visits WHERE " + where, LookupOf(weekly, release));
    if (!plan.ok() || plan->question.filters_size() == 0) return int64_t{-1};
    const v1::Filter::Range& range = plan->question.filters(0).ranges(0);
    return range.high() - range.low();
  };
  EXPECT_EQ(days("day = '2022-01-02'", v1::OPEN), 1);
  EXPECT_EQ(days("day = DATE '2022-01-02'", v1::OPEN), 1);
  EXPECT_EQ(days("day > DATE '2022-01-02'", v1::OPEN), 5 * 7 - 1);
  EXPECT_EQ(days("day = '2022-01-02'", v1::PROTECTED), 7);
  EXPECT_EQ(days("day = DATE '2022-01-02'", v1::PROTECTED), -1) << "off the edges";
  EXPECT_EQ(days("day > '2022-01-02'", v1::PROTECTED), -1) << "off the edges";
  EXPECT_EQ(days("day >= '2022-01-02'", v1::PROTECTED), 5 * 7);
}

// A group is listed by its first bin: the oracle calls it so.
TEST_F(ExecutorTest, AgreesWithSqliteOnFilterCaseAndOr) {
  Load(700, 11);
  struct Shape {
    std::string list, groups;
    std::vector<std::vector<std::string>> sets;
  };
  const std::string age =
      "CASE WHEN age < 25 THEN '[0,15)' WHEN age >= 26 THEN '[26,65)' ELSE '[25,26)' END";
  const std::vector<Shape> shapes = {
      {"", "", {{}}},
      {"CASE WHEN sex IN ('F', 'U') THEN 'a' ELSE 'b' END, ",
       " GROUP BY 1",
       {{"CASE WHEN sex IN ('F', 'U') THEN 'Female' ELSE 'Male' END"}}},
      {"CASE WHEN age < 25 THEN 'a' WHEN age >= 26 THEN 'b' ELSE 'c' END AS g, vaccinated, ",
       " GROUP BY ROLLUP(vaccinated, g)",
       {{age, "vaccinated"}, {"vaccinated"}, {}}},
      {"CASE WHEN month < '2021-07' OR month >= '2022-07' THEN 1 WHEN month IS NULL THEN 2 END, ",
       " GROUP BY 1",
       {{"CASE WHEN month < '2021-07' OR month >= '2022-07' THEN '2021-01' WHEN month IS NOT NULL "
         "THEN '2021-07' END"}}},
      {"CASE WHEN rooms > 0 THEN 1 END, CASE WHEN day < '2022-01-12' THEN 1 ELSE 2 END AS d, ",
       " GROUP BY 1, d",
       {{"CASE WHEN day < '2022-01-12' THEN '2022-01-01' ELSE '2022-01-12' END",
         "CASE WHEN rooms > 0 THEN '10' ELSE '-3' END"}}},
  };
  const std::vector<SameFilter> filters = {
      {"TRUE", "1"},
      {"dose >= 0 AND month IS NOT NULL", "dose >= 0 AND month IS NOT NULL"},
      {"sex = 'F' OR age >= 25", "sex = 'F' OR age >= 25"},
      {"NOT (sex = 'F' AND (age < 15 OR \"Rohe potae \xC4\x81\" = 'x,y'))",
       "NOT (sex = 'F' AND (age < 15 OR rohe = 'x,y'))"},
      {"(vaccinated = true OR month < '2021-07') AND (sex <> 'U' OR rooms = 2)",
       "(vaccinated = 'true' OR month < '2021-07') AND (sex <> 'U' OR rooms = 2)"},
      {"(dose < 0 AND day > '2022-01-20') OR NOT (age IS NULL OR since >= '2010')",
       "(dose < 0 AND day > '2022-01-20') OR NOT (age IS NULL OR since >= '2010')"},
      {"cost > 12.34 AND age < 20 AND (age >= 15 OR sex = 'M')",
       "cost > 1234 AND age < 20 AND (age >= 15 OR sex = 'M')"},
  };
  const std::vector<SameFilter> measures = {
      {"COUNT(*), COUNT(*) FILTER (WHERE sex = 'F') AS f",
       "count(*), count(*) FILTER (WHERE sex = 'F')"},
      {"COUNT(*), SUM(CASE WHEN age >= 25 THEN 1 ELSE 0 END) AS s",
       "count(*), count(*) FILTER (WHERE age >= 25)"},
      {"AVG(cost) FILTER (WHERE vaccinated = true), COUNT(DISTINCT person) FILTER (WHERE age IS "
       "NULL) AS p, COUNT(*)",
       "count(*), count(DISTINCT nhi) FILTER (WHERE age IS NULL), count(cost) FILTER (WHERE "
       "vaccinated = 'true'), sum(cost) FILTER (WHERE vaccinated = 'true')"},
      {"COUNT(*), SUM(nights) FILTER (WHERE sex = 'F' OR NOT vaccinated = true) AS s, "
       "COUNT(DISTINCT person) FILTER (WHERE (rooms = 2 OR dose < 0) AND sex <> 'U') AS p",
       "count(*), count(*) FILTER (WHERE sex = 'F' OR vaccinated = 'false'), count(DISTINCT nhi) "
       "FILTER (WHERE (rooms = 2 OR dose < 0) AND sex <> 'U'), sum(nights) FILTER (WHERE sex = 'F' "
       "OR vaccinated = 'false')"},
  };
  for (const Shape& shape : shapes) {
    for (const SameFilter& filter : filters) {
      for (const SameFilter& measure : measures) {
        const std::string sql = absl::StrCat("SELECT ", shape.list, measure.ours,
                                             " FROM visits WHERE ", filter.ours, shape.groups);
        EXPECT_EQ(Answer(Ask(sql)), Expected(shape.sets, measure.sqlite, filter.sqlite)) << sql;
      }
    }
  }
}

// A group is listed by its first code, as those of CASE are.
TEST_F(ExecutorTest, AgreesWithSqliteOnDeclaredGroupings) {
  standard_ = GroupedStandard();
  Load(700, 23);
  const std::string side =
      "CASE WHEN rohe = 'O''Neill & co' THEN rohe WHEN rohe IS NOT NULL THEN '<T\xC4\x81maki>' END";
  const auto same = [&](const std::string& select, const std::string& group,
                        const std::vector<std::vector<std::string>>& sets,
                        const SameFilter& where) {
    const std::string sql =
        absl::StrCat("SELECT ", select, "COUNT(*), COUNT(DISTINCT person) AS p ",
                     "FROM visits WHERE ", where.ours, group);
    EXPECT_EQ(Answer(Ask(sql)), Expected(sets, "count(*), count(DISTINCT nhi)", where.sqlite))
        << sql;
  };
  const std::vector<SameFilter> filters = {
      {"TRUE", "1"},
      {"\"Size\" = 'many'", "rooms > 0"},
      {"side <> 'west'", "rohe = 'O''Neill & co'"},
      {"side = 'west' OR sex = 'F'", "rohe IN ('<T\xC4\x81maki>', 'x,y') OR sex = 'F'"},
      {"rooms <> 10 AND NOT (side IS NULL OR age < 25)",
       "rooms <> 10 AND NOT (rohe IS NULL OR age < 25)"},
  };
  for (const SameFilter& filter : filters) {
    // What is left of each group is one code: its own cell.
    const bool single = filter.ours.find("rooms <> 10") != std::string::npos;
    const std::string size = single ? "CASE WHEN rooms > 0 THEN 'two' ELSE '-3' END"
                                    : "CASE WHEN rooms > 0 THEN '10' ELSE '-3' END";
    same("", "", {{}}, filter);
    same("side, ", " GROUP BY side", {{side}}, filter);
    same("side, halves, ", " GROUP BY ROLLUP(halves, side)", {{side, size}, {size}, {}}, filter);
  }
}

}  // namespace
}  // namespace commons::query
