#include "query/sql/planner.h"

#include <pthread.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/question.h"
#include "query/sql/planner_for_test.h"

namespace commons::query {
namespace {

struct Accepted {
  std::string sql, canonical;
};

TEST_F(PlanTest, AcceptsAndWritesCanonically) {
  const std::vector<Accepted> table = {
      {"select count(*) from visits", "SELECT COUNT(*) FROM visits"},
      {"SELECT COUNT(*) AS n FROM visits v WHERE TRUE;", "SELECT COUNT(*) FROM visits"},
      {"SELECT COUNT(*) FROM visits WHERE 1=1 AND sex IN ('F','Male','U')",
       "SELECT COUNT(*) FROM visits"},
      {"SELECT v.sex, COUNT(*) FROM visits v GROUP BY v.sex",
       "SELECT sex, COUNT(*) FROM visits GROUP BY sex"},
      {"SELECT COUNT(*), sex AS s FROM visits GROUP BY 2 ORDER BY s, 1 DESC LIMIT 3",
       "SELECT sex, COUNT(*) FROM visits GROUP BY sex"},
      {"/* c */ SELECT sex -- x\n, COUNT(*) FROM visits WHERE sex <> 'M' GROUP BY SEX",
       "SELECT sex, COUNT(*) FROM visits WHERE sex <> 'M' GROUP BY sex"},
      {"SELECT COUNT(*) FROM visits WHERE NOT (sex = 'F' OR sex = 'Unknown, \"other\"')",
       "SELECT COUNT(*) FROM visits WHERE sex = 'M'"},
      {"SELECT COUNT(*) FROM visits WHERE age BETWEEN 15 AND 24",
       "SELECT COUNT(*) FROM visits WHERE age >= 15 AND age < 25"},
      {"SELECT COUNT(*) FROM visits WHERE age = '[15,25)'",
       "SELECT COUNT(*) FROM visits WHERE age >= 15 AND age < 25"},
      {"SELECT date_trunc('WEEK', day), COUNT(*) FROM visits GROUP BY 1",
       "SELECT date_trunc('week', day), COUNT(*) FROM visits GROUP BY date_trunc('week', day)"},
      {"SELECT COUNT(*) FROM visits WHERE day = '2022-W01'",
       "SELECT COUNT(*) FROM visits WHERE day >= DATE '2022-01-03' AND day < DATE '2022-01-10'"},
      {"SELECT COUNT(*) FROM visits WHERE age = 25 OR age IS NULL",
       "SELECT COUNT(*) FROM visits WHERE (age >= 25 AND age < 26 OR age IS NULL)"},
      {"SELECT COUNT(*) FROM visits WHERE age >= -7 AND 1000 > age",
       "SELECT COUNT(*) FROM visits WHERE age IS NOT NULL"},
      {"SELECT COUNT(*) FROM visits WHERE age > 14 AND age < 10e0 OR age IS NULL AND age = 25", ""},
      {"SELECT COUNT(*) FROM visits WHERE age IS NULL AND age IS NOT NULL",
       "SELECT COUNT(*) FROM visits WHERE age IS NULL AND age IS NOT NULL"},
      {"SELECT COUNT(*) FROM visits WHERE age IS NULL OR age IS NOT NULL",
       "SELECT COUNT(*) FROM visits"},
      {"SELECT COUNT(*) FROM visits WHERE dose < 1.25 AND dose >= -0.5",
       "SELECT COUNT(*) FROM visits WHERE dose < 1.25"},
      {"SELECT COUNT(*) FROM visits WHERE vaccinated = true",
       "SELECT COUNT(*) FROM visits WHERE vaccinated = 'true'"},
      {"SELECT COUNT(*) FROM visits WHERE day BETWEEN DATE '2022-01-03' AND '2022-01-05'::date",
       "SELECT COUNT(*) FROM visits WHERE day >= DATE '2022-01-03' AND day < DATE '2022-01-06'"},
      {"SELECT COUNT(*) FROM visits WHERE month = '2021-Q2'",
       "SELECT COUNT(*) FROM visits WHERE month >= DATE '2021-04-01' AND month < DATE "
       "'2021-07-01'"},
      {"SELECT COUNT(*) FROM visits WHERE rooms >= 2",
       "SELECT COUNT(*) FROM visits WHERE rooms <> '-3'"},
      {"SELECT COUNT(*) FROM visits WHERE rooms NOT BETWEEN -2.5 AND 9",
       "SELECT COUNT(*) FROM visits WHERE rooms <> '2'"},
      {"SELECT COUNT(*) FROM visits WHERE 1e1 > rooms",
       "SELECT COUNT(*) FROM visits WHERE rooms <> '10'"},
      {"SELECT COUNT(*) FROM visits WHERE rooms IN (2.0, '1e1')",
       "SELECT COUNT(*) FROM visits WHERE rooms <> '-3'"},
      {"SELECT COUNT(*) FROM visits WHERE since = 2001 AND month IS NULL",
       "SELECT COUNT(*) FROM visits WHERE month IS NULL AND since >= DATE '2001-01-01' AND since < "
       "DATE '2002-01-01'"},
      {"SELECT date_trunc('year', month), AVG(cost), SUM(nights) FROM visits GROUP BY "
       "date_trunc('year', month)",
       "SELECT date_trunc('year', month), COUNT(*), COUNT(cost) AS count_2, SUM(cost), "
       "SUM(nights) AS sum_2 FROM visits GROUP BY date_trunc('year', month)"},
      {"SELECT date_trunc('Year', month), COUNT(*) FROM visits GROUP BY date_trunc('YEAR', month)",
       "SELECT date_trunc('year', month), COUNT(*) FROM visits GROUP BY date_trunc('year', month)"},
      {"SELECT \"Rohe potae \xC4\x81\", stddev(nights) FROM visits GROUP BY 1",
       "SELECT \"Rohe potae \xC4\x81\", COUNT(*), SUM(nights), VARIANCE(nights) FROM visits GROUP "
       "BY \"Rohe potae \xC4\x81\""},
      {"SELECT \"Rohe potae a\xCC\x84\", COUNT(*) FROM visits GROUP BY 1",
       "SELECT \"Rohe potae \xC4\x81\", COUNT(*) FROM visits GROUP BY \"Rohe potae \xC4\x81\""},
      {"SELECT COUNT(*) FROM visits WHERE \"Rohe potae \xC4\x81\" = 'O''Neill & co'",
       "SELECT COUNT(*) FROM visits WHERE \"Rohe potae \xC4\x81\" = 'O''Neill & co'"},
      {"SELECT age, sex, COUNT(DISTINCT person) FROM visits GROUP BY ROLLUP(sex, age)",
       "SELECT sex, age, COUNT(DISTINCT person) FROM visits GROUP BY ROLLUP(sex, age)"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F'), SUM(CASE WHEN vaccinated = true THEN 1 ELSE 0 "
       "END) AS v FROM visits WHERE sex IN ('F', 'M')",
       "SELECT COUNT(*) FILTER (WHERE sex = 'F'), COUNT(*) FILTER (WHERE vaccinated = 'true') AS "
       "count_2 FROM visits WHERE sex <> 'U'"},
      {"SELECT COUNT(*) FILTER (WHERE NOT (sex <> 'F' AND vaccinated = false) AND age = 25) FROM "
       "visits WHERE rooms = 2",
       "SELECT COUNT(*) FILTER (WHERE age >= 25 AND age < 26 AND (sex = 'F' OR vaccinated = "
       "'true')) FROM visits WHERE rooms = '2'"},
      // WHERE says a part of it, or all.
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR vaccinated = true) FROM visits WHERE sex <> 'M'",
       "SELECT COUNT(*) FILTER (WHERE (sex = 'F' OR sex <> 'M' AND vaccinated = 'true')) FROM "
       "visits "
       "WHERE sex <> 'M'"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR vaccinated = true) FROM visits WHERE sex = 'F'",
       "SELECT COUNT(*) FROM visits WHERE sex = 'F'"},
      {"SELECT CASE WHEN age < 25 THEN 'young' ELSE 'old' END AS g, COUNT(*) FROM visits GROUP BY "
       "g",
       "SELECT CASE WHEN age < 25 THEN '1' ELSE '2' END, COUNT(*) FROM visits GROUP BY CASE WHEN "
       "age < 25 THEN '1' ELSE '2' END"},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'F' OR age = 25",
       "SELECT COUNT(*) FROM visits WHERE (sex = 'F' OR age >= 25 AND age < 26)"},
      {"SELECT COUNT(*) FROM visits WHERE (vaccinated = true AND sex = 'F') OR (sex = 'M' AND "
       "vaccinated = true)",
       "SELECT COUNT(*) FROM visits WHERE sex <> 'U' AND vaccinated = 'true'"},
      {"SELECT age, sex, COUNT(DISTINCT nhi) FROM visits GROUP BY sex, ROLLUP(age)",
       "SELECT sex, age, COUNT(DISTINCT person) FROM visits GROUP BY sex, ROLLUP(age)"},
  };
  for (const Accepted& row : table) {
    if (row.canonical.empty()) {
      EXPECT_TRUE(absl::StrContains(Canonical(row.sql), "edges")) << row.sql;
    } else {
      EXPECT_EQ(Canonical(row.sql), row.canonical) << row.sql;
    }
  }
}

// Codes are compared as written; where that is not possible, nothing is guessed.
TEST_F(PlanTest, LargeNumberCodes) {
  v1::Standard standard;
  standard.set_dataset("visits");
  v1::Column& column = *standard.add_columns();
  column.set_name("big");
  column.set_role(v1::DIMENSION);
  column.set_type(v1::INTEGER);
  column.set_required(true);
  for (const char* code : {"9007199254740990", "9007199254740991"}) {
    column.add_codes()->set_value(code);
  }
  const std::string sql = "SELECT COUNT(*) FROM visits WHERE big < 9007199254740991";
  const auto plan = PlanQuery(sql, LookupOf(standard, v1::OPEN));
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->canonical_sql, "SELECT COUNT(*) FROM visits WHERE big = '9007199254740990'");
  standard.mutable_columns(0)->set_type(v1::NUMBER);
  EXPECT_EQ(governance::ReasonOf(PlanQuery(sql, LookupOf(standard, v1::OPEN)).status()),
            v1::UNSUPPORTED_SQL);
}

// libpg_query keeps a pthread key for every thread that parses; a process has 1,024 of them.
TEST_F(PlanTest, ManyQuestionsLeaveThreadKeysToOthers) {
  for (int i = 0; i < 1100; ++i) ASSERT_TRUE(Ask("SELECT COUNT(*) FROM visits").ok());
  pthread_key_t key;
  ASSERT_EQ(pthread_key_create(&key, nullptr), 0);
  pthread_key_delete(key);
}

// One count of bands, whatever the fractions: they belong to how the answer is shown.
TEST_F(PlanTest, PercentilesOfAColumnAreOneQuestion) {
  const auto plan =
      Ask("SELECT sex, percentile_disc(0.9) WITHIN GROUP (ORDER BY v.age) AS high, MEDIAN(age), "
          "PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY age) FROM visits v GROUP BY sex ORDER BY "
          "PERCENTILE_CONT(0.25) WITHIN GROUP (ORDER BY age), high DESC");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->canonical_sql, "SELECT sex, MEDIAN(age) FROM visits GROUP BY sex");
  EXPECT_EQ(Canonical(plan->canonical_sql), plan->canonical_sql);
  ASSERT_EQ(plan->question.partials_size(), 1);
  EXPECT_EQ(plan->question.partials(0).kind(), v1::COUNT_BANDS);
  EXPECT_EQ(plan->question.partials(0).column(), 3u);
  using Kind = OutputMeasure::Kind;
  const struct {
    const char* name;
    Kind kind;
    double fraction;
  } expected[] = {{"high", Kind::kPercentileValue, 0.9},
                  {"median", Kind::kPercentile, 0.5},
                  {"percentile_cont", Kind::kPercentile, 0.25}};
  ASSERT_EQ(plan->measures.size(), std::size(expected));
  for (size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(plan->measures[i].name, expected[i].name);
    EXPECT_EQ(plan->measures[i].kind, expected[i].kind);
    EXPECT_EQ(plan->measures[i].fraction, expected[i].fraction);
  }
  ASSERT_EQ(plan->order_by.size(), 2u);
  EXPECT_EQ(plan->order_by[0].index, 2u);
  EXPECT_EQ(plan->order_by[1].index, 0u);
  EXPECT_THAT(std::string(Ask("SELECT MEDIAN(cost) FROM visits").status().message()),
              testing::HasSubstr("declare commons:breaks for it, with the role [\"dimension\", "
                                 "\"measure\"]"));
}

// PostgreSQL keeps the totals of ROLLUP(a), a apart by a; here they would appear beside it.
TEST_F(PlanTest, AColumnOfRollupStandsNowhereElse) {
  for (const char* groups :
       {"sex, ROLLUP(sex)", "ROLLUP(sex), sex", "ROLLUP(sex, age), age", "ROLLUP(age), sex, age"}) {
    const auto plan = Ask(absl::StrCat("SELECT sex, age, COUNT(*) FROM visits GROUP BY ", groups));
    EXPECT_THAT(std::string(plan.status().message()), testing::HasSubstr("grouped by already"))
        << groups;
  }
}

}  // namespace
}  // namespace commons::query
