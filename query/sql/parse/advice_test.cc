#include "query/sql/parse/advice.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

// What to write instead, for what people bring along from elsewhere, and where the caret stands.
TEST(Advice, RefusalsSayWhatToWrite) {
  const struct {
    const char *sql, *at, *words;
  } cases[] = {
      {"SELECT STDDEV(cost)/AVG(cost) FROM visits", "/AVG", "divide in the answer"},
      {"SELECT SUM(cost)*1.15 FROM visits", "*1.15", "multiply in the answer"},
      {"SELECT COUNT(*) + 1 FROM visits", "+ 1", "add in the answer"},
      {"SELECT COUNT(*) - COUNT(cost) FROM visits", "- C", "subtract in the answer"},
      {"SELECT COUNT(*) % 2 FROM visits", "% 2", "compute with the answer"},
      {"SELECT sex, COUNT(*)*100.0/SUM(COUNT(*)) OVER () FROM visits GROUP BY sex", "/SUM",
       "divide in the answer"},
      {"SELECT SUM(cost*nights) FROM visits", "*n", "takes a measure as it is"},
      {"SELECT COUNT(1) FROM visits", "1)", "rows are counted with COUNT(*)"},
      {"SELECT COUNT(person) FROM visits", "person", "COUNT(DISTINCT person)"},
      {"SELECT COUNT(nhi) FROM visits", "nhi", "COUNT(DISTINCT person)"},
      {"SELECT AVG(DISTINCT cost) FROM visits", "AVG", "write avg(column)"},
      {"SELECT ROUND(AVG(cost), 2) FROM visits", "ROUND", "round the figures of the answer"},
      {"SELECT VAR_POP(cost) FROM visits", "VAR_POP", "(n - 1) / n"},
      {"SELECT MAX(cost) FROM visits", "MAX", "never leaves a member"},
      {"SELECT EXTRACT(MONTH FROM month), COUNT(*) FROM visits GROUP BY 1", "EXTRACT",
       "write date_trunc('month', month), whose groups are called 2021-03"},
      {"SELECT EXTRACT(week FROM day), COUNT(*) FROM visits GROUP BY 1", "EXTRACT",
       "write date_trunc('week', day), whose groups are called 2021-W10"},
      {"SELECT date_part('dow', day), COUNT(*) FROM visits GROUP BY 1", "date_part",
       "not by dow; have the dataset's definition hold a column of it"},
      {"SELECT COUNT(*) FROM visits WHERE cost > nights", "nights",
       "compared with a value, not with another column"},
      {"SELECT COUNT(*) FROM visits WHERE sex = \"f\"", "\"f\"", "single quotes: sex = "},
      {"SELECT sex, COUNT(*) FROM visits GROUP BY sex ORDER BY CASE WHEN sex = 'F' THEN 1 ELSE 2 "
       "END",
       "CASE", "group by the CASE, or leave ORDER BY out"},
      {"SELECT sex, COUNT(*), FROM visits GROUP BY sex", "FROM",
       "nothing stands between a comma and FROM: remove the comma"},
      {"SELECT sex,, COUNT(*) FROM visits", ", COUNT", "a comma and ,: remove the comma"},
      {"SELECT sex FROM visits WHERE sex IN ('a, from ', 'F',)", ")", "a comma and )"},
      {"SELECT frob(cost) FROM visits", "frob", "there are COUNT, SUM"},
      {"SELECT SUM(age) FROM visits", "age", "give it the role measure too"},
      {"SELECT COUNT(*) FROM visits WHERE age", "age", "age IS NOT NULL, or compare it"},
      {"SELECT COUNT(*) FROM visits WHERE COUNT(*) > 5", "COUNT(*) >", "ORDER BY and LIMIT"},
      {"SELECT COUNT(*) FROM visits WHERE UPPER(sex) = 'F'", "UPPER", "IN ('...', '...')"},
      {"SELECT COUNT(*) FROM visits WHERE nights + 1 > 3", "+ 1", "compare each with a value"},
      {"SELECT COUNT(*) FROM visits WHERE day >= CURRENT_DATE - 30", "- 30", "DATE '2022-01-31'"},
      {"SELECT COUNT(*) FROM visits WHERE day >= CURRENT_DATE", "CURRENT", "DATE '2022-01-31'"},
      {"SELECT COUNT(*) FROM visits WHERE day >= now()", "now", "DATE '2022-01-31'"},
      {"SELECT COUNT(*) FROM visits WHERE age = 10 + 5", "+ 5", "write the value itself"},
      {"SELECT COUNT(*) FROM visits WHERE day > TIMESTAMP '2022-01-05'", "TIMESTAMP",
       "DATE '2022-01-31'"},
      {"SELECT COUNT(*) FROM visits WHERE month > DATE '2021-05-07'", "DATE", "2021-05-01"},
      {"SELECT COALESCE(sex, 'x'), COUNT(*) FROM visits GROUP BY 1", "COALESCE",
       "a group of their"},
      {"SELECT COUNT(*) FORM visits", "visits", "FROM dataset WHERE condition"},
      {"SELECT TOP 5 sex, COUNT(*) FROM visits GROUP BY sex", "5", "LIMIT 5 at the end"},
      {"SELECT `sex`, COUNT(*) FROM visits GROUP BY `sex`", ",", "double quotes"},
      {"SELECT MODE() WITHIN GROUP (ORDER BY sex) FROM visits", "MODE", "DESC LIMIT 1"},
      {"SELECT sex AS age, COUNT(*) FROM visits GROUP BY age", "sex", "GROUP BY sex"},
      {"EXPLAIN SELECT COUNT(*) FROM visits", "EXPLAIN", "commons explain"},
      {"SHOW TABLES", "SHOW", "commons catalogue"},
      {"DESCRIBE visits", "DESCRIBE", "commons catalogue"},
  };
  const v1::Standard standard = TestStandard();
  for (const auto& c : cases) {
    const absl::Status told = PlanQuery(c.sql, LookupOf(standard, v1::PROTECTED)).status();
    const v1::Refusal refusal = governance::RefusalOf(told);
    EXPECT_THAT(refusal.message(), testing::HasSubstr(c.words)) << c.sql;
    EXPECT_EQ(refusal.position(), static_cast<int>(std::string(c.sql).find(c.at))) << c.sql;
  }
}

}  // namespace
}  // namespace commons::query
