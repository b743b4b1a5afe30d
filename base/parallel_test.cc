#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <latch>
#include <vector>

#include "gtest/gtest.h"

namespace commons {
namespace {

TEST(RunParallel, DoesEachJobOnce) {
  for (const size_t count : {0, 1, 3, 100}) {
    std::vector<std::atomic<int>> done(count);
    RunParallel(count, 4, [&](size_t i) { ++done[i]; });
    EXPECT_TRUE(std::all_of(done.begin(), done.end(), [](const auto& n) { return n == 1; }));
  }
}

TEST(RunParallel, SoManyAtATimeAndNoMore) {
  std::atomic<int> now = 0, most = 0;
  std::latch all_there(3);
  RunParallel(30, 3, [&](size_t i) {
    const int here = ++now;
    for (int seen = most; seen < here && !most.compare_exchange_weak(seen, here);) {
    }
    if (i < 3) all_there.arrive_and_wait();  // hangs unless three run side by side
    --now;
  });
  EXPECT_EQ(most, 3);
}

}  // namespace
}  // namespace commons
