// How many connections a key may have, and for how long it is cut off.
#include "node/edge/peer_keys.h"

#include "absl/strings/match.h"
#include "gtest/gtest.h"

namespace commons::node {
namespace {

class PeerKeysTest : public testing::Test {
 protected:
  static PublicKey KeyOf(char c) { return *PublicKey::FromBytes(std::string(32, c)); }
  void ExpectRefused(const absl::Status& status, absl::string_view why) {
    EXPECT_TRUE(absl::IsResourceExhausted(status)) << status;
    EXPECT_TRUE(absl::StrContains(status.message(), why)) << status;
  }

  const PublicKey a_ = KeyOf('a'), b_ = KeyOf('b'), c_ = KeyOf('c');
  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  PeerKeys keys_{PeerKeys::Limits{3, 2, absl::Minutes(5), {10, 1}}};
};

TEST_F(PeerKeysTest, AKeyHasFewConnectionsAndAllHaveABound) {
  EXPECT_TRUE(keys_.Enter(a_, now_).ok());
  EXPECT_TRUE(keys_.Enter(a_, now_).ok());
  ExpectRefused(keys_.Check(a_, now_), "peer key has 2 connections already: 6161");
  ExpectRefused(keys_.Enter(a_, now_), "peer key has 2 connections already: 6161");
  EXPECT_TRUE(keys_.Enter(b_, now_).ok());
  ExpectRefused(keys_.Enter(c_, now_), "this node has 3 connections already");
  keys_.Leave(a_);
  EXPECT_TRUE(keys_.Enter(c_, now_).ok());
  EXPECT_EQ(keys_.connections(), 3u);
}

TEST_F(PeerKeysTest, ACutKeyIsRefusedForMinutesAndThenLetIn) {
  EXPECT_TRUE(keys_.Cut(a_, now_));
  EXPECT_FALSE(keys_.Cut(a_, now_)) << "already";
  ExpectRefused(keys_.Enter(a_, now_ + absl::Milliseconds(1)), "peer key is cut off for 5m more");
  ExpectRefused(keys_.Check(a_, now_ + absl::Minutes(5) - absl::Seconds(1)), "cut off for 1s more");
  EXPECT_TRUE(keys_.Enter(b_, now_).ok());
  EXPECT_TRUE(keys_.Enter(a_, now_ + absl::Minutes(5)).ok());
  EXPECT_TRUE(keys_.Cut(a_, now_ + absl::Minutes(5))) << "anew";
}

TEST_F(PeerKeysTest, RefusalsOfAKeyAreCounted) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(keys_.CountRefusal(a_, now_));
  EXPECT_FALSE(keys_.CountRefusal(a_, now_));
  EXPECT_TRUE(keys_.CountRefusal(b_, now_));
  EXPECT_TRUE(keys_.CountRefusal(a_, now_ + absl::Seconds(1)));
}

}  // namespace
}  // namespace commons::node
