#include "node/services/turns.h"

#include <gtest/gtest.h>

#include <future>

namespace commons::node {
namespace {

TEST(Turns, WhoeverWaitsGoesWhenThereIsRoom) {
  Turns turns(1, 1);
  std::promise<void> may_end, runs;
  auto running = std::async(std::launch::async, [&] {
    const Turns::Turn turn(turns, absl::ZeroDuration());
    runs.set_value();
    may_end.get_future().wait();
    return static_cast<bool>(turn);
  });
  runs.get_future().wait();
  EXPECT_FALSE(Turns::Turn(turns, absl::Milliseconds(1))) << "its patience ended";
  auto waits = std::async(std::launch::async,
                          [&] { return static_cast<bool>(Turns::Turn(turns, absl::Hours(1))); });
  may_end.set_value();
  EXPECT_TRUE(running.get());
  EXPECT_TRUE(waits.get());
  EXPECT_TRUE(Turns::Turn(turns, absl::ZeroDuration())) << "those before have ended";
}

// Else the test would take an hour.
TEST(Turns, BeyondThoseThatMayWaitTheNextIsRefusedAtOnce) {
  Turns turns(1, 0);
  const Turns::Turn turn(turns, absl::ZeroDuration());
  EXPECT_TRUE(turn);
  EXPECT_FALSE(Turns::Turn(turns, absl::Hours(1)));
}

}  // namespace
}  // namespace commons::node
