#include "node/node_clock.h"

#include <gtest/gtest.h>

#include "base/temp_dir_for_test.h"
#include "governance/refusal.h"

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

TEST_F(NodeClockTest, SteeredAheadADayEveryMinuteItStopsAtTheFirst) {
  const auto clock = Open();
  const auto stored = store_.GetFact("last_time");
  ASSERT_TRUE(stored.ok());
  for (int i = 0; i < 3; ++i) {
    machine_.Advance(absl::Hours(23));
    running_.Advance(absl::Minutes(1));
    ASSERT_TRUE(clock->Persist().ok());
    EXPECT_EQ(governance::ReasonOf(clock->Check()), v1::CLOCK);
    EXPECT_EQ(store_.GetFact("last_time"), stored);
  }
  machine_.Advance(-absl::Hours(69) + absl::Minutes(3));
  EXPECT_TRUE(clock->Check().ok()) << "mended";
  ASSERT_TRUE(clock->Persist().ok());
  EXPECT_NE(store_.GetFact("last_time"), stored);
  EXPECT_TRUE(Open()->Check().ok());
}

TEST_F(NodeClockTest, SteeredAheadAFewMinutesEveryMinuteItGainsFive) {
  const auto clock = Open();
  int good = 0;
  for (int i = 0; i < 100; ++i) {
    running_.Advance(absl::Minutes(1));
    machine_.Advance(absl::Minutes(1) + absl::Seconds(50));
    ASSERT_TRUE(clock->Persist().ok());
    good += clock->Check().ok();
  }
  EXPECT_EQ(good, 6);
}

TEST_F(NodeClockTest, ARestartDoesNotEndTheDoubt) {
  auto clock = Open();
  machine_.Advance(absl::Hours(1));
  ASSERT_TRUE(clock->Persist().ok());
  EXPECT_EQ(governance::ReasonOf(Open()->Check()), v1::CLOCK);
  EXPECT_EQ(governance::ReasonOf(Open()->Check()), v1::CLOCK);
  EXPECT_TRUE(Open(/*accept=*/true)->Check().ok());
  Pass(absl::Hours(2));
  EXPECT_TRUE(Open()->Check().ok()) << "said once";
}

TEST_F(NodeClockTest, SleepAndDriftAreNoJumps) {
  const auto clock = Open();
  Pass(absl::Hours(24 * 7));  // asleep
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
