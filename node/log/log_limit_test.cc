#include "node/log/log_limit.h"

#include <gtest/gtest.h>

namespace commons::node {
namespace {

TEST(LogLimit, SoManyAMinuteAndThenACountOfTheRest) {
  const absl::Time start = absl::FromUnixSeconds(1'800'000'000);
  LogLimit limit(3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(limit.Admit(start + absl::Seconds(i)), 0u);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(limit.Admit(start + absl::Seconds(59)), std::nullopt);
  EXPECT_EQ(limit.Admit(start + absl::Minutes(1)), 1000u);
  EXPECT_EQ(limit.Admit(start + absl::Minutes(1)), 0u) << "told once";
  EXPECT_EQ(limit.Admit(start - absl::Hours(1)), 0u) << "a clock set back silences nothing";
}

}  // namespace
}  // namespace commons::node
