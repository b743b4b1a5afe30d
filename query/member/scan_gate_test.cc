#include "query/member/scan_gate.h"

#include <vector>

#include "crypto/hash.h"
#include "governance/document/refusal.h"
#include "gtest/gtest.h"
#include "query/release/answer_size.h"

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

TEST(ScanGateTest, ScansThatNobodyPaysForAreBoundedInADay) {
  ScanGate gate;
  absl::Time now = kNow;
  const auto next = [&] { return now += absl::Seconds(limits::kReservationSeconds + 1); };
  for (size_t i = 0; i < ScanGate::kUnpaidPerOrgADay; ++i) {
    ASSERT_TRUE(gate.Enter(Org("honest"), next()).ok());
    gate.Paid(Org("honest"));
    ASSERT_TRUE(gate.Enter(Org("hostile"), now).ok());
  }
  ASSERT_LT(now - kNow, absl::Hours(16));  // kNow is at eight in the morning
  EXPECT_EQ(ReasonOf(gate.Enter(Org("hostile"), next())), v1::BUSY);
  EXPECT_TRUE(gate.Enter(Org("honest"), now).ok());
  EXPECT_TRUE(gate.Enter(Org("hostile"), now + absl::Hours(24)).ok());
}

TEST(ScanGateTest, PersonsManyCoinsAndManyPassesAreHeavy) {
  v1::Question question;
  question.add_partials()->set_kind(v1::COUNT_ROWS);
  v1::Standard standard;
  const auto weight = [&](uint64_t coins) { return WeightOf(question, standard, coins); };
  EXPECT_EQ(weight(0), 1u);
  EXPECT_EQ(weight(limits::kNoiseCoins), 2u);
  // Rows bounded in each cell are told apart by person, on protected data.
  standard.set_entity("nhi");
  standard.set_max_rows_per_person(3);
  standard.set_max_rows_per_person_and_cell(1);
  EXPECT_EQ(weight(0), 2u);
  question.set_release(v1::OPEN);
  EXPECT_EQ(weight(0), 1u);
  question.add_partials()->set_kind(v1::COUNT_PERSONS);
  EXPECT_EQ(weight(0), 2u);
  EXPECT_EQ(weight(limits::kNoiseCoins), 3u);
  standard.add_columns()->set_max_responses(2);
  EXPECT_EQ(weight(limits::kNoiseCoins), 3u);
  question.add_dimensions()->set_column(0);
  EXPECT_EQ(weight(limits::kNoiseCoins), 4u);
  EXPECT_LE(weight(limits::kNoiseCoins), ScanGate::kRunningPerOrg);
  question.clear_dimensions();
  // Each column in bands is a scan of its own; no question is heavier than all that may run.
  v1::Column& column = *standard.add_columns();
  column.set_role(v1::DIMENSION);
  column.set_type(v1::INTEGER);
  for (const int64_t edge : {0, 10, 20}) column.add_breaks(edge);
  question.add_partials()->set_kind(v1::COUNT_BANDS);
  EXPECT_EQ(weight(0), 3u);
  for (int i = 0; i < 9; ++i) question.add_partials()->set_kind(v1::COUNT_BANDS);
  EXPECT_EQ(weight(limits::kNoiseCoins), ScanGate::kRunningPerOrg);
}

TEST(ScanGateTest, AHeavyScanCountsAsSeveral) {
  ScanGate gate;
  auto heavy = gate.Enter(Org("asker"), kNow, ScanGate::kRunningPerOrg);
  ASSERT_TRUE(heavy.ok());
  EXPECT_EQ(ReasonOf(gate.Enter(Org("asker"), kNow)), v1::BUSY);
  heavy = absl::CancelledError();
  const auto light = gate.Enter(Org("asker"), kNow);
  EXPECT_TRUE(light.ok());
  EXPECT_EQ(ReasonOf(gate.Enter(Org("asker"), kNow, ScanGate::kRunningPerOrg)), v1::BUSY);
  for (size_t i = 0; i < ScanGate::kUnpaidPerOrg; ++i) {
    ASSERT_TRUE(gate.Enter(Org("pays"), kNow, 3).ok());
    gate.Paid(Org("pays"), 3);
  }
  for (size_t i = 0; i < ScanGate::kUnpaidPerOrg / 2; ++i) {
    ASSERT_TRUE(gate.Enter(Org("does not"), kNow, 2).ok());
  }
  EXPECT_EQ(ReasonOf(gate.Enter(Org("does not"), kNow)), v1::BUSY);
}

}  // namespace
}  // namespace commons::query
