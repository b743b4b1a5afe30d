#include "node/services/pace.h"

#include <gtest/gtest.h>

namespace commons::node {
namespace {

const absl::Time kNoon = absl::FromUnixSeconds(1'800'000'000);

TEST(Pace, HalfAsManyAndAPauseThatDoublesEachTime) {
  Pace pace(4);
  EXPECT_EQ(pace.at_once(), 4u);
  EXPECT_EQ(pace.PauseLeft(kNoon), absl::ZeroDuration());
  absl::Time now = kNoon;
  for (const auto& [at_once, pause_ms] : {std::pair<size_t, int>{2, 200}, {1, 400}, {1, 800}}) {
    pace.Busy(now, now);
    EXPECT_EQ(pace.at_once(), at_once);
    EXPECT_EQ(pace.PauseLeft(now), absl::Milliseconds(pause_ms));
    now += absl::Milliseconds(pause_ms);
    EXPECT_EQ(pace.PauseLeft(now), absl::ZeroDuration());
  }
  for (int i = 0; i < 20; ++i) pace.Busy(now, now);
  EXPECT_EQ(pace.PauseLeft(now), Pace::kLongestPause);
}

TEST(Pace, QuestionsThatWereUnderWayTogetherCountOnce) {
  Pace pace(4);
  for (int i = 0; i < 4; ++i) pace.Busy(kNoon, kNoon + absl::Milliseconds(10 + i));
  EXPECT_EQ(pace.at_once(), 2u);
  EXPECT_EQ(pace.PauseLeft(kNoon + absl::Milliseconds(10)), Pace::kFirstPause);
}

TEST(Pace, EachRoundThatWentWellBringsOneMoreUpToTheMost) {
  Pace pace(4);
  absl::Time now = kNoon;
  for (int i = 0; i < 3; ++i, now += absl::Seconds(1)) pace.Busy(now, now);
  for (const size_t at_once : {2u, 2u, 3u, 3u, 3u, 4u, 4u, 4u, 4u, 4u}) {
    pace.Calm();
    EXPECT_EQ(pace.at_once(), at_once);
  }
  pace.Busy(now, now);
  EXPECT_EQ(pace.PauseLeft(now), Pace::kFirstPause) << "the earlier ones are forgotten";
}

}  // namespace
}  // namespace commons::node
