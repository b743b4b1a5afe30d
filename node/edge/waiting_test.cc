// Who may knock, and who goes when there are too many.
#include "node/edge/waiting.h"

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace commons::node {
namespace {

class WaitingTest : public testing::Test {
 protected:
  Waiting::Verdict Enter(const std::string& address) {
    return waiting_.Enter(++id_, address, now_);
  }
  absl::Time now_ = absl::UnixEpoch() + absl::Hours(1);
  uint64_t id_ = 0;
  Waiting waiting_{Waiting::Limits{4, 2, {10, 1}, absl::Seconds(5)}};
};

TEST_F(WaitingTest, TheOldestOfAnAddressGoesForItsNext) {
  EXPECT_EQ(Enter("a").goes_for, std::nullopt);
  EXPECT_EQ(Enter("b").goes_for, std::nullopt);
  EXPECT_EQ(Enter("b").goes_for, std::nullopt);
  EXPECT_EQ(Enter("b").goes_for, 2u);
  EXPECT_EQ(waiting_.size(), 3u);
}

TEST_F(WaitingTest, TheOldestOfAllGoesWhenThereAreTooMany) {
  for (const char* address : {"a", "b", "c", "d"}) EXPECT_EQ(Enter(address).goes_for, std::nullopt);
  EXPECT_EQ(Enter("e").goes_for, 1u);
  waiting_.Leave(2);
  EXPECT_EQ(Enter("f").goes_for, std::nullopt) << "one has left";
  EXPECT_EQ(Enter("g").goes_for, 3u);
  EXPECT_EQ(waiting_.size(), 4u);
}

TEST_F(WaitingTest, AnAddressThatComesTooOftenIsNotAdmittedAndOthersAre) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(Enter("a").admitted);
    waiting_.Leave(id_);
  }
  EXPECT_FALSE(Enter("a").admitted);
  EXPECT_EQ(waiting_.size(), 0u);
  EXPECT_TRUE(Enter("b").admitted);
  now_ += absl::Seconds(1);
  EXPECT_TRUE(Enter("a").admitted);
}

TEST_F(WaitingTest, AMillionAddressesAreForgotten) {
  for (int i = 0; i < 20'000; ++i) {
    EXPECT_TRUE(Enter(absl::StrCat(i)).admitted);
    waiting_.Leave(id_);
  }
  EXPECT_LE(waiting_.addresses(), 4096u);
}

}  // namespace
}  // namespace commons::node
