// SQL as query builders write it (dbplyr, SQLAlchemy): the oracle is the question as people type
// it, the same digest and the same columns. What it counts is held against PostgreSQL in
// tests/federation/builders_postgres_test.py.
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/grouped_for_test.h"
#include "query/question/question.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using ::testing::HasSubstr;

class BuildersTest : public testing::Test {
 protected:
  // All that an asker sees of a plan.
  std::string Shown(const std::string& sql) const {
    const auto plan = PlanQuery(sql, LookupOf(standard_, v1::PROTECTED));
    if (!plan.ok()) return absl::StrCat(sql, ": ", plan.status().ToString());
    std::string out = absl::StrCat(plan->canonical_sql, " LIMIT ", plan->limit.value_or(0));
    for (const OutputDimension& dimension : plan->dimensions) {
      absl::StrAppend(&out, " ", dimension.name, "=", dimension.dimension);
      for (const auto& label : dimension.labels) {
        absl::StrAppend(&out, "/", label.value_or("NULL"));
      }
    }
    for (const OutputMeasure& measure : plan->measures) absl::StrAppend(&out, " ", measure.name);
    for (const OrderKey& key : plan->order_by) {
      absl::StrAppend(&out, " by ", key.measure, key.index, key.descending);
    }
    return out;
  }
  std::string Refused(const std::string& sql) const {
    const auto plan = PlanQuery(sql, LookupOf(standard_, v1::PROTECTED));
    return plan.ok() ? plan->canonical_sql : std::string(plan.status().message());
  }
  const v1::Standard standard_ = GroupedStandard();
};

TEST_F(BuildersTest, AskWhatPeopleAsk) {
  const std::string f = "SELECT COUNT(*) FILTER (WHERE sex = 'F') AS f FROM visits";
  const std::vector<std::pair<std::string, std::string>> pairs = {
      // A column of yes and no is a condition.
      {R"(SELECT COUNT(*) AS "n" FROM "visits" WHERE ("vaccinated"))",
       "SELECT COUNT(*) AS n FROM visits WHERE vaccinated = true"},
      {R"(SELECT COUNT(*) AS "n" FROM "visits" WHERE (NOT("vaccinated")))",
       "SELECT COUNT(*) AS n FROM visits WHERE vaccinated = false"},
      {"SELECT count(*) AS n FROM visits WHERE visits.vaccinated IS true AND visits.sex = 'F'",
       "SELECT COUNT(*) AS n FROM visits WHERE vaccinated = true AND sex = 'F'"},
      {"SELECT count(*) AS n FROM visits WHERE visits.vaccinated IS NOT true OR (sex = 'F') IS "
       "true",
       "SELECT COUNT(*) AS n FROM visits WHERE NOT vaccinated = true OR sex = 'F'"},
      {"SELECT count(*) AS n FROM visits WHERE (age < 25) IS FALSE",
       "SELECT COUNT(*) AS n FROM visits WHERE age >= 25"},
      {"SELECT count(*) AS n FROM visits WHERE (age < 25) IS NOT TRUE",
       "SELECT COUNT(*) AS n FROM visits WHERE age >= 25 OR age IS NULL"},
      {"SELECT count(*) AS n FROM visits WHERE (age < 25) IS UNKNOWN",
       "SELECT COUNT(*) AS n FROM visits WHERE age IS NULL"},
      {"SELECT count(*) AS n FROM visits WHERE (age < 25 OR sex = 'F') IS UNKNOWN",
       "SELECT COUNT(*) AS n FROM visits WHERE age IS NULL AND sex <> 'F'"},
      {"SELECT count(*) AS n FROM visits WHERE NOT (age < 25 AND sex = 'F') IS TRUE",
       "SELECT COUNT(*) AS n FROM visits WHERE age >= 25 OR age IS NULL OR sex <> 'F'"},
      // Rows that are counted as ones.
      {R"(SELECT SUM(CASE WHEN ("sex" = 'F') THEN 1.0 ELSE 0.0 END) AS "f" FROM "visits")", f},
      {R"(SELECT SUM(CASE WHEN ("sex" = 'F') THEN 1.0 WHEN NOT ("sex" = 'F') THEN 0.0 END) AS "f"
          FROM "visits")",
       f},
      {R"(SELECT SUM(CASE WHEN ("sex" = 'M') THEN 0 WHEN ("sex" = 'U') THEN 0 ELSE 1 END) AS "f"
          FROM "visits")",
       f},
      {R"(SELECT SUM(CASE "sex" WHEN 'F' THEN 1.0 END) AS "f" FROM "visits")", f},
      {R"(SELECT SUM(CAST("sex" = 'F' AS INTEGER)) AS "f" FROM "visits")", f},
      {R"(SELECT SUM((sex = 'F')::int) AS "f" FROM "visits")", f},
      {R"(SELECT COUNT(CASE WHEN (visits.sex = 'F') THEN 1 END) AS f FROM visits)", f},
      {R"(SELECT SUM(CAST("vaccinated" AS INTEGER)) AS "v" FROM "visits")",
       "SELECT COUNT(*) FILTER (WHERE vaccinated = true) AS v FROM visits"},
      {R"(SELECT SUM(CASE WHEN ("age" >= 25.0) THEN 0.0 ELSE 1.0 END) AS "young" FROM "visits")",
       "SELECT COUNT(*) FILTER (WHERE age < 25 OR age IS NULL) AS young FROM visits"},
      {R"(SELECT AVG(CASE WHEN ("age" >= 25.0) THEN "cost" WHEN ("sex" = 'F') THEN NULL END) AS "c"
          FROM "visits")",
       "SELECT AVG(cost) FILTER (WHERE age >= 25) AS c FROM visits"},
      // Names.
      {R"(SELECT "t"."sex", COUNT(*) AS "n" FROM "visits" AS "t" GROUP BY "t"."sex" ORDER BY "n")",
       "SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex ORDER BY n"},
      {"SELECT anon_1.sex, count(*) AS count_1 FROM (SELECT visits.sex AS sex FROM visits WHERE "
       "visits.age BETWEEN 15 AND 24) AS anon_1 GROUP BY anon_1.sex",
       "SELECT sex, COUNT(*) AS count_1 FROM visits WHERE age >= 15 AND age < 25 GROUP BY sex"},
      // A condition as a column that a sub-select adds.
      {R"(SELECT "old", COUNT(*) AS "n" FROM (SELECT "visits".*, "age" >= 25.0 AS "old" FROM
          "visits") AS "q01" GROUP BY "old")",
       "SELECT CASE WHEN age >= 25 THEN true WHEN age < 25 THEN false END AS old, COUNT(*) AS n "
       "FROM "
       "visits GROUP BY old"},
      {R"(SELECT COUNT(*) AS "n" FROM (SELECT "visits".*, "age" >= 25.0 AS "old" FROM "visits") AS
          "q01" WHERE ("old") AND NOT ("vaccinated"))",
       "SELECT COUNT(*) AS n FROM visits WHERE age >= 25 AND vaccinated = false"},
      {R"(SELECT "sex", SUM(CASE WHEN "old" THEN 1.0 WHEN NOT "old" THEN 0.0 END) AS "n" FROM (
          SELECT "visits".*, ("age" >= 25.0) AS "old" FROM "visits") AS "q01" GROUP BY "sex")",
       "SELECT sex, COUNT(*) FILTER (WHERE age >= 25) AS n FROM visits GROUP BY sex"},
      {R"(SELECT SUM(CAST("old" AS INTEGER)) AS "n" FROM (SELECT "age" >= 25.0 AS "old" FROM
          "visits") AS "q01")",
       "SELECT COUNT(*) FILTER (WHERE age >= 25) AS n FROM visits"},
      {"SELECT age >= 25 AS old, COUNT(*) FROM visits GROUP BY 1",
       "SELECT CASE WHEN age >= 25 THEN true WHEN age < 25 THEN false END AS old, COUNT(*) FROM "
       "visits GROUP BY old"},
      {"SELECT age >= 25, COUNT(*) FROM visits GROUP BY age >= 25",
       "SELECT CASE WHEN age >= 25 THEN true WHEN age < 25 THEN false END AS \"?column?\", "
       "COUNT(*) "
       "FROM visits GROUP BY 1"},
      // Casts that change nothing.
      {R"(SELECT CAST("sex" AS VARCHAR), COUNT(*) AS "n" FROM "visits" WHERE CAST("sex" AS TEXT) IN
          (CAST('F' AS TEXT), 'M'::varchar) AND "age" >= CAST(25 AS NUMERIC) GROUP BY CAST("sex" AS
          VARCHAR))",
       "SELECT sex, COUNT(*) AS n FROM visits WHERE sex IN ('F', 'M') AND age >= 25 GROUP BY sex"},
      {"SELECT CAST(COUNT(*) AS INTEGER) AS n, AVG(CAST(cost AS FLOAT)) AS c, SUM(nights)::numeric "
       "AS "
       "s FROM visits WHERE day >= CAST('2022-01-09' AS DATE) AND vaccinated::boolean = true",
       "SELECT COUNT(*) AS n, AVG(cost) AS c, SUM(nights) AS s FROM visits WHERE day >= DATE "
       "'2022-01-09' AND vaccinated = true"},
      {"SELECT CAST(date_trunc('month', CAST(day AS DATE)) AS DATE) AS m, COUNT(*) FROM visits "
       "GROUP "
       "BY 1",
       "SELECT date_trunc('month', day) AS m, COUNT(*) FROM visits GROUP BY 1"},
      {"SELECT side::text AS s, COUNT(*) FROM visits GROUP BY side::text",
       "SELECT side AS s, COUNT(*) FROM visits GROUP BY side"},
  };
  for (const auto& [built, typed] : pairs) EXPECT_EQ(Shown(built), Shown(typed)) << built;
}

TEST_F(BuildersTest, WhatHasAnotherMeaningIsRefusedWithWhatToWrite) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"SELECT COUNT(*) FROM visits WHERE sex", "write sex IS NOT NULL, or compare it"},
      {"SELECT COUNT(*) FROM visits WHERE rooms::text = '2'", "a cast to text makes other values"},
      {"SELECT COUNT(*) FROM visits WHERE sex::int = 1", "a cast to int4 makes other values"},
      {"SELECT COUNT(*) FROM visits WHERE dose::int = 1", "write dose, and change the type"},
      {"SELECT AVG(vaccinated::int) FROM visits",
       "COUNT(*) FILTER (WHERE vaccinated = true) counts its yes"},
      {"SELECT AVG(vaccinated) FROM visits", "FILTER (WHERE vaccinated IS NOT NULL)"},
      {"SELECT COUNT(*) FROM visits WHERE vaccinated::int = 1", "write vaccinated = true, without"},
      {"SELECT SUM(cost)::int FROM visits", "leave the cast out of SUM"},
      {"SELECT CAST(sex AS VARCHAR(1)), COUNT(*) FROM visits GROUP BY 1", "a length or decimals"},
      {"SELECT COUNT(*) FROM visits WHERE age > '25'::int", "write the value as it is"},
      {"SELECT SUM(nights::numeric(5, 1)) FROM visits", "a length or decimals"},
      {"SELECT AVG(CASE WHEN sex = 'F' THEN 1.0 ELSE 0.0 END) FROM visits",
       "a share is two counts"},
      {"SELECT SUM(CASE WHEN sex = 'F' THEN cost ELSE 0 END) FROM visits",
       "FILTER (WHERE condition)"},
      {"SELECT SUM(CASE WHEN sex = 'F' THEN 2 ELSE 0 END) FROM visits", "THEN 1 ELSE 0"},
      {"SELECT SUM(sex = 'F') FROM visits", "COUNT(*) FILTER (WHERE condition)"},
      {"SELECT COUNT(*) FROM (SELECT age >= 25 AS old FROM visits) q WHERE old = 'x'",
       "made in the sub-query"},
  };
  for (const auto& [sql, advice] : pairs) EXPECT_THAT(Refused(sql), HasSubstr(advice)) << sql;
}

}  // namespace
}  // namespace commons::query
