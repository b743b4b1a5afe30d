#include "governance/kinds/commons/withdrawal.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(WithdrawalKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Found();
  c.Propose(c.CommonRules());
  const Document& proposal = *c.logs[c.orgs[0].id].entries.back().document;
  v1::Withdrawal withdrawal;
  ASSERT_TRUE(withdrawal.ParseFromString(DraftWithdrawal(c.Fold(), c.orgs[0].id, proposal, c.now)));
  EXPECT_EQ(withdrawal.document(), proposal.id.view());
  const char* const starts =
      "withdrawal: resolutions are version 2 or later, and ballots start at 1";
  ExpectRefusals<v1::Withdrawal>(
      kWithdrawalKind, withdrawal,
      {
          {[](auto& p) { p.mutable_header()->set_chain("withdrawal/3/1"); }, v1::MALFORMED,
           "chain must be 'withdrawal/2/1'"},
          {[](auto& p) { p.set_version(1), p.mutable_header()->set_chain("withdrawal/1/1"); },
           v1::MALFORMED, starts},
          {[](auto& p) { p.set_ballot(0), p.mutable_header()->set_chain("withdrawal/2/0"); },
           v1::MALFORMED, starts},
          {[](auto& p) { p.set_document("short"); }, v1::MALFORMED,
           "withdrawal: document is not a document id"},
      });
}

// Each withdraws one document; there may be several in a ballot.
TEST(WithdrawalKind, DraftIsTheNextOfItsBallot) {
  TestCommons c({});
  c.Found();
  for (uint64_t version = 1; version <= 2; ++version) {
    c.Propose(c.CommonRules());
    const Document& proposal = *c.logs[c.orgs[0].id].entries.back().document;
    v1::Withdrawal withdrawal;
    ASSERT_TRUE(
        withdrawal.ParseFromString(DraftWithdrawal(c.Fold(), c.orgs[0].id, proposal, c.now)));
    EXPECT_EQ(withdrawal.header().version(), version);
    c.Push(c.orgs[0].id,
           SignDocument(kinds::kWithdrawal, withdrawal.SerializeAsString(), c.Board(c.orgs[0])));
  }
}

}  // namespace
}  // namespace commons::governance
