#include "clients/answer/next_step.h"

#include <set>
#include <string>

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

// Of documents and imports: office.h says what became of one in other words.
const std::set<v1::Reason> kNotOfQuestions = {
    v1::REASON_UNSPECIFIED, v1::UNKNOWN_KIND,   v1::UNDER_SIGNED, v1::OUT_OF_ORDER,
    v1::PRACTICE_KEY,       v1::UNKNOWN_ISSUER, v1::ROWS_REJECTED};

// Seen to fail for a reason that the catalogue was not told of.
TEST(NextStep, EveryReasonOfAQuestionHasOne) {
  const auto* reasons = v1::Reason_descriptor();
  for (int i = 0; i < reasons->value_count(); ++i) {
    const auto reason = static_cast<v1::Reason>(reasons->value(i)->number());
    const std::string step(NextStep(reason));
    EXPECT_EQ(step.empty(), kNotOfQuestions.count(reason) > 0) << v1::Reason_Name(reason);
    EXPECT_LE(step.size(), 90u) << step;
    EXPECT_FALSE(absl::EndsWith(step, ".")) << step;
  }
}

// The node that asks may be the older one, or the one that is asked.
TEST(NextStep, OfTwoVersionsTheOlderIsUpdatedWhoeverHasIt) {
  EXPECT_TRUE(absl::StrContains(NextStep(v1::NEWER_VERSION), "of the older node"));
}

}  // namespace
}  // namespace commons::clients
