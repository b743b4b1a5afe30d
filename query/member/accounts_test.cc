// What one project, researcher or asking organisation may cost an owner in a year, whatever is left
// of the dataset's budget.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "query/member/budget.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

using storage::LedgerBearer;
using testing::Federation;
using ::testing::HasSubstr;

constexpr uint64_t kCount = 5'000;
constexpr char kSql[] = "SELECT COUNT(*) FROM visits";

struct Account {
  LedgerBearer bearer;
  void (v1::Rule::*set)(uint64_t);
  const char* words;
};

class AccountsTest : public ::testing::TestWithParam<Account> {
 protected:
  // Of all owners: whoever is refused by one lacks members at the others.
  void Limit(uint64_t micro_rho) {
    v1::Rule rule = testing::DefaultRule();
    (rule.*GetParam().set)(micro_rho);
    for (size_t i = 0; i < f.nodes.size(); ++i) f.SetRule(i, rule);
  }
  std::string Asked(size_t from = 0) {
    const v1::Answer answer = f.Ask(kSql, from);
    return answer.has_refusal() ? answer.refusal().message() : "";
  }
  uint64_t Spent(size_t asker = 0) {
    storage::LedgerCharge charge;
    charge.asking_org = f.nodes[asker]->org;
    charge.researcher = f.researcher.public_key();
    charge.project = *DocId::FromBytes(testing::Exchange(f).prepared.plan.question.project());
    return f.nodes[1]
        ->ledger->BalanceOf(charge.AccountOf(GetParam().bearer), f.clock.Now())
        .spent_micro_rho;
  }

  Federation f;
};

TEST_P(AccountsTest, IsSpentToItsLimitAndNoFurtherUntilTheYearTurns) {
  Limit(2 * kCount);
  EXPECT_EQ(Asked(), "");
  EXPECT_EQ(Asked(), "");
  EXPECT_EQ(Spent(), 2 * kCount);
  EXPECT_THAT(Asked(), HasSubstr(GetParam().words));
  EXPECT_EQ(Spent(), 2 * kCount);
  f.clock.Advance(absl::Hours(366 * 24));
  EXPECT_EQ(Asked(), "");
}

// A project and a researcher are the same whoever asks for them; an asking organisation is not.
TEST_P(AccountsTest, IsSharedByAllAskersOfTheSame) {
  Limit(kCount);
  EXPECT_EQ(Asked(0), "");
  const bool own = GetParam().bearer == LedgerBearer::kAskingOrg;
  EXPECT_THAT(Asked(1), HasSubstr(own ? "" : GetParam().words));
  EXPECT_EQ(Spent(0), kCount);
  EXPECT_EQ(Spent(1), kCount) << "its own, or the one that all share";
}

TEST_P(AccountsTest, WhatIsReservedIsNotGivenTwice) {
  Limit(kCount);
  testing::Exchange first(f), second(f);
  EXPECT_EQ(first.ProposeReason(), v1::REASON_UNSPECIFIED);
  EXPECT_EQ(second.ProposeReason(), v1::BUSY);
  f.clock.Advance(absl::Seconds(31));
  testing::Exchange third(f);
  EXPECT_EQ(third.ProposeReason(), v1::REASON_UNSPECIFIED) << "the first lapsed";
}

TEST_P(AccountsTest, ExplainForetellsIt) {
  Limit(2 * kCount);
  v1::ExplainReply reply = f.nodes[0]->asker->Explain(f.Request(kSql));
  ASSERT_EQ(reply.members_size(), 3);
  EXPECT_EQ(reply.members(1).budget_left_micro_rho(), 2 * kCount);
  Asked();
  Asked();
  reply = f.nodes[0]->asker->Explain(f.Request(kSql));
  EXPECT_EQ(reply.members(1).reason(), "BUDGET_EXHAUSTED");
  EXPECT_THAT(reply.members(1).message(), HasSubstr(GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(
    Bearers, AccountsTest,
    ::testing::Values(Account{LedgerBearer::kProject, &v1::Rule::set_project_budget_micro_rho,
                              "this owner gives a project "},
                      Account{LedgerBearer::kResearcher, &v1::Rule::set_researcher_budget_micro_rho,
                              "this owner gives a researcher "},
                      Account{LedgerBearer::kAskingOrg, &v1::Rule::set_asker_budget_micro_rho,
                              "this owner gives an asking organisation "}));

}  // namespace
}  // namespace commons::query
