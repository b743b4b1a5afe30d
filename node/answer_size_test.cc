#include "node/answer_size.h"

#include <gtest/gtest.h>

#include "governance/refusal.h"
#include "query/test_standard.h"

namespace commons::node {
namespace {

TEST(AnswerSize, WhatOneMessageCannotHoldIsRefusedBeforeAnybodyIsAsked) {
  const v1::Standard standard = query::TestStandard();
  const auto check = [&](v1::Release release, size_t owners) {
    auto plan = query::PlanQuery(
        "SELECT day, month, age, COUNT(*) FROM visits GROUP BY day, month, age",
        query::CatalogueOf(standard, release));
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

}  // namespace
}  // namespace commons::node
