// The manager hears of a node only while the node can reach itself.
#include "node/watchdog.h"

#include <gtest/gtest.h>

#include <atomic>

namespace commons::node {
namespace {

// A feeding without regard to the probe makes `fed` pass `good`.
TEST(Watchdog, FeedsAfterGoodProbesOnly) {
  std::atomic<int> probes = 0, good = 0, fed = 0;
  {
    Watchdog watchdog(
        absl::Milliseconds(4),
        [&]() -> absl::Status {
          if (++probes % 2 == 0) return absl::UnavailableError("nobody answers");
          ++good;
          return absl::OkStatus();
        },
        [&] { ++fed; });
    while (probes < 9) std::this_thread::yield();
  }
  EXPECT_EQ(fed, good);
  EXPECT_LT(fed, probes);
  EXPECT_GE(fed, 4);
}

TEST(Watchdog, EndsAtOnceHoweverLongItsPeriodIs) {
  std::atomic<int> fed = 0;
  Watchdog watchdog(
      absl::Hours(1), [] { return absl::OkStatus(); }, [&] { ++fed; });
  while (fed == 0) std::this_thread::yield();
}

}  // namespace
}  // namespace commons::node
