// A key that was revoked widens nothing from a place in the log on; what it stopped or narrowed
// stays.
#include "governance/kinds/stop/revocation.h"
#include "governance/rules/decide.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

// A board of 2 of 3; owner 1 revokes.
struct Revoking : TestCommons {
  Revoking() : TestCommons({.seats = 3, .board_k = 2}) { Open(); }

  const TestOrg& owner() const { return orgs[1]; }
  uint64_t Size() { return logs[owner().id].entries.size(); }
  void Revoke(const PublicKey& key, uint64_t last_good, const Keys& keys) {
    const std::string payload = *DraftRevocation(
        {owner().id, key, last_good, crypto::Sha256("root"), v1::STOP_KEY}, random, now);
    PutIntoSet(logs[owner().id], SignDocument(kRevocationKind.type, payload, keys), now);
  }
  DocId SetPolicyBy(const v1::Rule& rule, const Keys& keys) {
    v1::OwnerPolicy policy;
    policy.set_dataset("cases");
    *policy.mutable_rule() = rule;
    return Issue(owner(), kinds::kOwnerPolicy, PolicyChain("cases"), policy, keys);
  }
  uint32_t Threshold() { return RuleInForce(Fold(), owner().id, "cases", now)->rule.threshold(); }
  std::string Answer() { return Told(Decide(Fold(), owner().id, Ask(), now).status()); }
  const crypto::SigningKey& seat(size_t i) const { return owner().board[i]; }
};

v1::Rule WithThreshold(uint32_t threshold) {
  v1::Rule rule = TestCommons::OwnerRule();
  rule.set_threshold(threshold);
  return rule;
}

TEST(Revoked, RevokeSelfKeepsFreeze) {
  Revoking c;
  PutIntoSet(c.logs[c.owner().id],
             StopMaker{c.commons_id, c.random}.Freeze(c.owner().id, ScopeOfAll(),
                                                      {c.owner().guardian.get()}),
             c.now);
  c.Revoke(c.owner().guardian->public_key(), 1, {c.owner().guardian.get()});
  EXPECT_EQ(c.Answer().substr(0, 6), "FROZEN");
}

// What it helped to loosen is met with the version before it, until the board signs again.
TEST(Revoked, AWideningWaitsUntilTheBoardSignsAgain) {
  Revoking c;
  c.SetPolicyBy(WithThreshold(50), {&c.seat(0), &c.seat(1)});
  const uint64_t good = c.Size();
  c.SetPolicyBy(WithThreshold(10), {&c.seat(1), &c.seat(2)});
  ASSERT_EQ(c.Threshold(), 10u);
  c.Revoke(c.seat(2).public_key(), good, {&c.seat(2)});
  EXPECT_EQ(c.Threshold(), 50u);
  EXPECT_EQ(c.Answer(), "OK");
  c.SetPolicyBy(WithThreshold(10), {&c.seat(1), &c.seat(0)});
  EXPECT_EQ(c.Threshold(), 10u);
}

TEST(Revoked, ANarrowingStays) {
  Revoking c;
  c.SetPolicyBy(WithThreshold(10), {&c.seat(0), &c.seat(1)});
  const uint64_t good = c.Size();
  c.SetPolicyBy(WithThreshold(50), {&c.seat(1), &c.seat(2)});
  c.Revoke(c.seat(2).public_key(), good, {&c.seat(2)});
  EXPECT_EQ(c.Threshold(), 50u);
}

TEST(Revoked, OnlyWhatNeedsTheKeyAndOnlyBehindTheLastGoodEntry) {
  Revoking c;
  const uint64_t good = c.Size();
  c.SetPolicyBy(WithThreshold(50), {&c.seat(0), &c.seat(1)});
  c.SetPolicyBy(WithThreshold(10), {&c.seat(0), &c.seat(1), &c.seat(2)});
  c.Revoke(c.seat(2).public_key(), good, {&c.seat(2)});
  EXPECT_EQ(c.Threshold(), 10u);  // two others signed
  c.Revoke(c.seat(1).public_key(), c.Size(), {&c.seat(1)});
  EXPECT_EQ(c.Threshold(), 10u);  // before that one's last good entry
  c.Revoke(c.seat(1).public_key(), c.Size() - 1, {&c.seat(1)});  // the earlier one counts
  EXPECT_EQ(c.Threshold(), 50u);
}

// The board's last word on holdings is in doubt: no steward goes on from it.
TEST(Revoked, AStewardOpensNothingOnTheGroundOfIt) {
  Revoking c;
  const uint64_t good = c.Size();
  v1::Manifest wider = c.CasesManifest(2);
  wider.set_retention("for ever");
  c.SetManifest(c.owner(), wider, {&c.seat(1), &c.seat(2)});
  wider.set_epoch(3);
  c.SetManifest(c.owner(), wider, TestCommons::Steward(c.owner()));
  const auto versions = [&] {
    return c.Fold().Manifests(c.owner().id, "cases")->At(c.now).versions.size();
  };
  ASSERT_EQ(versions(), 1u);
  c.Revoke(c.seat(2).public_key(), good, {&c.seat(2)});
  EXPECT_EQ(versions(), 3u);  // back to the one before
  wider.set_epoch(4);
  c.SetManifest(c.owner(), wider, {&c.seat(0), &c.seat(1)});
  wider.set_epoch(5);
  c.SetManifest(c.owner(), wider, TestCommons::Steward(c.owner()));
  EXPECT_EQ(versions(), 1u);
}

// A key that a card replaced gives itself up in its own name: the card that it helped to sign
// stays.
TEST(Revoked, ACardThatCountedKeepsItsPower) {
  Revoking c;
  const crypto::SigningKey x = c.NewKey();
  const v1::OrgRoot next = NextCard(c, c.owner(), {.seats = SeatsOf({&c.seat(0), &c.seat(1), &x})});
  const DocId card = c.Push(c.owner().id, SignedCard(next, {&c.seat(1), &c.seat(2), &x}));
  ASSERT_EQ(c.Fold().FindMember(c.owner().id)->root_id, card);
  c.Revoke(c.seat(2).public_key(), 1, {&c.seat(2)});
  EXPECT_EQ(c.Fold().FindMember(c.owner().id)->root_id, card);
}

TEST(Revoked, ALiftNeedsSeatsThatAreNot) {
  Revoking c;
  const StopMaker make{c.commons_id, c.random};
  const v1::Envelope freeze = make.Freeze(c.owner().id, ScopeOfAll(), {c.owner().guardian.get()});
  OrgLog& log = c.logs[c.owner().id];
  PutIntoSet(log, freeze, c.now);
  PutIntoSet(log, make.Lift(c.owner().id, {freeze}, {&c.seat(1), &c.seat(2)}), c.now);
  EXPECT_EQ(c.Answer(), "OK");
  c.Revoke(c.seat(2).public_key(), c.Size(), {&c.seat(2)});
  EXPECT_EQ(c.Answer().substr(0, 6), "FROZEN");
  PutIntoSet(log, make.Lift(c.owner().id, {freeze}, {&c.seat(1), &c.seat(0)}), c.now);
  EXPECT_EQ(c.Answer(), "OK");
}

// The same whether the revocation or what it is about came first.
TEST(Revoked, FoldsOnToWhatAFoldOfAllGives) {
  Revoking c;
  const uint64_t good = c.Size();
  c.SetPolicyBy(WithThreshold(50), {&c.seat(0), &c.seat(1)});
  c.SetPolicyBy(WithThreshold(10), {&c.seat(1), &c.seat(2)});
  Logs logs;
  for (const auto& [org, log] : c.logs) ChangeIn(logs, org) = log;
  const FoldedLogs without = FoldedLogs().Then(logs, c.commons_id);
  c.Revoke(c.seat(2).public_key(), good, {&c.seat(2)});
  ChangeIn(logs, c.owner().id) = c.logs[c.owner().id];
  const auto threshold = [&](const FoldedLogs& folded) {
    return RuleInForce(*folded.reg(), c.owner().id, "cases", c.now)->rule.threshold();
  };
  EXPECT_EQ(threshold(without), 10u);
  EXPECT_EQ(threshold(without.Then(logs, c.commons_id)), 50u);
  EXPECT_EQ(threshold(FoldedLogs().Then(logs, c.commons_id)), 50u);
}

}  // namespace
}  // namespace commons::governance
