// One column at several levels in ROLLUP, counted beside SQLite.
#include "query/member/executor_for_test.h"
#include "query/question/grouped_for_test.h"
#include "query/question/validate.h"

namespace commons::query {
namespace {

// A group is listed by its first code, as those of CASE are.
TEST_F(ExecutorTest, AgreesWithSqliteOnLevelsOfOneColumn) {
  standard_ = GroupedStandard();
  Load(700, 31);
  const std::string rohe = "\"Rohe potae \xC4\x81\"";
  const std::string side =
      "CASE WHEN rohe = 'O''Neill & co' THEN rohe WHEN rohe IS NOT NULL THEN '<T\xC4\x81maki>' END";
  const std::string sex =
      "CASE sex WHEN 'F' THEN 'Female' WHEN 'M' THEN 'Male' ELSE 'Unknown, \"other\"' END";
  const std::string quarter = "substr(month, 1, 4) || '-Q' || ((substr(month, 6, 2) + 2) / 3)";
  const std::string year = "substr(month, 1, 4)";
  const std::string months =
      "date_trunc('year', month) AS y, date_trunc('quarter', month) AS q, month, ";
  struct Shape {
    std::string list, groups;
    std::vector<std::vector<std::string>> sets;
  };
  const std::vector<Shape> shapes = {
      {"side, " + rohe + ", ", "ROLLUP(side, " + rohe + ")", {{"rohe"}, {side}, {}}},
      {"side, " + rohe + ", ", "side, ROLLUP(" + rohe + ")", {{"rohe"}, {side}}},
      {"side, " + rohe + ", ", "side, " + rohe, {{"rohe"}}},
      {months, "ROLLUP(y, q, month)", {{"month"}, {quarter}, {year}, {}}},
      {months, "y, ROLLUP(q, month)", {{"month"}, {quarter}, {year}}},
      {months, "y, q, ROLLUP(month)", {{"month"}, {quarter}}},
      {"side, sex, " + rohe + ", ",
       "ROLLUP(side, sex, " + rohe + ")",
       {{sex, "rohe"}, {sex, side}, {side}, {}}},
      {"date_trunc('year', month) AS y, side, month, " + rohe + ", ",
       "ROLLUP(y, side, month, " + rohe + ")",
       {{"rohe", "month"}, {side, "month"}, {side, year}, {year}, {}}},
      {"CASE WHEN age < 25 THEN 'a' WHEN age >= 26 THEN 'b' ELSE 'c' END AS g, age, ",
       "ROLLUP(g, age)",
       {{"CASE WHEN age < 15 THEN '[0,15)' WHEN age < 25 THEN '[15,25)' WHEN age < 26 THEN "
         "'[25,26)' WHEN age >= 26 THEN '[26,65)' END"},
        {"CASE WHEN age < 25 THEN '[0,15)' WHEN age >= 26 THEN '[26,65)' ELSE '[25,26)' END"},
        {}}},
  };
  const std::vector<SameFilter> filters = {
      {"TRUE", "1"},
      {"side = 'west' AND month >= '2021-03'",
       "rohe IN ('<T\xC4\x81maki>', 'x,y') AND month >= '2021-03'"},
      {"sex = 'F' OR month < '2022'", "sex = 'F' OR month < '2022'"},
  };
  for (const Shape& shape : shapes) {
    for (const SameFilter& filter : filters) {
      const std::string sql = absl::StrCat(
          "SELECT ", shape.list, "COUNT(*), COUNT(DISTINCT person) AS p, SUM(nights) AS s FROM ",
          "visits WHERE ", filter.ours, " GROUP BY ", shape.groups);
      const v1::Question question = Ask(sql);
      EXPECT_TRUE(ValidateQuestion(question, standard_).ok())
          << sql << ": " << ValidateQuestion(question, standard_);
      EXPECT_EQ(Answer(question),
                Expected(shape.sets, "count(*), count(DISTINCT nhi), sum(nights)", filter.sqlite))
          << sql;
    }
  }
}

}  // namespace
}  // namespace commons::query
