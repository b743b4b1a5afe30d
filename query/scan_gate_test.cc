#include "query/scan_gate.h"

#include <vector>

#include "gtest/gtest.h"
#include "crypto/hash.h"
#include "governance/refusal.h"

namespace commons::query {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

OrgId Org(absl::string_view name) { return crypto::Retype<OrgId>(crypto::Sha256(name)); }

v1::Reason ReasonOf(const absl::StatusOr<ScanGate::Turn>& turn) {
  return governance::ReasonOf(turn.status());
}

TEST(ScanGateTest, OneAskerRunsFewAtOnce) {
  ScanGate gate;
  std::vector<ScanGate::Turn> turns;
  for (size_t i = 0; i < ScanGate::kRunningPerOrg; ++i) {
    turns.push_back(*gate.Enter(Org("hostile"), kNow));
  }
  EXPECT_EQ(ReasonOf(gate.Enter(Org("hostile"), kNow)), v1::BUSY);
  EXPECT_TRUE(gate.Enter(Org("honest"), kNow).ok());
  turns.pop_back();
  EXPECT_TRUE(gate.Enter(Org("hostile"), kNow).ok());
}

TEST(ScanGateTest, AllAskersTogetherRunABoundedNumber) {
  ScanGate gate;
  std::vector<ScanGate::Turn> turns;
  for (size_t i = 0; i < ScanGate::kRunning; ++i) {
    turns.push_back(*gate.Enter(Org(std::to_string(i)), kNow));
  }
  EXPECT_EQ(ReasonOf(gate.Enter(Org("another"), kNow)), v1::BUSY);
  turns.clear();
  EXPECT_TRUE(gate.Enter(Org("another"), kNow).ok());
}

TEST(ScanGateTest, ScansThatNobodyPaysForAreFewForAWhile) {
  ScanGate gate;
  for (size_t i = 0; i < 3 * ScanGate::kUnpaidPerOrg; ++i) {
    ASSERT_TRUE(gate.Enter(Org("honest"), kNow).ok());
    gate.Paid(Org("honest"));
  }
  for (size_t i = 0; i < ScanGate::kUnpaidPerOrg; ++i) {
    ASSERT_TRUE(gate.Enter(Org("hostile"), kNow).ok());
  }
  const absl::Time last = kNow + absl::Seconds(limits::kReservationSeconds);
  EXPECT_EQ(ReasonOf(gate.Enter(Org("hostile"), last)), v1::BUSY);
  EXPECT_TRUE(gate.Enter(Org("honest"), last).ok());
  EXPECT_TRUE(gate.Enter(Org("hostile"), last + absl::Seconds(1)).ok());
}

}  // namespace
}  // namespace commons::query
