#include "node/node_clock.h"

#include <gtest/gtest.h>

#include "base/temp_dir_for_test.h"
#include "governance/refusal.h"

namespace commons::node {
namespace {

class NodeClockTest : public testing::Test {
 protected:
  std::unique_ptr<NodeClock> Open(bool accept_jump = false) {
    return *NodeClock::Open(&machine_, &store_, accept_jump);
  }
  TempDir dir_;
  std::unique_ptr<storage::Database> db_ = *storage::Database::Open(dir_ / "db");
  storage::DocumentStore store_{*db_};
  FakeClock machine_{absl::FromUnixSeconds(1'700'000'000)};
};

TEST_F(NodeClockTest, SetBackItStandsStillAndAfterFiveMinutesIsNotTrusted) {
  const absl::Time start = machine_.Now();
  auto clock = Open();
  machine_.Advance(absl::Hours(1));
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
  EXPECT_TRUE(Open(/*accept_jump=*/true)->Check().ok());
  EXPECT_TRUE(Open()->Check().ok()) << "said once";
}

TEST_F(NodeClockTest, AcceptClockDoesNotAcceptAClockThatWasSetBack) {
  Open();
  machine_.Advance(-absl::Hours(2));
  EXPECT_EQ(governance::ReasonOf(Open(/*accept_jump=*/true)->Check()), v1::CLOCK);
}

}  // namespace
}  // namespace commons::node
