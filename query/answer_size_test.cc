#include "query/answer_size.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "governance/refusal.h"
#include "query/test_standard.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

TEST(AnswerSize, WhatOneMessageCannotHoldIsRefusedBeforeAnybodyIsAsked) {
  const v1::Standard standard = TestStandard();
  const auto check = [&](v1::Release release, size_t owners) {
    auto plan = PlanQuery(
        "SELECT day, month, age, COUNT(*) FROM visits GROUP BY day, month, age",
        CatalogueOf(standard, release));
    EXPECT_TRUE(plan.ok()) << plan.status();
    plan->question.set_release(release);
    return CheckAnswerSize(plan->question, standard, owners);
  };
  // 30 days, 24 months and missing, 4 bands and missing: 3,750 cells of 16 or 8 bytes a member.
  EXPECT_TRUE(check(v1::OPEN, 60).ok());
  EXPECT_EQ(governance::ReasonOf(check(v1::OPEN, 70)), v1::MESSAGE_TOO_LARGE);
  EXPECT_TRUE(check(v1::PROTECTED, 70).ok());
  EXPECT_EQ(governance::ReasonOf(check(v1::PROTECTED, 140)), v1::MESSAGE_TOO_LARGE);
}

// 3 codes by 1,300 and missing, six partials of 16 bytes: 12 members fill more than one message.
TEST(AnswerSize, AnAskerSaysSoWhenItPrepares) {
  testing::Options options;
  options.rule = testing::DefaultRule(v1::OPEN);
  options.members = 12;
  v1::Column& region = *options.standard.mutable_columns(1);
  for (int i = region.codes_size(); i < 1300; ++i) {
    v1::Code& code = *region.add_codes();
    code.set_value(absl::StrCat("r", i));
    code.set_label(code.value());
  }
  testing::Federation f(options);
  const std::string measures =
      "COUNT(*), VARIANCE(income) AS i, VARIANCE(age) AS a FROM visits GROUP BY ";
  EXPECT_EQ(f.Ask("SELECT sex, region, " + measures + "1, 2").refusal().reason(),
            v1::MESSAGE_TOO_LARGE);
  EXPECT_TRUE(f.nodes[0]->asker->Prepare(f.Request("SELECT region, " + measures + "1")).ok());
}

}  // namespace
}  // namespace commons::query
