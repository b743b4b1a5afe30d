#include "clients/cli/lab/maturity.h"

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients::lab {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class AwaitRulesTest : public testing::Test {
 protected:
  absl::Status Await(absl::Time known, absl::Duration cooling_off, bool interrupted = false) {
    return AwaitRules(
        {known, cooling_off, absl::UTCTimeZone()},
        [this](absl::string_view line) { lines.emplace_back(line); },
        [interrupted] { return interrupted; });
  }
  std::vector<std::string> lines;
};

TEST_F(AwaitRulesTest, AShortOneIsWaitedFor) {
  const absl::Time known = absl::Now();
  EXPECT_TRUE(Await(known, absl::Milliseconds(120)).ok());
  EXPECT_GT(absl::Now(), known + absl::Milliseconds(120));
  EXPECT_TRUE(Await(absl::Now() - absl::Minutes(2), kWaitMax).ok());  // over already
  EXPECT_THAT(lines, IsEmpty());
}

TEST_F(AwaitRulesTest, ALongOneIsToldWithTheMinuteAfterIt) {
  const absl::Time known =
      absl::FromCivil(absl::CivilSecond(2026, 11, 25, 10, 30, 1), absl::UTCTimeZone());
  EXPECT_TRUE(Await(known, absl::Hours(36)).ok());
  EXPECT_TRUE(Await(known, kWaitMax + absl::Seconds(1)).ok());
  const std::string begin = "cooling_off: questions are answered from ";
  const std::string end = " UTC on; until then each is refused";
  EXPECT_THAT(lines,
              ElementsAre(begin + "2026-11-26 22:31" + end, begin + "2026-11-25 10:32" + end));
}

TEST_F(AwaitRulesTest, EndsWhenInterrupted) {
  EXPECT_EQ(Await(absl::Now(), absl::Seconds(50), true).code(), absl::StatusCode::kCancelled);
}

}  // namespace
}  // namespace commons::clients::lab
