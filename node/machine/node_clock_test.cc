#include "node/machine/node_clock.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "governance/document/refusal.h"

namespace commons::node {
namespace {

class NodeClockTest : public testing::Test {
 protected:
  std::unique_ptr<NodeClock> Open(bool accept = false) {
    return *NodeClock::Open(&machine_, &running_, &store_, accept);
  }
  void Pass(absl::Duration time) {
    machine_.Advance(time);
    running_.Advance(time);
  }
  TempDir dir_;
  std::unique_ptr<storage::Database> db_ = *storage::Database::Open(dir_ / "db");
  storage::DocumentStore store_{*db_};
  FakeClock machine_{absl::FromUnixSeconds(1'700'000'000)};
  FakeClock running_{absl::UnixEpoch() + absl::Hours(5)};
};

TEST_F(NodeClockTest, SetBackItStandsStillAndAfterFiveMinutesIsNotTrusted) {
  const absl::Time start = machine_.Now();
  auto clock = Open();
  Pass(absl::Hours(1));
  ASSERT_TRUE(clock->Persist().ok());
  machine_.Advance(-absl::Minutes(5));
  EXPECT_EQ(clock->Now(), start + absl::Hours(1));
  EXPECT_TRUE(clock->Check().ok());
  machine_.Advance(-absl::Seconds(1));
  EXPECT_EQ(clock->Now(), start + absl::Hours(1));
  EXPECT_EQ(governance::ReasonOf(clock->Check()), v1::CLOCK);
  // A restart does not forget.
  EXPECT_EQ(governance::ReasonOf(Open()->Check()), v1::CLOCK);
}

TEST_F(NodeClockTest, AJumpOfMoreThanADayNeedsTheOperatorsWord) {
  Open();
  machine_.Advance(absl::Hours(24));
  EXPECT_TRUE(Open()->Check().ok());
  machine_.Advance(absl::Hours(24) + absl::Seconds(1));
  EXPECT_EQ(governance::ReasonOf(Open()->Check()), v1::CLOCK);
  EXPECT_EQ(governance::ReasonOf(Open()->Check()), v1::CLOCK) << "waiting does not make it right";
  EXPECT_TRUE(Open(/*accept=*/true)->Check().ok());
  EXPECT_TRUE(Open()->Check().ok()) << "said once";
}

TEST_F(NodeClockTest, ALowerTimeNeedsTheOperatorsWordToo) {
  Open();
  machine_.Advance(-absl::Hours(2));
  EXPECT_EQ(governance::ReasonOf(Open()->Check()), v1::CLOCK);
  const auto accepted = Open(/*accept=*/true);
  EXPECT_TRUE(accepted->Check().ok());
  EXPECT_EQ(accepted->Now(), machine_.Now());
  EXPECT_TRUE(Open()->Check().ok()) << "said once";
}

TEST_F(NodeClockTest, SteeredAheadStepByStepItGainsADayInAll) {
  for (const absl::Duration step : {absl::Hours(23), absl::Hours(5), absl::Minutes(50)}) {
    const auto clock = Open(/*accept=*/true);
    const absl::Time start = machine_.Now();
    absl::Time trusted = start;
    for (int i = 0; i < 100; ++i) {
      machine_.Advance(step);
      running_.Advance(absl::Minutes(1));
      ASSERT_TRUE(clock->Persist().ok());
      if (clock->Check().ok()) trusted = clock->Now();
    }
    EXPECT_EQ(governance::ReasonOf(clock->Check()), v1::CLOCK);
    EXPECT_GT(trusted, start + absl::Hours(19));
    EXPECT_LT(trusted, start + absl::Hours(24) + absl::Minutes(101));
    EXPECT_EQ(*store_.GetFact("last_time"), absl::StrCat(absl::ToUnixSeconds(trusted)));
    // Mended, it is trusted again.
    machine_.Advance(trusted - machine_.Now());
    EXPECT_TRUE(clock->Check().ok());
  }
}

TEST_F(NodeClockTest, SleepAndDriftAreNoJumps) {
  const auto clock = Open();
  Pass(absl::Hours(24 * 7));  // asleep
  EXPECT_TRUE(clock->Check().ok());
  machine_.Advance(absl::Hours(20));  // a virtual machine that was paused
  EXPECT_TRUE(clock->Check().ok());
  for (int day = 0; day < 365; ++day) {
    ASSERT_TRUE(clock->Persist().ok());
    Pass(absl::Hours(24));
    machine_.Advance(absl::Seconds(10));  // corrected once a day
    ASSERT_TRUE(clock->Check().ok()) << day;
  }
}

}  // namespace
}  // namespace commons::node
