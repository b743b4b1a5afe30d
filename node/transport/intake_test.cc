// How much of peers is taken in at once.
#include "node/transport/intake.h"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <thread>
#include <vector>

namespace commons::node {
namespace {

PublicKey Key(uint8_t n) {
  PublicKey key;
  key.mutable_data()[0] = n;
  return key;
}

constexpr Intake::Limits kSmall = {
    .all_bytes = 100, .each_bytes = 60, .patience = absl::Milliseconds(20)};

TEST(Intake, OneKindsMessagesAreNeverAsLargeAsAnothers) {
  Intake intake;
  EXPECT_TRUE(intake.Take(Key(1), PeerMethod::kPush, limits::kPeerMessageBytes).ok());
  for (const PeerMethod method : {PeerMethod::kCompare, PeerMethod::kPull, PeerMethod::kPreview,
                                  PeerMethod::kPropose, PeerMethod::kSubmit}) {
    EXPECT_TRUE(intake.Take(Key(1), method, limits::kSmallPeerMessageBytes).ok());
    EXPECT_TRUE(absl::IsResourceExhausted(
        intake.Take(Key(1), method, limits::kSmallPeerMessageBytes + 1).status()));
  }
}

TEST(Intake, OnePeerHasSoMuchInHandAndOthersAreStillTaken) {
  Intake intake(kSmall);
  auto first = intake.Take(Key(1), PeerMethod::kPush, 40);
  ASSERT_TRUE(first.ok());
  EXPECT_TRUE(absl::IsResourceExhausted(intake.Take(Key(1), PeerMethod::kPush, 21).status()));
  EXPECT_TRUE(intake.Take(Key(2), PeerMethod::kPush, 60).ok());
  { const auto moved = *std::move(first); }
  EXPECT_TRUE(intake.Take(Key(1), PeerMethod::kPush, 60).ok());
}

TEST(Intake, OnePeerHasSoManyCallsInHandAndOthersAreStillTaken) {
  Intake intake({.all_bytes = 100, .each_calls = 3, .patience = absl::Milliseconds(20)});
  const auto take = [&](uint8_t peer, size_t bytes = 1) {
    return intake.Take(Key(peer), PeerMethod::kSeal, bytes);
  };
  std::vector<Intake::Place> places;
  for (int i = 0; i < 3; ++i) places.push_back(*take(1));
  EXPECT_TRUE(absl::IsResourceExhausted(take(1).status()));
  EXPECT_TRUE(absl::IsResourceExhausted(take(1, 0).status()));
  EXPECT_TRUE(take(2).ok());
  places.pop_back();
  EXPECT_TRUE(take(1).ok()) << "one ended";
  // Neither one that found no room nor one that failed keeps its place.
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(absl::IsResourceExhausted(take(1, 99).status()));
    try {
      const auto place = take(1);
      ASSERT_TRUE(place.ok()) << i;
      throw std::runtime_error("failed");
    } catch (const std::runtime_error&) {
    }
  }
  places.push_back(*take(1));
  EXPECT_TRUE(absl::IsResourceExhausted(take(1).status()));
}

TEST(Intake, AllTogetherHaveSoMuchAndThenWaitAWhile) {
  Intake intake(kSmall);
  std::optional<absl::StatusOr<Intake::Place>> a(intake.Take(Key(1), PeerMethod::kPush, 60));
  const auto b = intake.Take(Key(2), PeerMethod::kPush, 40);
  ASSERT_TRUE(a->ok() && b.ok());
  EXPECT_TRUE(absl::IsResourceExhausted(intake.Take(Key(3), PeerMethod::kPush, 1).status()));
  Intake patient({.all_bytes = 10, .each_bytes = 10, .patience = absl::Seconds(30)});
  std::optional<absl::StatusOr<Intake::Place>> held(patient.Take(Key(1), PeerMethod::kPush, 10));
  std::thread waiter([&] { EXPECT_TRUE(patient.Take(Key(2), PeerMethod::kPush, 10).ok()); });
  held.reset();
  waiter.join();
}

}  // namespace
}  // namespace commons::node
