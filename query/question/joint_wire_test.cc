// Joint filters as they travel, of columns with few bins and of a long list.
#include "query/question/joint_wire.h"

#include <functional>
#include <random>
#include <string>
#include <vector>

#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/question/grouped_for_test.h"
#include "query/question/joint_check.h"
#include "query/question/plan.h"
#include "query/question/validate.h"
#include "query/question/within.h"
#include "query/sql/planner.h"

namespace commons::query {
namespace {

using governance::Told;

constexpr int kCodes = 30'000;  // times three sexes: more than may be listed

class JointWireTest : public ::testing::Test {
 protected:
  v1::Question Ask(const std::string& sql) const {
    const auto plan = PlanQuery(sql, LookupOf(standard_, v1::OPEN));
    EXPECT_TRUE(plan.ok()) << sql << ": " << plan.status();
    return plan.ok() ? plan->question : v1::Question();
  }
  std::string Said(const std::function<void(v1::JointFilter&)>& change) const {
    v1::Question question = Ask("SELECT COUNT(*) FROM visits WHERE region = '3' OR sex = 'F'");
    change(*question.mutable_joint_filters(0));
    return Told(ValidateQuestion(question, standard_));
  }
  static v1::Standard WithVaccinated(int codes) {
    v1::Standard standard = LongListStandard(codes);
    *standard.add_columns() = TestStandard().columns(7);
    return standard;
  }
  v1::Standard standard_ = WithVaccinated(kCodes);
};

TEST_F(JointWireTest, ALongListTravelsByThePartsThatAConditionTellsApart) {
  const v1::Question question =
      Ask("SELECT COUNT(*) FROM visits WHERE ward = 'w7' OR (sex = 'F' AND district = 'd20000')");
  const v1::JointFilter& filter = question.joint_filters(0);
  ASSERT_EQ(filter.parts_size(), 2);
  EXPECT_EQ(filter.parts(0).ShortDebugString(),
            "lengths: 700 lengths: 100 lengths: 19200 lengths: 1 lengths: 9999 "
            "of: 0 of: 1 of: 0 of: 2 of: 0");
  EXPECT_EQ(filter.parts(1).ShortDebugString(), "lengths: 1 lengths: 2 of: 0 of: 1");
  // Of codes elsewhere, of ward 7, and the one; with F and with others.
  EXPECT_EQ(filter.cells(), std::string(1, '\x1c'));
  EXPECT_LT(question.ByteSizeLong(), 8000u);
  const v1::Question by_codes =
      Ask("SELECT COUNT(*) FROM visits WHERE sex = 'F' OR vaccinated = true");
  EXPECT_EQ(by_codes.joint_filters(0).parts_size(), 0);
}

// However the parts come about, by groups or by codes.
TEST_F(JointWireTest, ParaphrasesAreOneQuestion) {
  std::string codes;
  for (int i = 700; i < 800; ++i) absl::StrAppend(&codes, i > 700 ? ", " : "", "'d", i, "'");
  const std::string count = "SELECT COUNT(*) FROM visits WHERE ";
  const std::string first = Ask(count + "ward = 'w7' OR sex = 'F'").SerializeAsString();
  EXPECT_EQ(Ask(absl::StrCat(count, "sex = 'F' OR district IN (", codes, ")")).SerializeAsString(),
            first);
  EXPECT_EQ(Ask(count + "NOT (ward <> 'w7' AND sex IN ('M', 'U')) AND (region = '0' OR region <> "
                        "'0')")
                .SerializeAsString(),
            first);
}

TEST_F(JointWireTest, PartsAreSaidInOneWay) {
  const auto malformed = [](const std::string& what) {
    return "MALFORMED: the question is not canonical: " + what;
  };
  const std::string parts = malformed("a joint filter of too many combinations, or its parts");
  using Filter = v1::JointFilter;
  EXPECT_EQ(Said([](Filter&) {}), "OK");
  EXPECT_EQ(Said([](Filter& f) { f.mutable_parts()->RemoveLast(); }), parts);
  EXPECT_EQ(Said([](Filter& f) { f.clear_parts(); }), parts);
  EXPECT_EQ(Said([](Filter& f) { f.mutable_parts(0)->set_lengths(0, 2); }), parts);
  EXPECT_EQ(Said([](Filter& f) { f.mutable_parts(0)->set_lengths(0, 0); }), parts);
  EXPECT_EQ(Said([](Filter& f) { f.mutable_parts(1)->set_of(0, 1); }), parts);
  EXPECT_EQ(Said([](Filter& f) { f.mutable_parts(1)->set_of(1, 2); }), parts);
  EXPECT_EQ(Said([](Filter& f) { f.mutable_parts(1)->add_of(0); }), parts);
  EXPECT_EQ(Said([](Filter& f) {
              f.mutable_parts(1)->clear_lengths();
              for (const uint32_t length : {1, 1, 1}) f.mutable_parts(1)->add_lengths(length);
              f.mutable_parts(1)->add_of(1);
            }),
            parts);
  // A part for each sex, of which two are kept alike: coarser parts say the same.
  EXPECT_EQ(Said([](Filter& f) {
              f.mutable_parts(1)->clear_lengths();
              for (const uint32_t length : {1, 1, 1}) f.mutable_parts(1)->add_lengths(length);
              f.mutable_parts(1)->add_of(2);
              f.set_cells("\x39");
            }),
            malformed("a joint filter's parts"));
  // What few bins have is said by bins.
  EXPECT_EQ(Said([](Filter& f) {
              const v1::JointFilter::Parts sex = f.parts(1);
              f.clear_parts();
              f.set_columns(0, 1);
              f.set_columns(1, 2);
              *f.add_parts() = sex;
              v1::JointFilter::Parts& vaccinated = *f.add_parts();
              for (const uint32_t part : {0, 1}) {
                vaccinated.add_lengths(1);
                vaccinated.add_of(part);
              }
            }),
            malformed("a joint filter's parts"));
}

TEST_F(JointWireTest, TravelsAndComesBack) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<uint32_t> codes(kCodes), sexes = {0, 1, 2};
    for (uint32_t& key : codes) key = random() % 4;
    PartsOfColumns parts = {{0, PartsByKey(codes)}, {1, PartsByKey(sexes)}};
    Joint joint = *AllCombinations(parts);
    for (size_t i = 0; i < joint.kept.size(); ++i) joint.kept[i] = random() % 2 == 0;
    const v1::JointFilter filter = FilterOf(joint);
    ASSERT_EQ(CombinationsOf(filter, standard_), Coarsest(joint).kept.size());
    EXPECT_EQ(JointOf(filter, standard_), Coarsest(joint));
  }
}

// 400 years of days: their parts would be listed bin by bin when they are looked at.
TEST_F(JointWireTest, BinsOfAColumnAreBounded) {
  v1::Column& day = *standard_.mutable_columns(2);
  day = TestStandard().columns(5);
  day.set_period_to(day.period_from() + 146'000);
  const std::string sql = "SELECT COUNT(*) FROM visits WHERE sex = 'F' OR day = '2022-01-09'";
  EXPECT_EQ(Told(PlanQuery(sql, LookupOf(standard_, v1::OPEN)).status()).substr(0, 53),
            "UNSUPPORTED_SQL: OR and NOT between columns are for a");
  day.set_period_to(day.period_from() + 131'000);
  const v1::Question question = Ask(sql);
  EXPECT_EQ(Told(ValidateQuestion(question, standard_)), "OK");
  day.set_period_to(day.period_from() + 146'000);
  v1::JointFilter filter = question.joint_filters(0);
  filter.mutable_parts(1)->set_lengths(2, filter.parts(1).lengths(2) + 15'000);
  EXPECT_FALSE(CombinationsOf(filter, standard_).has_value());
}

// In FILTER beside WHERE: each has few combinations of bins, both together have not.
TEST_F(JointWireTest, WhatFilterAndWhereJoinIsBoundedByParts) {
  standard_ = LongListStandard(6000);
  v1::Column& age = *standard_.add_columns();
  age = TestStandard().columns(3);
  const std::string filter = "SELECT COUNT(*) FILTER (WHERE region = '1' OR sex = 'F') FROM visits";
  const v1::Question alone = Ask(filter);
  EXPECT_EQ(alone.partials(0).joint_filters(0).parts_size(), 0);
  EXPECT_TRUE(JoinsWithinBins(alone, standard_));
  const v1::Question both = Ask(filter + " WHERE ward = 'w3' OR age >= 15");
  EXPECT_EQ(both.joint_filters(0).parts_size(), 0);
  EXPECT_EQ(Told(ValidateQuestion(both, standard_)), "OK");
  EXPECT_FALSE(JoinsWithinBins(both, standard_)) << "6,000 times 3 times 5";
}

}  // namespace
}  // namespace commons::query
