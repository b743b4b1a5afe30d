#include "query/peer/replay_guard.h"

#include <gtest/gtest.h>
#include <malloc.h>

#include <string>

#include "governance/document/refusal.h"

namespace commons::query {
namespace {

using governance::ReasonOf;

const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

OrgId Sender(int n) {
  OrgId id;
  id.mutable_data()[0] = static_cast<uint8_t>(n);
  id.mutable_data()[1] = static_cast<uint8_t>(n / 256);
  return id;
}

TEST(ReplayGuard, KnowsAMessageUntilItsTimeIsOver) {
  ReplayGuard guard;
  const absl::Time over = kNoon + absl::Minutes(5);
  ASSERT_TRUE(guard.Admit(Sender(1), "a", kNoon, over).ok());
  EXPECT_TRUE(guard.Admit(Sender(2), "a", kNoon, over).ok());
  EXPECT_TRUE(guard.Admit(Sender(1), "b", kNoon, over).ok());
  EXPECT_EQ(ReasonOf(guard.Admit(Sender(1), "a", over, over)), v1::REPLAYED);
  const absl::Time later = over + absl::Microseconds(1);
  EXPECT_TRUE(guard.Admit(Sender(1), "a", later, later).ok());
}

// Shown by forgetting only when a sender's room is full, as it was: 16,384 messages of each.
TEST(ReplayGuard, HoldsNoMoreAfterTwiceAsMany) {
  ReplayGuard guard;
  const auto admit = [&](int from, int to) {
    for (int n = from; n < to; ++n) {
      const absl::Time now = kNoon + absl::Milliseconds(100) * n;
      ASSERT_TRUE(guard.Admit(Sender(1), std::to_string(n), now, now + absl::Minutes(1)).ok());
    }
  };
  admit(0, 4'800);
  const size_t once = mallinfo2().uordblks;
  admit(4'800, 9'600);
  EXPECT_LE(mallinfo2().uordblks, once + 4'096);
}

TEST(ReplayGuard, HoldsSoManyOfOneSender) {
  ReplayGuard guard;
  const absl::Time over = kNoon + absl::Minutes(5);
  for (size_t n = 0; n < ReplayGuard::kPerSender; ++n) {
    ASSERT_TRUE(guard.Admit(Sender(1), std::to_string(n), kNoon, over).ok());
  }
  EXPECT_EQ(ReasonOf(guard.Admit(Sender(1), "one more", kNoon, over)), v1::BUSY);
  EXPECT_EQ(ReasonOf(guard.Admit(Sender(1), "0", kNoon, over)), v1::REPLAYED);
  EXPECT_TRUE(guard.Admit(Sender(2), "one more", kNoon, over).ok());
  EXPECT_TRUE(guard.Admit(Sender(1), "one more", over + absl::Seconds(1), over).ok());
}

TEST(ReplayGuard, HoldsSoManyOfAllAndLeavesRoomForEach) {
  ReplayGuard guard;
  const absl::Time over = kNoon + absl::Minutes(5);
  constexpr int kSenders = ReplayGuard::kAll / ReplayGuard::kPerSender;
  for (int sender = 0; sender < kSenders; ++sender) {
    for (size_t n = 0; n < ReplayGuard::kPerSender; ++n) {
      ASSERT_TRUE(guard.Admit(Sender(sender), std::to_string(n), kNoon, over).ok());
    }
  }
  for (size_t n = 0; n < ReplayGuard::kAlways; ++n) {
    ASSERT_TRUE(guard.Admit(Sender(kSenders), std::to_string(n), kNoon, over).ok());
  }
  EXPECT_EQ(ReasonOf(guard.Admit(Sender(kSenders), "one more", kNoon, over)), v1::BUSY);
}

}  // namespace
}  // namespace commons::query
