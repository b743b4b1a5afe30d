// A measure's condition beside its question's, against every combination of the values.
#include "query/question/within.h"

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gtest/gtest.h"
#include "query/question/joint.h"
#include "query/question/plan.h"
#include "query/question/standard_for_test.h"
#include "query/question/tuples_for_test.h"
#include "query/question/validate.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

// Columns of the test Standard of three, four, two and three values, a missing one among them.
const std::vector<uint32_t> kColumns = {1, 2, 7, 11};
const std::vector<uint64_t> kValues = {3, 4, 2, 3};
using Row = Tuple;  // a value of each

bool HasBit(const std::string& bits, uint64_t i) { return bits[i / 8] >> (i % 8) & 1; }

size_t PlaceOf(uint32_t column) {
  return std::find(kColumns.begin(), kColumns.end(), column) - kColumns.begin();
}

// By the bits as they travel.
bool Passes(const Row& row, const PartialRows& rows) {
  for (const v1::Filter& filter : rows.filters) {
    const uint64_t value = row[PlaceOf(filter.column())];
    const bool missing = filter.column() == 2 && value == 3;
    if (missing ? !filter.missing() : !HasBit(filter.codes(), value)) return false;
  }
  for (const v1::JointFilter& filter : rows.joint_filters) {
    uint64_t cell = 0;
    for (const uint32_t column : filter.columns()) {
      cell = cell * kValues[PlaceOf(column)] + row[PlaceOf(column)];
    }
    if (!HasBit(filter.cells(), cell)) return false;
  }
  return true;
}

std::set<Row> RowsThatPass(const v1::Question& question, const PartialRows& rows) {
  std::set<Row> passing;
  for (const Row& row : AllTuples(kValues)) {
    const bool asked = Passes(row, {question.filters(), question.joint_filters()});
    if (asked && Passes(row, rows)) passing.insert(row);
  }
  return passing;
}

class WithinTest : public ::testing::Test {
 protected:
  std::string Pick(const std::vector<std::string>& from) { return from[random_() % from.size()]; }
  std::string About(size_t column) {
    const std::vector<std::vector<std::string>> said = {
        {"sex = 'F'", "sex <> 'M'", "sex IN ('M', 'U')"},
        {"\"Rohe potae \xC4\x81\" = 'x,y'", "\"Rohe potae \xC4\x81\" IS NULL",
         "NOT \"Rohe potae \xC4\x81\" = 'x,y'"},
        {"vaccinated = true", "vaccinated = false"},
        {"rooms = 2", "rooms <> 10", "rooms < 10"}};
    return Pick(said[column]);
  }
  // Of some of these columns.
  std::string Condition(const std::vector<size_t>& columns) {
    const auto one = [&] { return About(columns[random_() % columns.size()]); };
    std::vector<std::string> all;
    for (size_t i = 0; i <= random_() % 2; ++i) {
      const std::string some = absl::StrCat("(", one(), Pick({" OR ", " AND "}), one(), ")");
      all.push_back(absl::StrCat("(", Pick({"", "NOT "}), some, Pick({" OR ", " AND "}), one(),
                                 Pick({" OR ", " AND "}), one(), ")"));
    }
    return absl::StrJoin(all, " AND ");
  }
  v1::Question Ask(const std::string& where, const std::string& filter) const {
    const auto plan = PlanQuery(
        absl::StrCat("SELECT COUNT(*) FILTER (WHERE ", filter, ") FROM visits WHERE ", where),
        LookupOf(standard_, v1::OPEN));
    EXPECT_TRUE(plan.ok()) << where << " / " << filter << ": " << plan.status();
    return plan.ok() ? plan->question : v1::Question();
  }

  std::mt19937 random_{20264};
  v1::Standard standard_ = TestStandard();
};

TEST_F(WithinTest, KeepsTheRowsThatBothKeepAndIsSaidInOneWay) {
  int joint = 0, taken_away = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string where = Condition({0, 1, 2, 3}), filter = Condition({0, 1, 2, 3});
    const v1::Question alone = Ask("TRUE", filter), asked = Ask(where, filter);
    const PartialRows said = RowsOf(asked.partials(0));
    joint += !said.joint_filters.empty();
    taken_away += alone.partials(0).joint_filters_size() > said.joint_filters.size();
    EXPECT_EQ(RowsThatPass(asked, RowsOf(alone.partials(0))), RowsThatPass(asked, said))
        << where << " / " << filter;
    EXPECT_TRUE(ValidateQuestion(asked, standard_).ok())
        << where << " / " << filter << ": " << ValidateQuestion(asked, standard_);
  }
  EXPECT_GT(joint, 500);
  EXPECT_GT(taken_away, 500);
}

// Where FILTER has OR between the columns that WHERE joins, it may say again what WHERE says.
TEST_F(WithinTest, WhatTheQuestionSaysMakesNoDifference) {
  int joint = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::string where = Condition({0, 1});
    const std::string filter = absl::StrCat("(sex = 'F' OR \"Rohe potae \xC4\x81\" = 'x,y' OR ",
                                            About(2), " OR ", About(3), ")");
    const v1::Question once = Ask(where, filter);
    const v1::Question twice = Ask(where, absl::StrCat(filter, " AND ", where));
    joint += once.partials(0).joint_filters_size() > 0 && once.joint_filters_size() > 0;
    EXPECT_EQ(once.SerializeAsString(), twice.SerializeAsString()) << where << " / " << filter;
  }
  EXPECT_GT(joint, 300);
}

}  // namespace
}  // namespace commons::query
