#include "node/peer_budgets.h"

#include <gtest/gtest.h>

#include "governance/refusal.h"

namespace commons::node {
namespace {

using governance::ReasonOf;

OrgId Org(char fill) { return *OrgId::FromBytes(std::string(32, fill)); }

TEST(PeerBudgets, OnePeersDebtIsItsOwnAndEndsWithTime) {
  FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
  PeerBudgets budgets(&clock);
  constexpr auto kBucket = static_cast<uint64_t>(PeerBudgets::kSignatures.full);
  constexpr auto kRate = static_cast<uint64_t>(PeerBudgets::kSignatures.per_second);
  const Spend spend = budgets.For(Org('a'));
  EXPECT_TRUE(spend(Work::kSignatures, kBucket - 1).ok());
  EXPECT_TRUE(spend(Work::kSignatures, 1 + 2 * kRate).ok()) << "the last one may make a debt";
  EXPECT_EQ(ReasonOf(spend(Work::kSignatures, 1)), v1::BUSY);
  EXPECT_TRUE(spend(Work::kFolded, 1).ok()) << "another kind of work";
  EXPECT_TRUE(budgets.Take(Org('b'), Work::kSignatures, 1).ok()) << "another peer";
  clock.Advance(absl::Seconds(2));
  EXPECT_EQ(ReasonOf(spend(Work::kSignatures, 1)), v1::BUSY) << "paid off, nothing gained";
  clock.Advance(absl::Seconds(1));
  EXPECT_TRUE(spend(Work::kSignatures, 1).ok());
}

TEST(PeerBudgets, NeverMoreThanABucketHoweverLongItWaited) {
  FakeClock clock(absl::FromUnixSeconds(1'800'000'000));
  PeerBudgets budgets(&clock);
  ASSERT_TRUE(budgets.Take(Org('a'), Work::kFolded, 1).ok());
  clock.Advance(absl::Hours(1000));
  constexpr auto kBucket = static_cast<uint64_t>(PeerBudgets::kFolded.full);
  EXPECT_TRUE(budgets.Take(Org('a'), Work::kFolded, kBucket).ok());
  EXPECT_EQ(ReasonOf(budgets.Take(Org('a'), Work::kFolded, 1)), v1::BUSY);
  clock.Advance(-absl::Hours(1));
  EXPECT_EQ(ReasonOf(budgets.Take(Org('a'), Work::kFolded, 1)), v1::BUSY) << "a clock set back";
}

}  // namespace
}  // namespace commons::node
