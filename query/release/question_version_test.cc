#include "query/release/question_version.h"

#include <string>

#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/peer/peer_message.h"
#include "query/question/grouped_for_test.h"
#include "query/question/plan.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

TEST(QuestionVersion, PercentilesTakeOneThatCountsBands) {
  const v1::Standard standard = TestStandard();
  const auto question = [&](const std::string& sql) {
    return PlanQuery(sql, LookupOf(standard, v1::OPEN))->question;
  };
  const v1::Question median = question("SELECT MEDIAN(age) FROM visits");
  EXPECT_EQ(VersionOf(question("SELECT COUNT(*) FROM visits"), standard), kPlainVersion);
  EXPECT_EQ(VersionOf(median, standard), kVersionOfPercentiles);
  EXPECT_EQ(VersionOf(question("SELECT sex, MEDIAN(age) FROM visits WHERE sex = 'F' GROUP BY sex"),
                      standard),
            kVersionOfPercentiles);
  v1::PeerHeader header;
  header.set_version(kVersionOfPercentiles);
  EXPECT_EQ(governance::Told(CheckVersion(header, "tui", median, standard)), "OK");
  header.set_version(kVersionOfKeptGroups);
  EXPECT_EQ(governance::Told(CheckVersion(header, "tui", median, standard)),
            "NEWER_VERSION: question: it asks for percentiles, which takes version 3; tui speaks "
            "version 2 and needs an update");
}

TEST(QuestionVersion, GroupingsTakeOneThatKnowsThem) {
  const v1::Standard standard = GroupedStandard();
  const auto version = [&](const std::string& sql) {
    return VersionOf(PlanQuery(sql, LookupOf(standard, v1::OPEN))->question, standard);
  };
  EXPECT_EQ(version("SELECT side, COUNT(*) FROM visits GROUP BY side"), kVersionOfGroupings);
  EXPECT_EQ(version("SELECT date_trunc('week', day), side, COUNT(*) FROM visits GROUP BY 1, 2"),
            kVersionOfGroupings);
  EXPECT_EQ(version("SELECT COUNT(*) FROM visits WHERE side = 'west'"), kPlainVersion);
}

TEST(QuestionVersion, OrInFilterTakesOneThatReadsIt) {
  const v1::Standard standard = GroupedStandard();
  const auto version = [&](const std::string& sql) {
    return VersionOf(PlanQuery(sql, LookupOf(standard, v1::OPEN))->question, standard);
  };
  EXPECT_EQ(version("SELECT side, COUNT(*) FILTER (WHERE sex = 'F' OR age = 25) FROM visits GROUP "
                    "BY side"),
            kVersionOfJointPartials);
  EXPECT_EQ(version("SELECT COUNT(*) FILTER (WHERE sex = 'F') FROM visits WHERE sex = 'F' OR age = "
                    "25"),
            kVersionOfConditions);
  EXPECT_EQ(version("SELECT COUNT(*) FILTER (WHERE sex = 'F' OR age = 25) FROM visits WHERE age = "
                    "25 OR sex = 'F'"),
            kVersionOfConditions)
      << "WHERE says it all";
}

TEST(QuestionVersion, LevelsOfOneColumnTakeOneThatKnowsThem) {
  const v1::Standard standard = GroupedStandard();
  const auto version = [&](const std::string& groups) {
    const std::string sql =
        "SELECT date_trunc('year', month) AS y, month, COUNT(*) FROM visits GROUP BY " + groups;
    return VersionOf(PlanQuery(sql, LookupOf(standard, v1::OPEN))->question, standard);
  };
  EXPECT_EQ(version("ROLLUP(y, month)"), kVersionOfLevels);
  EXPECT_EQ(version("y, month"), kPlainVersion) << "by month";
}

TEST(QuestionVersion, OrBetweenLongListsTakesOneThatReadsParts) {
  v1::Standard standard = LongListStandard(30'000);
  const auto version = [&](const std::string& sql) {
    return VersionOf(PlanQuery(sql, LookupOf(standard, v1::OPEN))->question, standard);
  };
  EXPECT_EQ(version("SELECT COUNT(*) FROM visits WHERE region = '1' OR sex = 'F'"),
            kVersionOfParts);
  EXPECT_EQ(version("SELECT COUNT(*) FILTER (WHERE region = '1' OR sex = 'F') FROM visits"),
            kVersionOfParts);
  standard = LongListStandard(6000);
  *standard.add_columns() = GroupedStandard().columns(3);
  const std::string filter = "SELECT COUNT(*) FILTER (WHERE region = '1' OR sex = 'F') FROM visits";
  EXPECT_EQ(version(filter), kVersionOfJointPartials);
  EXPECT_EQ(version(filter + " WHERE region = '1' OR age = 25"), kVersionOfParts)
      << "together they have more combinations of bins than a node from before takes";
}

}  // namespace
}  // namespace commons::query
