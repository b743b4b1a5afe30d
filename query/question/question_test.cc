#include "query/question/question.h"

#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/question/plan.h"
#include "query/question/standard_for_test.h"
#include "query/question/validate.h"
#include "query/sql/canonical_sql.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using testing::ElementsAre;

class QuestionTest : public testing::Test {
 protected:
  v1::Question Ask(absl::string_view sql, v1::Release release = v1::PROTECTED) const {
    const absl::StatusOr<Plan> plan = PlanQuery(sql, LookupOf(standard_, release));
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
    v1::Question question = plan.ok() ? plan->question : v1::Question();
    if (release == v1::PROTECTED) question.set_noise(v1::STANDARD);
    return question;
  }
  QuestionDigest Digest(absl::string_view sql, v1::Release release = v1::PROTECTED) const {
    return DigestOf(Ask(sql, release), standard_);
  }
  v1::Standard standard_ = TestStandard();
};

TEST_F(QuestionTest, ParaphrasesShareOneDigestAndOthersDiffer) {
  // Each row is one question, written in several ways.
  const std::vector<std::vector<std::string>> questions = {
      {"SELECT COUNT(*) FROM visits", "SELECT count(*) AS n FROM visits v LIMIT 1",
       "SELECT COUNT(*) FROM visits WHERE sex IN ('M','F','U')",
       "SELECT COUNT(*), COUNT(nights) AS b FROM visits",
       "SELECT COUNT(*) FROM visits WHERE age < 15 OR age >= 15 OR age IS NULL"},
      {"SELECT COUNT(DISTINCT person) FROM visits", "SELECT COUNT(DISTINCT nhi) FROM visits"},
      {"SELECT sex, age, COUNT(*) FROM visits GROUP BY sex, age",
       "SELECT COUNT(*), age, sex FROM visits GROUP BY age, sex ORDER BY 1 DESC",
       "SELECT age AS a, sex, COUNT(*) c FROM visits GROUP BY a, 2 LIMIT 4"},
      {"SELECT sex, age, COUNT(*) FROM visits GROUP BY ROLLUP(sex, age)"},
      {"SELECT sex, age, COUNT(*) FROM visits GROUP BY ROLLUP(age, sex)"},
      {"SELECT sex, age, COUNT(*) FROM visits GROUP BY sex, ROLLUP(age)"},
      {"SELECT COUNT(*) FROM visits WHERE age IS NOT NULL",
       "SELECT COUNT(*) FROM visits WHERE NOT age IS NULL",
       "SELECT COUNT(*) FROM visits WHERE age BETWEEN 0 AND 64",
       "SELECT COUNT(*) FROM visits WHERE age < 25 OR age >= 15"},
      {"SELECT COUNT(*) FROM visits WHERE age IS NULL"},
      {"SELECT COUNT(*) FROM visits WHERE sex <> 'F'",
       "SELECT COUNT(*) FROM visits WHERE sex NOT IN ('Female')",
       "SELECT COUNT(*) FROM visits WHERE sex IN ('U', 'Male') AND TRUE",
       "SELECT COUNT(*) FROM visits WHERE 'F' != sex"},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'F'"},
      {"SELECT COUNT(*) FROM visits WHERE age IN (25)",
       "SELECT COUNT(*) FROM visits WHERE age > 24 AND age <= 25",
       "SELECT COUNT(*) FROM visits WHERE 24 < age AND 26 > age"},
      {"SELECT AVG(nights) FROM visits", "SELECT SUM(nights), COUNT(*) FROM visits"},
      {"SELECT STDDEV(nights) FROM visits", "SELECT VAR_SAMP(nights), AVG(nights) FROM visits"},
      {"SELECT AVG(cost) FROM visits", "SELECT SUM(cost), COUNT(cost) FROM visits"},
      {"SELECT COUNT(cost) FROM visits"},
      {"SELECT month, COUNT(*) FROM visits GROUP BY month",
       "SELECT date_trunc('month', month) m, COUNT(*) FROM visits GROUP BY m"},
      {"SELECT date_trunc('year', month), COUNT(*) FROM visits GROUP BY 1"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F') FROM visits",
       "SELECT SUM(CASE WHEN sex = 'F' THEN 1 ELSE 0 END) FROM visits",
       "SELECT COUNT(CASE sex WHEN 'Female' THEN 1 END) AS f FROM visits",
       "SELECT COUNT(*) FILTER (WHERE NOT (sex = 'M' OR sex = 'U')) FROM visits"},
      {"SELECT COUNT(*), COUNT(*) FILTER (WHERE sex = 'F') AS f FROM visits",
       "SELECT COUNT(*) FILTER (WHERE TRUE) AS n, COUNT(*) FILTER (WHERE sex = 'F') AS f FROM "
       "visits",
       "SELECT COUNT(*) FILTER (WHERE sex IN ('F', 'M', 'U')) AS n, COUNT(*) FILTER (WHERE sex = "
       "'F') AS f, COUNT(*) FILTER (WHERE sex = 'F') AS g FROM visits"},
      // Of what WHERE leaves.
      {"SELECT COUNT(*) FROM visits WHERE sex <> 'U' AND vaccinated = true",
       "SELECT COUNT(*) FILTER (WHERE sex <> 'U') FROM visits WHERE sex IN ('F', 'M') AND "
       "vaccinated = true"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F') FROM visits WHERE sex <> 'U'",
       "SELECT COUNT(*) FILTER (WHERE sex IN ('F', 'U')) FROM visits WHERE sex <> 'U'"},
      {"SELECT AVG(cost) FILTER (WHERE age >= 15) FROM visits",
       "SELECT SUM(cost) FILTER (WHERE age >= 15), COUNT(cost) FILTER (WHERE 15 <= age) FROM "
       "visits",
       "SELECT AVG(CASE WHEN age >= 15 THEN cost END) FROM visits"},
      {"SELECT COUNT(DISTINCT person) FILTER (WHERE age >= 15) FROM visits",
       "SELECT COUNT(DISTINCT CASE WHEN age >= 15 THEN person END) FROM visits"},
      {"SELECT CASE WHEN sex IN ('F', 'M') THEN 'a' ELSE 'b' END, COUNT(*) FROM visits GROUP BY 1",
       "SELECT COUNT(*), CASE sex WHEN 'U' THEN 'x' ELSE 'y' END AS g FROM visits GROUP BY g ORDER "
       "BY g DESC",
       "SELECT CASE sex WHEN 'F' THEN 'x' WHEN 'U' THEN 'y' WHEN 'U' THEN 'z' WHEN 'M' THEN 'x' "
       "END, COUNT(*) FROM visits GROUP BY 1",
       "SELECT CASE WHEN sex = 'U' THEN 1 END AS unknown, COUNT(*) FROM visits GROUP BY CASE WHEN "
       "NOT sex IN ('F', 'M') THEN 1 END"},
      // Each code for itself is the column.
      {"SELECT sex, COUNT(*) FROM visits GROUP BY 1",
       "SELECT CASE sex WHEN 'U' THEN 'u' WHEN 'F' THEN 'f' ELSE 'm' END, COUNT(*) FROM visits "
       "GROUP BY 1"},
      {"SELECT sex, COUNT(*) FROM visits WHERE sex <> 'M' GROUP BY 1",
       "SELECT CASE WHEN sex IN ('F', 'M') THEN 'a' ELSE 'b' END, COUNT(*) FROM visits WHERE sex "
       "<> 'M' GROUP BY 1"},
      // NULL is in no comparison.
      {"SELECT CASE WHEN age < 25 THEN 'a' WHEN age >= 25 THEN 'b' END, COUNT(*) FROM visits GROUP "
       "BY 1",
       "SELECT CASE WHEN age IS NULL THEN 'none' WHEN age BETWEEN 0 AND 24 THEN 'young' ELSE 'old' "
       "END, COUNT(*) FROM visits GROUP BY 1"},
      {"SELECT CASE WHEN age < 25 THEN 'a' ELSE 'b' END, COUNT(*) FROM visits GROUP BY 1",
       "SELECT CASE WHEN NOT age >= 25 THEN 'a' ELSE 'b' END, COUNT(*) FROM visits GROUP BY 1"},
      {"SELECT CASE WHEN NOT age < 25 OR age IS NULL THEN 'a' ELSE 'b' END, vaccinated, COUNT(*) "
       "FROM visits GROUP BY ROLLUP(1, 2)",
       "SELECT CASE WHEN age < 25 THEN 'b' WHEN TRUE THEN 'a' END AS g, vaccinated, COUNT(*) FROM "
       "visits GROUP BY ROLLUP(g, vaccinated)"},
      {"SELECT COUNT(*) FROM visits WHERE sex = 'F' OR vaccinated = true",
       "SELECT COUNT(*) FROM visits WHERE NOT (sex <> 'F' AND NOT vaccinated = true)",
       "SELECT COUNT(*) FROM visits WHERE vaccinated = true OR (sex = 'F' AND vaccinated = false)",
       "SELECT COUNT(*) FROM visits WHERE (sex = 'F' OR vaccinated = true OR sex = 'F') AND (sex = "
       "'F' OR sex = 'M' OR vaccinated = true)"},
      {"SELECT COUNT(*) FROM visits WHERE vaccinated = true AND rooms IN (2, 10)",
       "SELECT COUNT(*) FROM visits WHERE (vaccinated = true AND rooms = 2) OR (vaccinated = true "
       "AND rooms = 10)"},
      // Two that are independent, multiplied out.
      {"SELECT COUNT(*) FROM visits WHERE (sex = 'F' OR rooms = 2) AND (age >= 15 OR vaccinated = "
       "true)",
       "SELECT COUNT(*) FROM visits WHERE (sex = 'F' AND age >= 15) OR (sex = 'F' AND vaccinated = "
       "true) OR (rooms = 2 AND age >= 15) OR (rooms = 2 AND vaccinated = true)"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR vaccinated = true) FROM visits",
       "SELECT SUM(CASE WHEN NOT (sex <> 'F' AND vaccinated = false) THEN 1 ELSE 0 END) FROM "
       "visits",
       "SELECT COUNT(*) FILTER (WHERE vaccinated = true OR (sex = 'F' AND vaccinated = false)) "
       "FROM visits"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'M' OR vaccinated = true) FROM visits"},
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR dose < 0) FROM visits"},
      // Of what WHERE leaves: M has no part in it.
      {"SELECT COUNT(*) FILTER (WHERE sex = 'F' OR vaccinated = true) FROM visits WHERE sex <> 'M'",
       "SELECT COUNT(*) FILTER (WHERE sex IN ('F', 'M') OR vaccinated = true) FROM visits WHERE "
       "sex <> 'M'",
       "SELECT COUNT(*) FILTER (WHERE (sex = 'F' OR vaccinated = true) AND sex <> 'M') FROM visits "
       "WHERE sex IN ('F', 'U')"},
      {"SELECT COUNT(*) FROM visits WHERE vaccinated = true OR rooms = 10",
       "SELECT COUNT(*) FILTER (WHERE vaccinated = true OR rooms = 10) FROM visits WHERE rooms = "
       "10 OR vaccinated = true",
       "SELECT COUNT(*) FILTER (WHERE vaccinated = true OR rooms = 10 OR sex = 'M') FROM visits "
       "WHERE rooms = 10 OR vaccinated = true"},
      // Both joint conditions leave what one filter says.
      {"SELECT COUNT(*) FILTER (WHERE vaccinated = true) FROM visits WHERE vaccinated = true OR "
       "rooms = 10",
       "SELECT COUNT(*) FILTER (WHERE vaccinated = true OR rooms = -3) FROM visits WHERE "
       "vaccinated = true OR rooms = 10"},
      {"SELECT COUNT(*) FILTER (WHERE (vaccinated = true OR rooms = 10) AND (sex = 'U' OR age < "
       "15)) FROM visits WHERE vaccinated = true OR rooms = 10",
       "SELECT COUNT(*) FILTER (WHERE sex = 'U' OR age < 15) FROM visits WHERE vaccinated = true "
       "OR rooms = 10"},
      // Taken apart once, they share no columns with what they are beside.
      {"SELECT COUNT(*) FILTER (WHERE rooms <> 2 AND (sex = 'U' OR dose < 0)) FROM visits WHERE "
       "vaccinated = true OR rooms = 10",
       "SELECT COUNT(*) FILTER (WHERE (rooms <> 2 AND sex = 'U') OR (rooms <> 2 AND dose < 0)) "
       "FROM visits WHERE vaccinated = true OR rooms = 10",
       "SELECT COUNT(*) FILTER (WHERE rooms <> 2 AND (sex = 'U' OR dose < 0) AND (vaccinated = "
       "true OR rooms = 10)) FROM visits WHERE vaccinated = true OR rooms = 10"},
      {"SELECT AVG(cost) FILTER (WHERE sex = 'F' OR age >= 15) FROM visits",
       "SELECT SUM(cost) FILTER (WHERE sex = 'F' OR age >= 15), COUNT(cost) FILTER (WHERE age >= "
       "15 OR sex = 'F') FROM visits"},
      // The row whose age is missing passes neither, so it is not in either's complement.
      {"SELECT COUNT(*) FROM visits WHERE NOT (sex = 'F' OR age >= 15)",
       "SELECT COUNT(*) FROM visits WHERE sex <> 'F' AND age < 15"},
      {"SELECT COUNT(*) FROM visits WHERE sex <> 'F' OR age < 15",
       "SELECT COUNT(*) FROM visits WHERE NOT (sex = 'F' AND age >= 15)"},
  };
  std::map<std::string, size_t> seen;
  for (size_t i = 0; i < questions.size(); ++i) {
    for (const std::string& sql : questions[i]) {
      const auto [at, fresh] = seen.emplace(Digest(sql).ToHex(), i);
      EXPECT_EQ(at->second, i) << sql;
      EXPECT_EQ(fresh, &sql == &questions[i][0]) << sql;
    }
  }
}

TEST_F(QuestionTest, DigestDependsOnClipsClassReleaseAndPurposeUnderConsent) {
  const v1::Question question = Ask("SELECT SUM(nights) FROM visits");
  std::set<std::string> digests = {DigestOf(question, standard_).ToHex()};
  v1::Question changed = question;
  changed.set_purpose("care");
  EXPECT_FALSE(digests.insert(DigestOf(changed, standard_).ToHex()).second);
  standard_.set_consent_basis("opt-in");
  EXPECT_TRUE(digests.insert(DigestOf(changed, standard_).ToHex()).second);
  standard_.clear_consent_basis();
  standard_.mutable_columns(9)->set_clip_high(63);
  EXPECT_TRUE(digests.insert(DigestOf(question, standard_).ToHex()).second);
  changed = question;
  changed.set_noise(v1::BROAD);
  EXPECT_TRUE(digests.insert(DigestOf(changed, standard_).ToHex()).second);
  changed.set_release(v1::OPEN);
  EXPECT_TRUE(digests.insert(DigestOf(changed, standard_).ToHex()).second);
}

TEST_F(QuestionTest, CostFollowsTheStandard) {
  // r = 2 and m = 1: ceil(2,000,000 * 2^2 / 400) a count; people cost 2,000,000 * 2 / 400.
  EXPECT_EQ(*CostOf(Ask("SELECT COUNT(*) FROM visits"), standard_), 20000u);
  // A single number holds a person once, however many rows it has; three cells hold two rows.
  EXPECT_EQ(*CostOf(Ask("SELECT COUNT(DISTINCT person) FROM visits"), standard_), 5000u);
  EXPECT_EQ(*CostOf(Ask("SELECT sex, COUNT(DISTINCT person) FROM visits GROUP BY sex"), standard_),
            10000u);
  EXPECT_EQ(*CostOf(Ask("SELECT sex, COUNT(*) FROM visits GROUP BY ROLLUP(sex)"), standard_),
            40000u);
  EXPECT_EQ(*CostOf(Ask("SELECT COUNT(*) FROM visits", v1::OPEN), standard_), 0u);
  // A row is in one band of one cell: one count, however many bands and fractions.
  EXPECT_EQ(*CostOf(Ask("SELECT MEDIAN(age), PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY age) FROM "
                        "visits"),
                    standard_),
            20000u);
  EXPECT_EQ(*CostOf(Ask("SELECT MEDIAN(age), MEDIAN(dose) AS d FROM visits"), standard_), 40000u);
  EXPECT_EQ(*CostOf(Ask("SELECT MEDIAN(age) FROM visits WHERE age IS NULL"), standard_), 0u)
      << "there is no value to count";
  // Rows, persons and values on one side; values and their squares on the other.
  EXPECT_EQ(
      *SpendingOf(Ask("SELECT COUNT(*), COUNT(DISTINCT person) AS people FROM visits"), standard_),
      (Spending{25'000, 0}));
  standard_.set_max_rows_per_person(12);
  standard_.set_max_rows_per_person_and_cell(1);
  EXPECT_EQ(*SpendingOf(Ask("SELECT sex, SUM(nights) FROM visits GROUP BY sex"), standard_),
            (Spending{60'000, 60'000}));
  standard_.clear_max_rows_per_person_and_cell();
  standard_.set_max_rows_per_person(255);
  const absl::Status refused = CostOf(Ask("SELECT COUNT(*) FROM visits"), standard_).status();
  EXPECT_EQ(governance::ReasonOf(refused), v1::TOO_SENSITIVE);
  EXPECT_THAT(refused.message(),
              testing::AllOf(testing::HasSubstr("noise = \"broad\""),
                             testing::HasSubstr("commons:max_rows_per_person_and_cell is 255")));
}

// Random questions as SQL, from parts that a protected and an open dataset both take.
std::string RandomSql(std::mt19937& random, bool open) {
  const auto pick = [&](const std::vector<std::string>& from) {
    return from[random() % from.size()];
  };
  std::vector<std::string> dimensions = {"sex",        "\"Rohe potae \xC4\x81\"",   "age",  "dose",
                                         "vaccinated", "date_trunc('year', month)", "month"};
  std::shuffle(dimensions.begin(), dimensions.end() - 1, random);
  dimensions.resize(random() % 3);
  if (random() % 3 == 0) {
    dimensions.push_back(
        pick({"CASE WHEN rooms > 5 THEN 'many' ELSE 'few' END",
              "CASE rooms WHEN 10 THEN 'a' WHEN 2 THEN 'a' WHEN -3 THEN 'b' END",
              "CASE WHEN day < '2022-01-09' THEN 1 WHEN day > '2022-01-20' THEN 1 ELSE 0 END"}));
  }
  std::vector<std::string> conditions;
  const std::vector<std::string> parts = {"sex = 'F'",
                                          "sex <> 'Male'",
                                          "NOT sex IN ('U', 'F')",
                                          "\"Rohe potae \xC4\x81\" = 'x,y'",
                                          "\"Rohe potae \xC4\x81\" IS NULL",
                                          "\"Rohe potae \xC4\x81\" <> 'O''Neill & co'",
                                          "(age = 25 OR age IS NULL)",
                                          "age >= 15",
                                          "NOT age BETWEEN 15 AND 24",
                                          "age IS NOT NULL",
                                          "dose < 0",
                                          "(dose >= 1.25 OR dose < 0)",
                                          "month = '2021-Q3'",
                                          "month < '2022-02'",
                                          "(month IS NULL OR month > '2022')",
                                          "day = '2022-01-09'",
                                          "vaccinated = false"};
  for (int i = random() % 4; i > 0; --i) conditions.push_back(pick(parts));
  if (random() % 3 == 0) {
    const auto both = [&] { return absl::StrCat("(", pick(parts), " AND ", pick(parts), ")"); };
    conditions.push_back(absl::StrCat("(", both(), " OR NOT ", both(), ")"));
  }
  if (open && random() % 2) {
    conditions.push_back(pick({"cost > 12.34", "age = 16", "score IS NULL", "nights <> 3",
                               "(cost < 5 OR cost IS NULL)", "NOT nights BETWEEN 2 AND 9"}));
  }
  std::string list, groups;
  for (const std::string& dimension : dimensions) {
    absl::StrAppend(&list, dimension, ", ");
    absl::StrAppend(&groups, groups.empty() ? "" : ", ", dimension);
  }
  if (!groups.empty() && random() % 2) groups = absl::StrCat("ROLLUP(", groups, ")");
  absl::StrAppend(
      &list, pick({"COUNT(*)", "COUNT(DISTINCT person)", "AVG(cost), SUM(nights)", "STDDEV(nights)",
                   "COUNT(cost)", "VARIANCE(cost), COUNT(*)",
                   "COUNT(*) FILTER (WHERE sex = 'F'), AVG(cost)",
                   "AVG(nights) FILTER (WHERE age >= 15), COUNT(*)",
                   "STDDEV(cost) FILTER (WHERE age IS NULL AND sex <> 'M'), COUNT(*)",
                   "AVG(cost) FILTER (WHERE sex = 'F' OR NOT age >= 15), COUNT(*)",
                   "COUNT(*) FILTER (WHERE (sex = 'F' OR dose < 0) AND age >= 15 AND (rooms = 2 OR "
                   "vaccinated = true)), COUNT(cost) AS c"}));
  std::string where;
  for (const std::string& condition : conditions) {
    absl::StrAppend(&where, where.empty() ? " WHERE " : " AND ", condition);
  }
  return absl::StrCat("SELECT ", list, " FROM visits", where, groups.empty() ? "" : " GROUP BY ",
                      groups);
}

// A literal between two values of a column splits them as SQL says, on open data.
TEST_F(QuestionTest, ANumberWithMoreDecimalsThanTheColumnLiesBetweenItsValues) {
  const std::pair<const char*, const char*> same[] = {
      {"nights < 20.5", "nights < 21"},
      {"nights <= 20.5", "nights <= 20"},
      {"nights > 20.5", "nights > 20"},
      {"nights >= 20.5", "nights >= 21"},
      {"score < -0.5", "score < 0"},
      {"score > -20.5", "score >= -20"},
      {"cost >= 1.005", "cost >= 1.01"},
      {"cost < -1.005", "cost < -1.00"},
      {"nights BETWEEN 0.5 AND 2.5", "nights BETWEEN 1 AND 2"},
      {"nights = 20.5", "nights IN (20.25, 20.75)"},
  };
  for (const auto& [a, b] : same) {
    const auto left = PlanQuery(absl::StrCat("SELECT COUNT(*) FROM visits WHERE ", a),
                                LookupOf(standard_, v1::OPEN));
    const auto right = PlanQuery(absl::StrCat("SELECT COUNT(*) FROM visits WHERE ", b),
                                 LookupOf(standard_, v1::OPEN));
    ASSERT_TRUE(left.ok()) << a << ": " << left.status();
    ASSERT_TRUE(right.ok()) << b << ": " << right.status();
    EXPECT_EQ(left->question.SerializeAsString(), right->question.SerializeAsString()) << a;
  }
}

// Any day may bound a range of dates on open data, whatever the declared unit; the column keeps
// days.
TEST_F(QuestionTest, OpenRangesOfDatesMayFallWithinTheirUnit) {
  const v1::Question question = Ask(
      "SELECT COUNT(*) FROM visits WHERE month BETWEEN '2021-03-09' AND '2021-04-10'", v1::OPEN);
  EXPECT_TRUE(ValidateQuestion(question, standard_).ok());
  EXPECT_EQ(CanonicalSql(question, standard_),
            "SELECT COUNT(*) FROM visits WHERE month >= DATE '2021-03-09' AND month < DATE "
            "'2021-04-11'");
  v1::Question closed = question;
  closed.set_release(v1::PROTECTED);
  closed.set_noise(v1::STANDARD);
  EXPECT_EQ(governance::RefusalOf(ValidateQuestion(closed, standard_)).reason(),
            v1::RANGE_OFF_EDGES);
}

TEST_F(QuestionTest, CanonicalSqlAsksTheSameQuestion) {
  std::mt19937 random(20211);
  for (int i = 0; i < 3000; ++i) {
    const v1::Release release = i % 2 ? v1::OPEN : v1::PROTECTED;
    const std::string sql = RandomSql(random, release == v1::OPEN);
    const v1::Question question = Ask(sql, release);
    EXPECT_TRUE(ValidateQuestion(question, standard_).ok())
        << sql << ": " << ValidateQuestion(question, standard_);
    const std::string canonical = CanonicalSql(question, standard_);
    const v1::Question again = Ask(canonical, release);
    EXPECT_EQ(question.SerializeAsString(), again.SerializeAsString()) << sql << "\n" << canonical;
    EXPECT_EQ(CanonicalSql(again, standard_), canonical);
  }
}

// The digest and the checks would pass them by: a member that knows them would answer something
// else.
TEST_F(QuestionTest, UnknownFieldsAreRefusedAtAnyDepth) {
  const v1::Question good =
      Ask("SELECT CASE sex WHEN 'F' THEN 1 ELSE 2 END, COUNT(*) FILTER (WHERE dose < 0 AND "
          "(month IS NULL OR since = 2001)) FROM visits WHERE age >= 15 AND (vaccinated = true OR "
          "rooms = 2) GROUP BY ROLLUP(1)");
  const std::vector<google::protobuf::Message* (*)(v1::Question&)> parts = {
      [](v1::Question& q) -> google::protobuf::Message* { return &q; },
      [](v1::Question& q) -> google::protobuf::Message* { return q.mutable_partials(0); },
      [](v1::Question& q) -> google::protobuf::Message* { return q.mutable_dimensions(0); },
      [](v1::Question& q) -> google::protobuf::Message* { return q.mutable_filters(0); },
      [](v1::Question& q) -> google::protobuf::Message* { return q.mutable_joint_filters(0); },
      [](v1::Question& q) -> google::protobuf::Message* {
        return q.mutable_dimensions(0)->mutable_groups(0);
      },
      [](v1::Question& q) -> google::protobuf::Message* {
        return q.mutable_partials(0)->mutable_filters(0);
      },
      [](v1::Question& q) -> google::protobuf::Message* {
        return q.mutable_filters(0)->mutable_ranges(0);
      },
      [](v1::Question& q) -> google::protobuf::Message* {
        return q.mutable_partials(0)->mutable_joint_filters(0);
      },
      [](v1::Question& q) -> google::protobuf::Message* { return q.mutable_sets(1); },
  };
  for (size_t i = 0; i < parts.size(); ++i) {
    v1::Question changed = good;
    google::protobuf::Message* part = parts[i](changed);
    part->GetReflection()->MutableUnknownFields(part)->AddVarint(900, 1);
    EXPECT_EQ(governance::ReasonOf(ValidateQuestion(changed, standard_)), v1::MALFORMED) << i;
  }
}

TEST_F(QuestionTest, TouchesTheColumnsItNames) {
  EXPECT_THAT(ColumnsOf(Ask("SELECT sex, AVG(cost) FROM visits WHERE age = 25 GROUP BY sex")),
              ElementsAre(1, 3, 8));
  EXPECT_THAT(ColumnsOf(Ask("SELECT CASE sex WHEN 'F' THEN 1 END, AVG(cost) FILTER (WHERE age = "
                            "25) FROM visits WHERE vaccinated = true OR rooms = 2 GROUP BY 1")),
              ElementsAre(1, 3, 7, 8, 11));
  EXPECT_THAT(ColumnsOf(Ask("SELECT COUNT(*) FILTER (WHERE vaccinated = true OR rooms = 2) FROM "
                            "visits WHERE age = 25")),
              ElementsAre(3, 7, 11));
}

}  // namespace
}  // namespace commons::query
