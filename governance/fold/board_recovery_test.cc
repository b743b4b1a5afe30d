// Recovery of an organisation whose board lost its keys: who gains power when, and the ways on.
// Attacks: recovery_attacks_test.cc.
#include <vector>

#include "gmock/gmock.h"
#include "governance/fold/acceptance.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/problems_for_test.h"
#include "governance/testing/recovery_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr char kLacks[] = "UNDER_SIGNED: policy/cases version 2 lacks signatures";

struct RecoveryCards : testing::Test, RecoveringCommons {};

TEST_F(RecoveryCards, TakesPowerAfterThirtyDaysAndOpensNothing) {
  const absl::Time seen = now;
  const DocId card = Recover();
  EXPECT_EQ(ProblemOf(Fold(), card), "counts");
  EXPECT_EQ(Fold().TipOf(org.id, kOrgChain).version, 3u);
  EXPECT_EQ(MaturesAt(), seen + absl::Hours(30 * 24));
  EXPECT_EQ(Answer(), "OK") << "the card before it is in force";
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, base.id);
  now = seen + absl::Hours(30 * 24) - absl::Seconds(1);
  EXPECT_EQ(MayAppend(Policy({a, b})), "OK");
  EXPECT_THAT(MayAppend(Policy({&x, &y})), HasSubstr("takes no power here before"));
  EXPECT_EQ(Answer(), "OK");

  now += absl::Seconds(1);
  EXPECT_THAT(Answer(), StartsWith("NO_POLICY")) << "every dataset is closed";
  EXPECT_THAT(MayAppend(Policy({a, b})), HasSubstr("decides nothing more"));
  ASSERT_EQ(MayAppend(Policy({&x, &y})), "OK");
  Push(org.id, Policy({&x, &y}));
  EXPECT_EQ(Answer(), "OK") << "the charter's cooling-off is zero";
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, card);
  EXPECT_EQ(Fold().WaitingRecovery(org.id), nullptr);
  EXPECT_THAT(MayAppend(Policy({a, b})), HasSubstr("lacks signatures"));
}

TEST_F(RecoveryCards, RulesOfBeforeStayClosedAndGoOnNarrowing) {
  v1::Rule narrow = OwnerRule();
  narrow.set_threshold(40);
  Push(org.id, Policy({a, b}, narrow, ""));
  Recover();
  now += kRecoveryWait;
  Push(org.id, Policy({&x, &y}, OwnerRule(), ""));
  EXPECT_THAT(Answer(), "OK") << "rules for every dataset are rules for this one";
  v1::Rule own = OwnerRule();
  own.set_threshold(7);
  logs[org.id].entries.pop_back();
  Push(org.id, Policy({&x, &y}, own, "cases"));
  EXPECT_EQ(RuleInForce(Fold(), org.id, "cases", now)->rule.threshold(), 40u);
}

// What was signed by a threshold of before and waits opens nothing when it has waited.
TEST_F(RecoveryCards, ARuleThatWaitedOpensNothingThen) {
  v1::OwnerPolicy wide;
  wide.set_dataset("cases");
  *wide.mutable_rule() = OwnerRule();
  wide.set_cooling_off_seconds(int64_t{40} * 86400);
  Issue(org, kinds::kOwnerPolicy, PolicyChain("cases"), wide, {a, b});
  Recover();
  for (int day = 30; day < 60; day += 5) {
    EXPECT_THAT(Told(Decide(Fold(), org.id, Ask(), now + absl::Hours(24 * day)).status()),
                StartsWith("NO_POLICY"));
  }
}

TEST_F(RecoveryCards, AnObjectionOfAnySeatCancelsForEver) {
  const DocId card = Recover();
  now += kRecoveryWait - absl::Seconds(1);
  Object(card, {c});
  EXPECT_EQ(MaturesAt(), absl::InfiniteFuture());
  now += absl::Hours(24 * 400);
  EXPECT_THAT(MayAppend(Policy({&x, &y})), HasSubstr("a seat objected"));
  EXPECT_EQ(MayAppend(Policy({a, b})), "OK");
  EXPECT_EQ(Answer(), "OK");
}

TEST_F(RecoveryCards, AnObjectionThatCameBeforeItsCardCounts) {
  const v1::Envelope draft = Signed(Draft({&x, &y, &z}), {&r, &s, &x, &y});
  Object(IdOf(draft), {a});
  now += absl::Hours(24);
  Push(org.id, draft);
  EXPECT_EQ(MaturesAt(), absl::InfiniteFuture());
}

TEST_F(RecoveryCards, AnObjectionIsTooLateOnceTheCardHasPower) {
  const DocId card = Recover();
  now += kRecoveryWait;
  Object(card, {c});
  EXPECT_EQ(MayAppend(Policy({&x, &y})), "OK");
  Push(org.id, Policy({&x, &y}));
  now += absl::Hours(1);
  Object(card, {b});
  EXPECT_EQ(Answer(), "OK");
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, card);
}

// The organisation's own node decides what was in time: who comes late, or begins anew with all
// logs, does not part from the others because of what a key says years later.
TEST_F(RecoveryCards, WhoHasTheTurnInTheLogTakesALateObjectionForLate) {
  const DocId card = Recover();
  const absl::Time seen = now;
  now += kRecoveryWait;
  Push(org.id, Policy({&x, &y}));
  now += absl::Hours(24 * 400);
  Object(card, {a});
  for (auto& entry : logs[org.id].entries) entry.seen_at = now;
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, card);
  EXPECT_GT(now, seen);
}

// What was in time at the organisation's node is so everywhere, however late it comes to others.
TEST_F(RecoveryCards, WhoComesLateFollowsTheLog) {
  const DocId card = Recover();
  auto other = logs;
  other.at(org.id).own = false;
  now += kRecoveryWait + absl::Hours(24);
  const auto at_other = [&] { return FoldLogs(other, commons_id); };
  EXPECT_TRUE(at_other().WaitingRecovery(org.id)->HasPowerAt(now));
  EXPECT_TRUE(RuleInForce(at_other(), org.id, "cases", now).ok()) << "its log does not say so yet";
  auto& entries = other.at(org.id).entries;
  auto objected = other;
  PutIntoSet(objected.at(org.id), Objection(card, {a}), now);
  EXPECT_EQ(FoldLogs(objected, commons_id).WaitingRecovery(org.id)->matures_at,
            absl::InfiniteFuture());
  const v1::Envelope next = SignedCard(DraftWith({.seats = SeatsOf({a, b, &x})}), {a, b});
  entries.push_back({std::make_shared<const Document>(*OpenDocument(next)), now, entries.size()});
  EXPECT_EQ(at_other().FindMember(org.id)->root_id, IdOf(next));
  EXPECT_TRUE(RuleInForce(at_other(), org.id, "cases", now).ok());
}

// Another node learns with the turn since when the board before it had no power any more.
TEST_F(RecoveryCards, WhatCameBeforeTheTurnIsJudgedAnew) {
  logs[org.id].own = false;
  Recover();
  now += kRecoveryWait + absl::Hours(24);
  SetManifest(org, CasesManifest(2), {a, b});
  const auto shared = [&] {
    Logs copies;
    for (const auto& [id, log] : logs) copies[id] = std::make_shared<const OrgLog>(log);
    return copies;
  };
  const auto matures = [&](const Register& reg) {
    return reg.Manifests(org.id, "cases")->versions.back().matured_at;
  };
  const FoldedLogs before = FoldedLogs().Then(shared(), commons_id);
  EXPECT_EQ(matures(*before.reg()), now);
  Push(org.id, Policy({&x, &y}));
  EXPECT_EQ(matures(*before.Then(shared(), commons_id).reg()), absl::InfiniteFuture());
  EXPECT_EQ(matures(Fold()), absl::InfiniteFuture());
}

// Files don't show whether it has taken power.
TEST_F(RecoveryCards, AwayFromNodesALiftIsOfEitherBoard) {
  const StopMaker stop{commons_id, random, now};
  const v1::Envelope freeze = stop.Freeze(org.id, ScopeOfAll(), {org.guardian.get()});
  Push(org.id, SignedCard(DraftWith({.seats = SeatsOf({a, b, &z})}), {a, b}));
  base = CardOf(*this, org);
  Recover();
  std::vector<Document> trusted;
  for (const auto& entry : logs[org.id].entries) trusted.push_back(*entry.document);
  const auto accepted = [&](const Keys& keys) {
    return Told(Accept(trusted, *OpenDocument(stop.Lift(org.id, {freeze}, keys))));
  };
  EXPECT_EQ(accepted({a, b}), "OK");
  EXPECT_EQ(accepted({&x, &y}), "OK");
  EXPECT_THAT(accepted({a, c}), StartsWith("UNDER_SIGNED")) << "of a card before that";
  EXPECT_THAT(accepted({a, &x}), StartsWith("UNDER_SIGNED"));
}

// ---- The ways on.

TEST_F(RecoveryCards, TheBoardGoesOnAfterACancelledCard) {
  const DocId card = Recover();
  Object(card, {a});
  v1::OrgRoot next = DraftWith({.seats = SeatsOf({a, b, &x})});
  EXPECT_EQ(next.header().prev(0), card.ToBytes());
  EXPECT_THAT(Said(SignedCard(next, {&x, &y, &r, &s})), HasSubstr("takes no power here before"));
  EXPECT_THAT(Said(SignedCard(next, {&r, &s})),
              HasSubstr("lacks signatures of the board that goes"));
  const DocId id = Push(org.id, SignedCard(next, {a, b}));
  EXPECT_EQ(ProblemOf(Fold(), id), "counts");
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, id);
  EXPECT_EQ(Fold().WaitingRecovery(org.id), nullptr);
  EXPECT_EQ(Said(Policy({b, &x})), "counts");
  now += absl::Hours(24 * 400);
  EXPECT_EQ(Said(Policy({&x, &y})), kLacks) << "set aside for ever";
}

// Without an objection too: a board that can sign needs none.
TEST_F(RecoveryCards, ACardOfTheBoardInForceEndsTheWait) {
  Recover();
  now += absl::Hours(24);
  const DocId id = Push(org.id, SignedCard(DraftWith({.seats = SeatsOf({a, b, c})}), {a, b}));
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, id);
  now += kRecoveryWait;
  EXPECT_EQ(Answer(), "OK");
}

TEST_F(RecoveryCards, TheNewBoardGoesOnWithItsNextCard) {
  Recover();
  now += kRecoveryWait;
  const v1::Envelope next = SignedCard(DraftWith({.seats = SeatsOf({&y, &z, &t})}), {&y, &z});
  ASSERT_EQ(MayAppend(next), "OK");
  const DocId id = Push(org.id, next);
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, id);
  EXPECT_EQ(Fold().CardsOf(org.id)->versions.size(), 4u);
  EXPECT_EQ(Said(Policy({&z, &t})), "counts");
  EXPECT_THAT(Answer(), StartsWith("NO_POLICY"));
}

TEST_F(RecoveryCards, ASecondRecoveryWhileOneWaits) {
  const absl::Time first = now;
  const DocId one = Recover();
  now += absl::Hours(24 * 20);
  const v1::Envelope again = Signed(Draft({&x, &y, &t}), {&s, &t, &x, &y});
  ASSERT_EQ(MayAppend(again), "OK");
  const DocId two = Push(org.id, again);
  EXPECT_EQ(Fold().WaitingRecovery(org.id)->card.id, two);
  now = first + kRecoveryWait;
  EXPECT_EQ(Answer(), "OK") << "the first one waits no more";
  EXPECT_THAT(MayAppend(Policy({&x, &z})), HasSubstr("lacks signatures"));
  Object(one, {a});
  now += absl::Hours(24 * 20);
  EXPECT_EQ(MayAppend(Policy({&x, &t})), "OK") << "the objection named the other";
}

// What was set aside within its wait takes no power, from nobody.
TEST_F(RecoveryCards, TheBoardLiftsWhileASecondOneWaits) {
  const StopMaker stop{commons_id, random, now};
  const v1::Envelope freeze = stop.Freeze(org.id, ScopeOfAll(), {org.guardian.get()});
  PutIntoSet(logs[org.id], freeze, now);
  Recover();
  now += absl::Hours(24 * 20);
  Recover();
  now += absl::Hours(24 * 20);
  PutIntoSet(logs[org.id], stop.Lift(org.id, {freeze}, {a, b}), now);
  EXPECT_EQ(Answer(), "OK");
}

}  // namespace
}  // namespace commons::governance
