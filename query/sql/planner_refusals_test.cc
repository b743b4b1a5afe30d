// What is refused: the reason, where the caret stands, and what would be accepted.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/sql/planner_for_test.h"

namespace commons::query {
namespace {

struct Refused {
  std::string sql;
  v1::Reason reason;
  std::string word;  // where the caret stands; "": anywhere
};

TEST_F(PlanTest, RefusesWithReasonAndPosition) {
  const std::vector<Refused> table = {
      {"", v1::UNSUPPORTED_SQL, ""},
      {"SELEC 1", v1::UNSUPPORTED_SQL, "SELEC"},
      {"SELECT COUNT(*) FROM visits; DROP TABLE visits", v1::UNSUPPORTED_SQL, "DROP"},
      {"INSERT INTO visits VALUES (1)", v1::UNSUPPORTED_SQL, "INSERT"},
      {"SELECT COUNT(*) FROM visitz", v1::UNKNOWN_DATASET, "visitz"},
      {"SELECT * FROM visits", v1::UNSUPPORTED_SQL, "*"},
      {"SELECT sex FROM visits GROUP BY sex", v1::UNSUPPORTED_SQL, "sex"},
      {"SELECT sex, COUNT(*) FROM visits", v1::UNSUPPORTED_SQL, "sex"},
      {"SELECT COUNT(*) FROM visits GROUP BY sex", v1::UNSUPPORTED_SQL, "sex"},
      {"SELECT sux, COUNT(*) FROM visits GROUP BY sux", v1::UNKNOWN_COLUMN, "sux"},
      {"SELECT COUNT(*) FROM visits WHERE \"SEX\" = 'F'", v1::UNKNOWN_COLUMN, "\"SEX\""},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'Femal'", v1::UNKNOWN_LABEL, "'Femal'"},
      {"SELECT COUNT(*) FROM visits WHERE nhi = 'ZZZ0016'", v1::COLUMN_NOT_QUERYABLE, "nhi"},
      {"SELECT COUNT(*) FROM visits WHERE note = 'x'", v1::COLUMN_NOT_QUERYABLE, "note"},
      {"SELECT COUNT(*) FROM visits WHERE phone = 'x'", v1::UNKNOWN_COLUMN, "phone"},
      {"SELECT COUNT(*) FROM visits WHERE cost > 5", v1::COLUMN_NOT_QUERYABLE, "cost"},
      {"SELECT COUNT(*) FROM visits WHERE age BETWEEN 15 AND 20", v1::RANGE_OFF_EDGES, "20"},
      {"SELECT COUNT(*) FROM visits WHERE age = 16", v1::RANGE_OFF_EDGES, "16"},
      {"SELECT COUNT(*) FROM visits WHERE dose < 0.001", v1::RANGE_OFF_EDGES, "0.001"},
      {"SELECT COUNT(*) FROM visits WHERE month >= '2021-03-02'", v1::RANGE_OFF_EDGES, "'2021-"},
      {"SELECT SUM(score) FROM visits", v1::NO_CLIP, "score"},
      {"SELECT SUM(age) FROM visits", v1::UNSUPPORTED_SQL, "age"},
      {"SELECT MEDIAN(cost) FROM visits", v1::COLUMN_NOT_QUERYABLE, "cost"},
      {"SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY cost) FROM visits",
       v1::COLUMN_NOT_QUERYABLE, "cost"},
      {"SELECT MEDIAN(day) FROM visits", v1::COLUMN_NOT_QUERYABLE, "day"},
      {"SELECT MEDIAN(rooms) FROM visits", v1::COLUMN_NOT_QUERYABLE, "rooms"},
      {"SELECT MEDIAN(nhi) FROM visits", v1::COLUMN_NOT_QUERYABLE, "nhi"},
      {"SELECT MEDIAN(*) FROM visits", v1::UNSUPPORTED_SQL, ""},
      {"SELECT MEDIAN(age, dose) FROM visits", v1::UNSUPPORTED_SQL, "MEDIAN"},
      {"SELECT MEDIAN(age + 1) FROM visits", v1::UNSUPPORTED_SQL, "+"},
      {"SELECT MEDIAN(DISTINCT age) FROM visits", v1::UNSUPPORTED_SQL, "MEDIAN"},
      {"SELECT MEDIAN() WITHIN GROUP (ORDER BY age) FROM visits", v1::UNSUPPORTED_SQL, "MEDIAN"},
      {"SELECT PERCENTILE_CONT(age) FROM visits", v1::UNSUPPORTED_SQL, "PERCENTILE_CONT"},
      {"SELECT PERCENTILE_CONT(1.1) WITHIN GROUP (ORDER BY age) FROM visits", v1::UNSUPPORTED_SQL,
       "1.1"},
      {"SELECT PERCENTILE_CONT(-0.5) WITHIN GROUP (ORDER BY age) FROM visits", v1::UNSUPPORTED_SQL,
       ""},
      {"SELECT PERCENTILE_DISC('0.5') WITHIN GROUP (ORDER BY age) FROM visits", v1::UNSUPPORTED_SQL,
       "'0.5'"},
      {"SELECT PERCENTILE_CONT(ARRAY[0.5]) WITHIN GROUP (ORDER BY age) FROM visits",
       v1::UNSUPPORTED_SQL, ""},
      {"SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY age DESC) FROM visits",
       v1::UNSUPPORTED_SQL, "PERCENTILE_CONT"},
      {"SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY age, dose) FROM visits",
       v1::UNSUPPORTED_SQL, "PERCENTILE_CONT"},
      {"SELECT MODE() WITHIN GROUP (ORDER BY age) FROM visits", v1::UNSUPPORTED_SQL, "MODE"},
      {"SELECT COUNT(DISTINCT sex) FROM visits", v1::UNSUPPORTED_SQL, "COUNT"},
      {"SELECT DISTINCT sex FROM visits", v1::UNSUPPORTED_SQL, "DISTINCT"},
      {"SELECT COUNT(*) FROM visits HAVING COUNT(*) > 5", v1::UNSUPPORTED_SQL, "HAVING"},
      {"SELECT COUNT(*) FROM visits a JOIN visits b ON true", v1::UNSUPPORTED_SQL, "JOIN"},
      {"SELECT COUNT(*) FROM visits, other", v1::UNSUPPORTED_SQL, "other"},
      {"SELECT COUNT(*) FROM (SELECT 1) x", v1::UNSUPPORTED_SQL, "SELECT 1"},
      {"WITH a AS (SELECT 1) SELECT COUNT(*) FROM a", v1::UNSUPPORTED_SQL, "WITH"},
      {"SELECT COUNT(*) FROM visits UNION SELECT 1", v1::UNSUPPORTED_SQL, "UNION"},
      {"SELECT COUNT(*) OVER () FROM visits", v1::UNSUPPORTED_SQL, "COUNT"},
      {"SELECT COUNT(*) + 1 FROM visits", v1::UNSUPPORTED_SQL, "+"},
      {"SELECT COUNT(*) FROM visits WHERE sex = $1", v1::UNSUPPORTED_SQL, "$1"},
      {"SELECT COUNT(*) FROM visits WHERE sex = NULL", v1::UNSUPPORTED_SQL, "NULL"},
      {"SELECT COUNT(*) FROM visits WHERE sex LIKE 'F%'", v1::UNSUPPORTED_SQL, "LIKE"},
      {"SELECT COUNT(*) FROM visits WHERE sex < 'F'", v1::UNSUPPORTED_SQL, "<"},
      {"SELECT COUNT(*) FROM visits WHERE rooms < 'many'", v1::UNKNOWN_LABEL, "'many'"},
      {"SELECT COUNT(*) FROM visits WHERE rooms < NULL", v1::UNSUPPORTED_SQL, "NULL"},
      {"SELECT COUNT(*) FROM visits WHERE month = 2021", v1::UNKNOWN_LABEL, "2021"},
      {"SELECT COUNT(*) FROM visits WHERE since >= 20011", v1::UNKNOWN_LABEL, "20011"},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'F' OR age = 16", v1::RANGE_OFF_EDGES, "16"},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'F' OR cost = 5", v1::UNSUPPORTED_SQL, "OR"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR age = 16) FROM visits", v1::RANGE_OFF_EDGES,
       "16"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR cost = 5) FROM visits", v1::UNSUPPORTED_SQL,
       "OR"},
      {"SELECT COUNT(*) FILTER (WHERE age = 16) FROM visits", v1::RANGE_OFF_EDGES, "16"},
      {"SELECT COUNT(*) FILTER (WHERE COUNT(*) > 5) FROM visits", v1::UNSUPPORTED_SQL,
       "COUNT(*) > 5"},
      {"SELECT date_trunc('year', month) FILTER (WHERE sex = 'F'), COUNT(*) FROM visits GROUP BY 1",
       v1::UNSUPPORTED_SQL, "date_trunc"},
      {"SELECT CASE WHEN sex = 'F' THEN 'a' WHEN age = 25 THEN 'b' END, COUNT(*) FROM visits GROUP "
       "BY 1",
       v1::UNSUPPORTED_SQL, "="},
      {"SELECT CASE WHEN TRUE THEN 'a' END, COUNT(*) FROM visits GROUP BY 1", v1::UNSUPPORTED_SQL,
       "CASE"},
      {"SELECT CASE WHEN sex = 'F' THEN age END, COUNT(*) FROM visits GROUP BY 1",
       v1::UNSUPPORTED_SQL, "age"},
      {"SELECT CASE WHEN age < 16 THEN 'a' END, COUNT(*) FROM visits GROUP BY 1",
       v1::RANGE_OFF_EDGES, "16"},
      {"SELECT CASE sex WHEN 'X' THEN 'a' END, COUNT(*) FROM visits GROUP BY 1", v1::UNKNOWN_LABEL,
       "'X'"},
      {"SELECT CASE sex WHEN NULL THEN 'a' END, COUNT(*) FROM visits GROUP BY 1",
       v1::UNSUPPORTED_SQL, "NULL"},
      {"SELECT CASE WHEN cost < 5 THEN 'a' END, COUNT(*) FROM visits GROUP BY 1",
       v1::COLUMN_NOT_QUERYABLE, "CASE"},
      {"SELECT COUNT(*) FROM visits WHERE CASE sex WHEN 'F' THEN 1 ELSE 0 END = 1",
       v1::UNSUPPORTED_SQL, "CASE"},
      {"SELECT SUM(CASE sex WHEN 'F' THEN 2 ELSE 0 END) FROM visits", v1::UNSUPPORTED_SQL, "CASE"},
      {"SELECT COUNT(*) FROM visits WHERE sex IN (SELECT 'F')", v1::UNSUPPORTED_SQL, "IN"},
      {"SELECT COUNT(*) FROM visits WHERE sex::int = 1", v1::UNSUPPORTED_SQL, "::"},
      {"SELECT COUNT(*) FROM visits FOR UPDATE", v1::UNSUPPORTED_SQL, "FOR"},
      {"SELECT COUNT(*) FROM visits OFFSET 3", v1::UNSUPPORTED_SQL, "OFFSET"},
      {"SELECT COUNT(*) FROM visits LIMIT -1", v1::UNSUPPORTED_SQL, "-1"},
      {"SELECT COUNT(*) FROM visits LIMIT 1.5", v1::UNSUPPORTED_SQL, "1.5"},
      {"SELECT COUNT(*), COUNT(*) FROM visits", v1::UNSUPPORTED_SQL, "COUNT(*) FROM"},
      {"SELECT COUNT(*) INTO x FROM visits", v1::UNSUPPORTED_SQL, "INTO"},
      {"SELECT date_trunc('day', month), COUNT(*) FROM visits GROUP BY 1", v1::UNSUPPORTED_SQL,
       "date_trunc"},
      {"SELECT date_trunc('decade', day), COUNT(*) FROM visits GROUP BY 1", v1::UNSUPPORTED_SQL,
       "'decade'"},
      {"SELECT date_trunc('week', month), COUNT(*) FROM visits GROUP BY 1", v1::UNSUPPORTED_SQL,
       "date_trunc"},
      {"SELECT sex, COUNT(*) FROM visits GROUP BY CUBE(sex)", v1::UNSUPPORTED_SQL, "CUBE"},
      {"SELECT sex, age, dose, vaccinated, rooms, since, month, COUNT(*) FROM visits GROUP BY "
       "1,2,3,4,5,6,7",
       v1::TOO_MANY_DIMENSIONS, "7"},
      {"SELECT day, month, age, COUNT(*) FROM visits GROUP BY ROLLUP(day, month, age)",
       v1::TOO_MANY_CELLS, ""},
      {"SELECT sex, COUNT(*) FROM visits GROUP BY sex ORDER BY age", v1::UNSUPPORTED_SQL, "age"},
      {"SELECT sex, COUNT(*) FROM visits GROUP BY sex ORDER BY sex NULLS FIRST",
       v1::UNSUPPORTED_SQL, ""},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'F", v1::UNSUPPORTED_SQL, "'F"},
      {"SELECT COUNT(*) FROM visits WHERE sex = U&'\\d800'", v1::UNSUPPORTED_SQL, ""},
      {std::string("SELECT COUNT(*) FROM visits\0 x", 30), v1::UNSUPPORTED_SQL, ""},
      {"SELECT COUNT(*) FROM visits WHERE sex = '\xff'", v1::UNSUPPORTED_SQL, ""},
      {"SELECT COUNT(*) FROM visits WHERE \"Rohe potae \xC4\x81\" = 'M\xC4\x81ori' AND 'F",
       v1::UNSUPPORTED_SQL, "'F"},
      {"SELECT 1" + std::string(100 << 10, ' '), v1::SQL_TOO_LARGE, ""},
  };
  for (const Refused& row : table) {
    const absl::StatusOr<Plan> plan = Ask(row.sql);
    ASSERT_FALSE(plan.ok()) << row.sql << " -> " << plan->canonical_sql;
    const v1::Refusal refusal = governance::RefusalOf(plan.status());
    EXPECT_EQ(refusal.reason(), row.reason) << row.sql << ": " << plan.status();
    EXPECT_FALSE(refusal.message().empty());
    if (row.word.empty()) continue;
    ASSERT_GE(refusal.position(), 0) << row.sql << ": " << refusal.message();
    EXPECT_EQ(row.sql.substr(refusal.position(), row.word.size()), row.word)
        << row.sql << ": " << refusal.message();
  }
}

// Tells `months` months, each of 20 years and each of 30 days apart.
std::string ManyParts(int months) {
  std::string any;
  for (int i = 0; i < 30; ++i) {
    const int month = i % months, day = i + 1;
    absl::StrAppend(&any, i > 0 ? " OR " : "", "(day = '2022-01-", day < 10 ? "0" : "", day,
                    "' AND month = '", 2021 + month / 12, month % 12 < 9 ? "-0" : "-",
                    month % 12 + 1, "' AND since = ", 2000 + i % 20, ")");
  }
  return any;
}

// Of 30 days, 21 years with those that are not named, and the months: what conditions tell apart
// counts, not what there is.
TEST_F(PlanTest, CombinationsThatConditionsTellApartAreBounded) {
  const std::string count = "SELECT COUNT(*) FROM visits WHERE ";
  const std::string others = " OR sex = 'F' OR vaccinated = true";
  EXPECT_TRUE(Ask(count + "day = '2022-01-09' OR month = '2021-03' OR since = 2001" + others).ok())
      << "of 94,500 combinations of bins";
  EXPECT_TRUE(Ask(count + ManyParts(24) + others).ok()) << "30 times 25 times 21 times 2 times 2";
  const auto refused = Ask(count + ManyParts(24) + others + " OR rooms = 2").status();
  EXPECT_EQ(governance::ReasonOf(refused), v1::UNSUPPORTED_SQL);
  EXPECT_THAT(std::string(refused.message()), testing::HasSubstr("65536 combinations"));
  // Few by themselves, too many together.
  const std::string filter = "SELECT COUNT(*) FILTER (WHERE " + ManyParts(24) + ") FROM visits";
  EXPECT_TRUE(Ask(filter + " WHERE day = '2022-01-09' OR sex = 'F'").ok());
  EXPECT_EQ(governance::ReasonOf(
                Ask(filter + " WHERE (day = '2022-01-09' AND sex = 'F') OR (day = '2022-01-08' AND "
                             "age = 25 AND sex = 'M')")
                    .status()),
            v1::UNSUPPORTED_SQL);
}

TEST_F(PlanTest, RefusalsSayWhatWouldBeAccepted) {
  const std::string count = "SELECT COUNT(*) FROM visits WHERE ";
  for (const auto& [condition, advice] : std::vector<std::pair<std::string, std::string>>{
           {"sex = \"Female\"", "single quotes: sex = 'Female'"},
           {"sex = female", "single quotes: sex = 'Female'"},
           {"sex = \u2018Female\u2019", "single quotes: sex = 'Female'"},
           {"sex = \"x, 'y'\"", "single quotes: sex = 'x, ''y'''"},
           {"sex = date_trunc('year', month)", "single quotes: sex = '...'"},
           {"\"Sex\" = 'F'", "there is no column Sex; write it without quotes: sex"},
           {"\"rohe potae \u0101\" = 'x'", "write it in quotes: \"Rohe potae \u0101\""},
           {"rohe = 'x'", "the nearest is \"Rohe potae \u0101\""},
           {"rooms = 2.5", "rooms has no '2.5'; it has '10', '-3', 'two'"}}) {
    EXPECT_THAT(std::string(Ask(count + condition).status().message()), testing::HasSubstr(advice));
  }
  for (const auto& [list, advice] : std::vector<std::pair<std::string, std::string>>{
           {"sex", "sex is selected but not grouped by; add GROUP BY sex"},
           {"sex AS s", "s is selected but not grouped by; add GROUP BY s"},
           {"sex AS age", "age is selected but not grouped by; add GROUP BY sex"},
           {"date_trunc('year', month)", "add GROUP BY 2"},
           {"CASE sex WHEN 'F' THEN 1 END", "case is selected but not grouped by; add GROUP BY 2"},
           {"CASE sex WHEN 'F' THEN 1 END AS g", "add GROUP BY g"},
           {"CASE sex WHEN 'F' THEN 1 END AS sex", "add GROUP BY 2"}}) {
    EXPECT_THAT(
        std::string(
            Ask(absl::StrCat("SELECT COUNT(*), ", list, " FROM visits")).status().message()),
        testing::EndsWith(advice));
  }
  EXPECT_THAT(std::string(Ask(count + "phone = 'x'").status().message()),
              testing::EndsWith("there is no column phone in visits"));
}

TEST_F(PlanTest, HostileTextsAreRefusedQuickly) {
  std::string sum = "SELECT 1";
  while (sum.size() < 60000) sum += "+1";
  std::string parentheses = "SELECT COUNT(*) FROM visits WHERE " + std::string(2000, '(');
  parentheses += "sex = 'F'" + std::string(2000, ')');
  std::string nots = "SELECT COUNT(*) FROM visits WHERE ";
  for (int i = 0; i < 2000; ++i) nots += "NOT ";
  nots += "sex = 'F'";
  EXPECT_EQ(governance::ReasonOf(Ask(sum).status()), v1::SQL_TOO_LARGE);
  EXPECT_EQ(governance::ReasonOf(Ask(sum.substr(0, 4000)).status()), v1::UNSUPPORTED_SQL);
  EXPECT_EQ(governance::ReasonOf(Ask(nots).status()), v1::UNSUPPORTED_SQL);
  const std::string deep = Canonical(parentheses);
  EXPECT_EQ(deep, "SELECT COUNT(*) FROM visits WHERE sex = 'F'");
}

}  // namespace
}  // namespace commons::query
