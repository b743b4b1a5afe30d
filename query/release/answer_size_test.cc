#include "query/release/answer_size.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "governance/document/refusal.h"
#include "query/question/standard_for_test.h"
#include "query/sql/planner.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

TEST(AnswerSize, WhatOneMessageCannotHoldIsRefusedBeforeAnybodyIsAsked) {
  const v1::Standard standard = TestStandard();
  const auto check = [&](v1::Release release, size_t owners) {
    auto plan = PlanQuery("SELECT day, month, age, COUNT(*) FROM visits GROUP BY day, month, age",
                          LookupOf(standard, release));
    EXPECT_TRUE(plan.ok()) << plan.status();
    plan->question.set_release(release);
    return CheckAnswerSize(plan->question, standard, owners);
  };
  // 30 days, 24 months and missing, 4 bands and missing: 3,750 cells of 16 or 8 bytes a member.
  EXPECT_TRUE(check(v1::OPEN, 60).ok());
  EXPECT_EQ(governance::ReasonOf(check(v1::OPEN, 70)), v1::MESSAGE_TOO_LARGE);
  EXPECT_TRUE(check(v1::PROTECTED, 70).ok());
  EXPECT_EQ(governance::ReasonOf(check(v1::PROTECTED, 140)), v1::MESSAGE_TOO_LARGE);
}

// 3 codes by 1,300 and missing: 3,903 cells.
testing::Options Wide(size_t members, const v1::Rule& rule) {
  testing::Options options = testing::Generous(members);
  options.rule = rule;
  v1::Column& region = *options.standard.mutable_columns(1);
  for (int i = region.codes_size(); i < 1300; ++i) {
    v1::Code& code = *region.add_codes();
    code.set_value(absl::StrCat("r", i));
    code.set_label(code.value());
  }
  return options;
}

// Six partials of 16 bytes: 12 members fill more than one message.
TEST(AnswerSize, AnAskerSaysSoWhenItPrepares) {
  testing::Federation f(Wide(12, testing::DefaultRule(v1::OPEN)));
  const std::string measures =
      "COUNT(*), VARIANCE(income) AS i, VARIANCE(age) AS a FROM visits GROUP BY ";
  EXPECT_EQ(f.Ask("SELECT sex, region, " + measures + "1, 2").refusal().reason(),
            v1::MESSAGE_TOO_LARGE);
  EXPECT_TRUE(f.nodes[0]->asker->Prepare(f.Request("SELECT region, " + measures + "1")).ok());
}

// 4,096 cells and many names: what an asker would have paid for, and could not be given.
TEST(AnswerSize, CellsThatCannotBeHandedOverAreRefusedBeforeAnybodyIsAsked) {
  testing::Federation f(Wide(3, testing::DefaultRule()));
  const auto ask = [&](int measures) {
    std::string sql = "SELECT sex, region";
    for (int i = 0; i < measures; ++i) absl::StrAppend(&sql, ", COUNT(*) AS measure_number_", i);
    return f.nodes[0]->asker->Prepare(f.Request(sql + " FROM visits GROUP BY sex, region"));
  };
  EXPECT_TRUE(ask(12).ok()) << ask(12).status();
  EXPECT_EQ(governance::ReasonOf(ask(20).status()), v1::MESSAGE_TOO_LARGE);
  EXPECT_EQ(governance::ReasonOf(ask(65).status()), v1::UNSUPPORTED_SQL);
}

// Each member's own cells beside the total.
TEST(AnswerSize, SoAreTheCellsOfEachMember) {
  testing::Federation f(Wide(3, testing::DefaultRule(v1::OPEN)));
  std::string sql = "SELECT sex, region";
  for (int i = 0; i < 6; ++i) absl::StrAppend(&sql, ", COUNT(*) AS measure_number_", i);
  sql += " FROM visits GROUP BY sex, region";
  EXPECT_EQ(f.Ask(sql, 0, true).refusal().reason(), v1::MESSAGE_TOO_LARGE);
  const v1::Answer totals = f.Ask(sql);
  EXPECT_FALSE(totals.has_refusal()) << totals.refusal().message();
  EXPECT_LT(totals.ByteSizeLong(), limits::kLocalMessageBytes);
}

v1::Rule Broad(v1::CollusionModel collusion) {
  v1::Rule rule = testing::DefaultRule();
  rule.set_noise(v1::BROAD);
  rule.set_collusion(collusion);
  return rule;
}

constexpr char kOneSum[] = "SELECT sex, region, SUM(age) FROM visits GROUP BY sex, region";
constexpr char kTwoSums[] =
    "SELECT sex, region, SUM(age), AVG(income) FROM visits GROUP BY sex, region";

// 3,903 cells of 819,200 coins are 3.2 thousand million, and may be twice that.
TEST(AnswerSize, CoinsThatNobodyCouldThrowInTimeAreRefusedBeforeAnybodyIsAsked) {
  testing::Federation f(Wide(3, Broad(v1::MINORITY)));
  f.hook = [](Phase, size_t, const v1::Envelope&,
              const testing::Federation::Deliver&) -> absl::StatusOr<v1::Envelope> {
    ADD_FAILURE() << "asked";
    return absl::UnavailableError("asked");
  };
  EXPECT_TRUE(f.nodes[0]->asker->Prepare(f.Request(kOneSum)).ok());
  const v1::Answer answer = f.Ask(kTwoSums);
  EXPECT_EQ(answer.refusal().reason(), v1::TOO_MANY_CELLS);
  EXPECT_NE(answer.refusal().message().find("fewer sums"), std::string::npos);
  EXPECT_EQ(f.nodes[0]->asker->Explain(f.Request(kTwoSums)).refusal().reason(), v1::TOO_MANY_CELLS);
  const auto half =
      f.nodes[0]->asker->Prepare(f.Request("SELECT region, SUM(age), AVG(income) "
                                           "FROM visits GROUP BY region"));
  EXPECT_TRUE(half.ok()) << half.status();
}

// Who takes part, and with which demands, is known once all have voted.
TEST(AnswerSize, ARosterThatNeedsTooManyCoinsCostsNothing) {
  testing::Federation f(Wide(3, Broad(v1::ALL)));
  const v1::Answer answer = f.Ask(kOneSum);
  EXPECT_EQ(answer.refusal().reason(), v1::TOO_MANY_CELLS);
  EXPECT_EQ(answer.cost_micro_rho(), 0u);
  for (const auto& node : f.nodes) {
    const auto balance = node->ledger->BalanceOf(testing::kDataset, f.clock.Now());
    EXPECT_EQ(balance.spent_micro_rho + balance.reserved_micro_rho, 0u);
  }
  EXPECT_EQ(f.nodes[0]->asker->Explain(f.Request(kOneSum)).refusal().reason(), v1::TOO_MANY_CELLS);
}

// An asking node that does not count the coins, or counts on its members not to.
TEST(AnswerSize, AMemberDoesNotThrowTooManyCoins) {
  testing::Federation f(Wide(3, Broad(v1::ALL)));
  testing::Exchange x(f, kOneSum);
  const v1::Question& question = x.prepared.plan.question;
  for (size_t i = 0; i < 3; ++i) {
    x.voters.push_back(
        *OpenVote(x.Propose(i), *f.reg(), f.nodes[0]->org, x.prepared.query_id, 1, f.clock.Now()));
  }
  std::sort(x.voters.begin(), x.voters.end(),
            [](const Voter& a, const Voter& b) { return a.org < b.org; });
  v1::Question one_cell = question;
  one_cell.clear_dimensions();
  one_cell.mutable_sets(0)->clear_dimensions();
  const v1::Roster roster = *MakeRoster(one_cell, f.standard(), x.Terms(), *f.reg(), x.voters);
  EXPECT_EQ(roster.flips_share(), 1600u);
  EXPECT_EQ(x.Seal(roster, 1).refusal().reason(), v1::TOO_MANY_CELLS);
}

}  // namespace
}  // namespace commons::query
