#include "base/quota.h"

#include <algorithm>
#include <iostream>
#include <random>
#include <vector>

#include "gtest/gtest.h"

namespace commons {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);  // at eight in the morning
constexpr absl::Duration kWindow = absl::Seconds(30);

TEST(RecentEvents, CountForTheWindowAndNoLonger) {
  RecentEvents<> events(kWindow, 4);
  events.Add(kNow);
  events.Add(kNow + absl::Seconds(10));
  EXPECT_EQ(events.Count(kNow + kWindow), 2);
  EXPECT_EQ(events.Count(kNow + kWindow + absl::Nanoseconds(1)), 1);
  EXPECT_EQ(events.Count(kNow + absl::Seconds(41)), 0);
  EXPECT_EQ(events.Count(kNow - absl::Hours(1)), 2) << "a clock that went back forgives nothing";
  events.Clear();
  EXPECT_EQ(events.Count(kNow), 0);
}

TEST(RecentEvents, ATimeAsFarAsTimesGoDoesNotOverflow) {
  for (const absl::Time far : {absl::InfinitePast(), absl::FromUnixMicros(INT64_MIN)}) {
    RecentEvents<> events(kWindow, 4);
    events.Add(far);
    EXPECT_EQ(events.Count(kNow), 0);
  }
  for (const absl::Time far : {absl::InfiniteFuture(), absl::FromUnixMicros(INT64_MAX)}) {
    RecentEvents<> events(kWindow, 4);
    events.Add(far);
    EXPECT_EQ(events.Count(kNow), 1);
  }
}

TEST(RecentEvents, AreTakenBackByMarkOrOldestFirst) {
  RecentEvents<char> events(kWindow, 8);
  for (const char mark : {'a', 'b', 'c', 'b'}) events.Add(kNow, mark);
  events.Add(kNow + kWindow, 'd');
  events.TakeBack('x');
  EXPECT_EQ(events.Count(kNow), 5);
  events.TakeBack('b');
  EXPECT_EQ(events.Count(kNow), 3);
  events.TakeBackOldest(2);
  EXPECT_EQ(events.Count(kNow + 2 * kWindow), 1) << "the youngest is left";
  events.TakeBackOldest(9);
  EXPECT_EQ(events.Count(kNow), 0);
}

// The slow reference keeps everything and looks through it.
TEST(RecentEvents, IsWhatTheSlowReferenceSaysUpToTheMost) {
  const uint64_t seed = 20261126;
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (int round = 0; round < 200; ++round) {
    const size_t most = 1 + random() % 6;
    RecentEvents<int> events(kWindow, most);
    std::vector<absl::Time> all;
    absl::Time now = kNow;
    for (int step = 0; step < 100; ++step) {
      now += absl::Seconds(random() % 12);
      events.Add(now);
      all.push_back(now);
      for (const absl::Duration later : {absl::ZeroDuration(), absl::Seconds(random() % 40)}) {
        size_t slow = 0;
        for (const absl::Time at : all) slow += at + kWindow >= now + later;
        // What is beyond the most is forgotten, and the newest are kept.
        ASSERT_EQ(events.Count(now + later), std::min(slow, most)) << "round " << round;
      }
    }
  }
}

TEST(DailyCount, StartsAnewWithTheDayInUtc) {
  const absl::Time midnight = kNow + absl::Hours(16);
  DailyCount count;
  count.Add(3, kNow);
  count.Add(2, midnight - absl::Nanoseconds(1));
  EXPECT_EQ(count.Today(midnight - absl::Nanoseconds(1)), 5);
  count.TakeBack(1);
  EXPECT_EQ(count.Today(kNow), 4);
  EXPECT_EQ(count.Today(midnight), 0);
  count.Add(1, kNow);
  EXPECT_EQ(count.Today(midnight), 1) << "an earlier day counts as this one";
  count.TakeBack(7);
  EXPECT_EQ(count.Today(midnight), 0);
}

constexpr TokenBucket::Allowance kAllowance{100, 10};

TEST(TokenBucket, GivesWhatItHoldsThenAtItsRate) {
  TokenBucket bucket(kAllowance, kNow);
  EXPECT_TRUE(bucket.Take(100, kNow));
  EXPECT_FALSE(bucket.Take(1, kNow));
  EXPECT_TRUE(bucket.Take(10, kNow + absl::Seconds(1)));
  EXPECT_FALSE(bucket.Take(1, kNow + absl::Seconds(1)));
  // It never holds more than when it was full.
  EXPECT_TRUE(bucket.Take(100, kNow + absl::Hours(9)));
  EXPECT_FALSE(bucket.Take(1, kNow + absl::Hours(9)));
}

TEST(TokenBucket, OneLargePieceGoesIntoDebt) {
  TokenBucket bucket(kAllowance, kNow);
  EXPECT_TRUE(bucket.Take(1'000, kNow));
  EXPECT_FALSE(bucket.Take(0, kNow + absl::Seconds(90)));
  EXPECT_TRUE(bucket.Take(0, kNow + absl::Seconds(91)));
}

TEST(TokenBucket, AClockThatGoesBackFillsNothing) {
  TokenBucket bucket(kAllowance, kNow);
  EXPECT_TRUE(bucket.Take(100, kNow));
  EXPECT_FALSE(bucket.Take(1, kNow - absl::Hours(1)));
}

}  // namespace
}  // namespace commons
