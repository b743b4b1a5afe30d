// The oracle is the flat question: the same digest, the same columns of the answer.
#include "query/sql/names/flatten.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/question.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

class FlattenTest : public testing::Test {
 protected:
  absl::StatusOr<Plan> Ask(absl::string_view sql) const {
    return PlanQuery(sql, LookupOf(standard_, v1::PROTECTED));
  }
  // All that an asker sees of a plan.
  std::string Shown(const std::string& sql) const {
    const absl::StatusOr<Plan> plan = Ask(sql);
    if (!plan.ok()) return plan.status().ToString();
    std::string out =
        absl::StrCat(plan->canonical_sql, " ", DigestOf(plan->question, standard_).ToHex(),
                     " LIMIT ", plan->limit.value_or(0));
    for (const OutputDimension& dimension : plan->dimensions) {
      absl::StrAppend(&out, " ", dimension.name, "=", dimension.dimension);
    }
    for (const OutputMeasure& measure : plan->measures) absl::StrAppend(&out, " ", measure.name);
    for (const OrderKey& key : plan->order_by) {
      absl::StrAppend(&out, " by ", key.measure, key.index, key.descending);
    }
    return out;
  }
  const v1::Standard standard_ = TestStandard();
};

TEST_F(FlattenTest, ASubSelectThatFiltersAndRenamesIsTheFlatQuestion) {
  const std::vector<std::pair<std::string, std::string>> pairs = {
      {"SELECT sex, COUNT(*) FROM (SELECT sex, age AS a FROM visits WHERE vaccinated = true) AS q "
       "GROUP BY sex",
       "SELECT sex, COUNT(*) FROM visits WHERE vaccinated = true GROUP BY sex"},
      {"SELECT COUNT(*) FROM (SELECT * FROM visits) x", "SELECT COUNT(*) FROM visits"},
      {"SELECT COUNT(*) FROM ((SELECT * FROM visits)) x", "SELECT COUNT(*) FROM visits"},
      // As dbplyr writes it.
      {"SELECT \"sex\", COUNT(*) AS \"n\"\nFROM (\n  SELECT \"q01\".*\n  FROM (\n    SELECT "
       "\"visits\".*\n    FROM \"visits\"\n    WHERE (\"age\" >= 15)\n  ) AS \"q01\"\n  WHERE "
       "(\"sex\" IN ('F', 'M'))\n) AS \"q02\"\nGROUP BY \"sex\"\nORDER BY \"n\" DESC\nLIMIT 11",
       "SELECT sex, COUNT(*) AS n FROM visits WHERE age >= 15 AND sex IN ('F', 'M') GROUP BY sex "
       "ORDER BY n DESC LIMIT 11"},
      {"SELECT q.a, AVG(q.c) FROM (SELECT v.age AS a, v.cost AS c, v.sex FROM visits AS v WHERE "
       "v.sex <> 'U') q WHERE q.a >= 25 AND sex = 'F' GROUP BY q.a ORDER BY AVG(c), a DESC",
       "SELECT age AS a, AVG(cost) FROM visits WHERE sex = 'F' AND age >= 25 GROUP BY age ORDER BY "
       "2, 1 DESC"},
      {"SELECT date_trunc('year', m) AS y, COUNT(DISTINCT person) FROM (SELECT person, month AS m "
       "FROM visits) q GROUP BY y",
       "SELECT date_trunc('year', month) AS y, COUNT(DISTINCT person) FROM visits GROUP BY y"},
      {"SELECT COUNT(DISTINCT p) FROM (SELECT nhi AS p FROM visits) q",
       "SELECT COUNT(DISTINCT nhi) FROM visits"},
      // A name means what the sub-select calls so, be it another column's name further in.
      {"SELECT age, COUNT(*) FROM (SELECT sex AS age, age AS sex FROM visits) q WHERE sex >= 15 "
       "GROUP BY age ORDER BY age",
       "SELECT sex AS age, COUNT(*) FROM visits WHERE visits.age >= 15 GROUP BY visits.sex ORDER "
       "BY 1"},
      // Not a column of the sub-select, so the alias of SELECT.
      {"SELECT sex AS age, COUNT(*) FROM (SELECT sex FROM visits) q GROUP BY age",
       "SELECT sex AS age, COUNT(*) FROM visits GROUP BY 1"},
      {"SELECT b, sex, COUNT(*) AS age FROM (SELECT sex, age AS b FROM visits) q GROUP BY 1, 2 "
       "ORDER BY age, b",
       "SELECT age AS b, sex, COUNT(*) AS age FROM visits GROUP BY visits.age, sex ORDER BY 3, 1"},
      {"SELECT \"Rohe potae \xC4\x81\", COUNT(*) FROM (SELECT * FROM visits ORDER BY sex) q "
       "GROUP BY ROLLUP(1)",
       "SELECT \"Rohe potae \xC4\x81\", COUNT(*) FROM visits GROUP BY ROLLUP(1)"},
  };
  for (const auto& [nested, flat] : pairs) {
    EXPECT_TRUE(Ask(flat).ok()) << flat << Ask(flat).status();
    EXPECT_EQ(Shown(nested), Shown(flat)) << nested;
  }
}

struct Refused {
  std::string sql;
  v1::Reason reason;
  std::string word;    // where the caret stands
  std::string advice;  // part of the words
};

TEST_F(FlattenTest, WhateverElseASubSelectDoesIsRefusedWhereItStands) {
  const std::string only = "only filters and renames columns";
  const std::vector<Refused> table = {
      {"SELECT n FROM (SELECT COUNT(*) AS n FROM visits) q", v1::UNSUPPORTED_SQL, "COUNT(*)",
       "measure in the question around it"},
      {"SELECT COUNT(*) FROM (SELECT sex FROM visits GROUP BY sex) q GROUP BY sex",
       v1::UNSUPPORTED_SQL, "GROUP BY sex)", only},
      {"SELECT COUNT(*) FROM (SELECT DISTINCT sex FROM visits) q", v1::UNSUPPORTED_SQL, "DISTINCT",
       "remove DISTINCT"},
      {"SELECT COUNT(*) FROM (SELECT sex FROM visits ORDER BY age LIMIT 5) q LIMIT 3",
       v1::UNSUPPORTED_SQL, "LIMIT 5", "LIMIT goes to the end"},
      {"SELECT COUNT(*) FROM (SELECT sex FROM visits OFFSET 5) q", v1::UNSUPPORTED_SQL, "OFFSET",
       only},
      {"SELECT COUNT(*) FROM (SELECT age + 1 AS a FROM visits) q", v1::UNSUPPORTED_SQL, "+", only},
      {"SELECT COUNT(*) FROM (SELECT 1 AS a FROM visits) q", v1::UNSUPPORTED_SQL, "1 AS a", only},
      {"SELECT COUNT(*) FROM (SELECT a.sex FROM visits a JOIN visits b ON true) q",
       v1::UNSUPPORTED_SQL, "JOIN", "joins"},
      {"SELECT COUNT(*) FROM (SELECT sex FROM visits) q, visits", v1::UNSUPPORTED_SQL, "visits",
       "joins"},
      {"SELECT COUNT(*) FROM (SELECT sex FROM visits UNION SELECT sex FROM visits) q",
       v1::UNSUPPORTED_SQL, "UNION", "several questions"},
      {"SELECT COUNT(*) FROM (SELECT sex FROM visits) q (s)", v1::UNSUPPORTED_SQL, "(SELECT",
       "use AS in SELECT"},
      {"SELECT sex, COUNT(*) FROM (SELECT age FROM visits) q GROUP BY sex", v1::UNKNOWN_COLUMN,
       "sex", "the sub-query q does not select sex; add it to its SELECT list"},
      {"SELECT COUNT(*) FROM (SELECT age AS years FROM visits) q WHERE yeras >= 15",
       v1::UNKNOWN_COLUMN, "yeras", "the nearest is years"},
      {"SELECT COUNT(*) FROM (SELECT sux FROM visits) q", v1::UNKNOWN_COLUMN, "sux",
       "the nearest is sex"},
      {"SELECT COUNT(*) FROM (SELECT phone FROM visits) q", v1::UNKNOWN_COLUMN, "phone",
       "no column phone"},
      {"SELECT COUNT(*) FROM (SELECT * FROM visits) q WHERE phone = '1'", v1::UNKNOWN_COLUMN,
       "phone", "does not select phone"},
      {"SELECT COUNT(DISTINCT person) FROM (SELECT sex FROM visits) q", v1::UNKNOWN_COLUMN,
       "person", "does not select person"},
      {"SELECT COUNT(*) FROM (SELECT note FROM visits) q WHERE note = 'x'",
       v1::COLUMN_NOT_QUERYABLE, "note = ", "note"},
      {"SELECT visits.sex, COUNT(*) FROM (SELECT sex FROM visits) q GROUP BY 1", v1::UNKNOWN_COLUMN,
       "visits.sex", "write sex"},
      {"SELECT COUNT(*) FROM (SELECT v.* FROM visits) q", v1::UNKNOWN_COLUMN, "v.*", "write *"},
      {"SELECT COUNT(*) FROM (SELECT *, sex FROM visits) q WHERE sex = 'F'", v1::UNKNOWN_COLUMN,
       "sex = ", "several columns"},
      {"SELECT * FROM (SELECT sex FROM visits) q", v1::UNSUPPORTED_SQL, "*", "no rows leave"},
      {"SELECT COUNT(*) FROM (SELECT sex FROM visitz) q", v1::UNKNOWN_DATASET, "visitz", "visits"},
      {"WITH q AS (SELECT sex FROM visits) SELECT COUNT(*) FROM q", v1::UNSUPPORTED_SQL, "WITH",
       "FROM (SELECT ...) AS q"},
  };
  for (const Refused& row : table) {
    const absl::StatusOr<Plan> plan = Ask(row.sql);
    ASSERT_FALSE(plan.ok()) << row.sql << " -> " << plan->canonical_sql;
    const v1::Refusal refusal = governance::RefusalOf(plan.status());
    EXPECT_EQ(refusal.reason(), row.reason) << row.sql << ": " << plan.status();
    EXPECT_THAT(refusal.message(), testing::HasSubstr(row.advice)) << row.sql;
    ASSERT_GE(refusal.position(), 0) << row.sql << ": " << refusal.message();
    EXPECT_TRUE(absl::StartsWith(row.sql.substr(refusal.position()), row.word))
        << row.sql << ": at " << row.sql.substr(refusal.position()) << ": " << refusal.message();
  }
}

// PostgreSQL asks for a name up to version 15, and for none from 16 on.
TEST_F(FlattenTest, ANameIsAskedForWherePostgreSqlDoes) {
  const std::string sql = "SELECT COUNT(*) FROM (SELECT * FROM visits)";
  if (const auto plan = Ask(sql); !plan.ok()) {
    EXPECT_THAT(std::string(plan.status().message()),
                testing::HasSubstr("write FROM (SELECT ...) AS q"));
  } else {
    EXPECT_EQ(Shown(sql), Shown("SELECT COUNT(*) FROM visits"));
  }
}

TEST_F(FlattenTest, SubSelectsAreBounded) {
  std::string sql = "SELECT sex FROM visits WHERE age >= 15";
  for (int i = 1; i < 16; ++i) sql = absl::StrCat("SELECT * FROM (", sql, ") q");
  EXPECT_EQ(Shown(absl::StrCat("SELECT COUNT(*) FROM (", sql, ") q")),
            Shown("SELECT COUNT(*) FROM visits WHERE age >= 15"));
  const auto deeper = Ask(absl::StrCat("SELECT COUNT(*) FROM (SELECT * FROM (", sql, ") q) q"));
  EXPECT_EQ(governance::ReasonOf(deeper.status()), v1::UNSUPPORTED_SQL);
  EXPECT_THAT(std::string(deeper.status().message()), testing::HasSubstr("at most 16 sub-queries"));
}

}  // namespace
}  // namespace commons::query
