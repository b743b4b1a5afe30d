#include "node/node_parts.h"

#include <gtest/gtest.h>

namespace commons::node {
namespace {

// Without the second, a node that started with a clock far ahead was reached by nobody until that
// time had come.
TEST(IsMintDue, DailyAndWhenTheClockWasSetBack) {
  const absl::Time minted = absl::FromUnixSeconds(1800000000);
  EXPECT_FALSE(IsMintDue(minted, minted));
  EXPECT_FALSE(IsMintDue(minted, minted + absl::Hours(24)));
  EXPECT_TRUE(IsMintDue(minted, minted + absl::Hours(24) + absl::Seconds(1)));
  EXPECT_TRUE(IsMintDue(minted, minted - absl::Seconds(1)));
}

}  // namespace
}  // namespace commons::node
