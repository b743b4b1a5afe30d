// Recovery by who may not, and every way around the wait and the objection.
#include <algorithm>

#include "gmock/gmock.h"
#include "governance/kinds/stop/revocation.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/problems_for_test.h"
#include "governance/testing/recovery_for_test.h"
#include "gtest/gtest.h"
#include "proto/recovery.pb.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct RecoveryAttacks : testing::Test, RecoveringCommons {};

TEST_F(RecoveryAttacks, WithoutItsThreshold) {
  const v1::OrgRoot next = Draft({&x, &y, &z});
  const std::string lacks =
      "UNDER_SIGNED: card version 3 lacks signatures of those who may replace lost keys";
  EXPECT_EQ(Said(Signed(next, {&r, &x, &y})), lacks);
  EXPECT_EQ(Said(Signed(next, {a, b, c, &x, &y})), lacks) << "seats have no part in it";
  EXPECT_EQ(Said(Signed(next, {org.guardian.get(), org.steward.get(), org.node.get(), &x, &y})),
            lacks);
  EXPECT_EQ(Said(Signed(next, {&r, &s, &x})),
            "UNDER_SIGNED: card version 3 lacks signatures of the board that comes");
  EXPECT_EQ(Said(SignedCard(next, {&r, &s, &x, &y})),
            "UNDER_SIGNED: card version 3 lacks signatures of the board that goes")
      << "as an ordinary card";
}

TEST_F(RecoveryAttacks, WhereNobodyIsNamed) {
  const TestOrg& other = orgs[2];
  v1::OrgRoot root;
  root.ParseFromString(
      *DraftRecovery(*OpenDocument(other.card), {.seats = SeatsOf({&x, &y})}, now));
  const DocId id = Push(other.id, Signed(root, {&x, &y, &r, &s}));
  EXPECT_EQ(ProblemOf(Fold(), id),
            "UNDER_SIGNED: the card before it names nobody who may replace lost keys");
}

TEST_F(RecoveryAttacks, WithAnothersCard) {
  v1::OrgRoot next = Draft({&x, &y, &z});
  next.mutable_header()->set_issuer(orgs[2].id.ToBytes());
  EXPECT_EQ(Said(Signed(next, {&r, &s, &x, &y})),
            "UNKNOWN_ISSUER: the card of another organisation than the log's");
  next = Draft({&x, &y, &z});
  next.mutable_header()->set_prev(0, orgs[2].id.ToBytes());
  EXPECT_EQ(Said(Signed(next, {&r, &s, &x, &y})),
            "OUT_OF_ORDER: card version 3 does not follow version 2");
  next = Draft({&x, &y, &z});
  next.set_name("another");
  EXPECT_THAT(Said(Signed(next, {&r, &s, &x, &y})), StartsWith("NOT_SUPPORTED_YET"));
}

TEST_F(RecoveryAttacks, ThatFollowsAnOlderCard) {
  const v1::OrgRoot next = Draft({&x, &y, &z});
  Push(org.id, SignedCard(DraftWith({.recovery = QuorumOf(1, {&t})}), {a, b}));
  EXPECT_THAT(Said(Signed(next, {&r, &s, &x, &y})), StartsWith("OUT_OF_ORDER"));
}

TEST_F(RecoveryAttacks, ByThoseWhomAnOlderCardNamed) {
  Push(org.id, SignedCard(DraftWith({.recovery = QuorumOf(1, {&t})}), {a, b}));
  base = CardOf(*this, org);
  EXPECT_THAT(Said(Signed(Draft({&x, &y, &z}), {&r, &s, &x, &y})),
              HasSubstr("lacks signatures of those who may replace lost keys"));
  EXPECT_EQ(Said(Signed(Draft({&x, &y, &z}), {&t, &x, &y})), "counts");
}

// Two for one place: the first that stands there waits, and no other.
TEST_F(RecoveryAttacks, BesideAnother) {
  const v1::OrgRoot second = Draft({&x, &z});
  const DocId first = Recover();
  EXPECT_EQ(Said(Signed(second, {&s, &t, &x, &z})),
            "OUT_OF_ORDER: card version 3 does not follow version 3");
  EXPECT_EQ(Fold().WaitingRecovery(org.id)->card.id, first);
}

// One card serves in each commons, so a recovery does where the cards are the same, and waits.
TEST_F(RecoveryAttacks, ReplayedToAnotherCommons) {
  const v1::Envelope recovery = Signed(Draft({&x, &y, &z}), {&r, &s, &x, &y});
  auto& entries = logs[org.id].entries;
  const OrgLog::Entry second = *std::find_if(entries.begin(), entries.end(), [&](const auto& each) {
    return each.document->id == base.id;
  });
  std::erase_if(entries, [&](const auto& each) { return each.document->id == base.id; });
  EXPECT_EQ(Said(recovery), "OUT_OF_ORDER: card version 3 does not follow version 1");
  entries.push_back(second);
  Push(org.id, recovery);
  EXPECT_EQ(MaturesAt(), now + kRecoveryWait);
}

TEST_F(RecoveryAttacks, BackDated) {
  v1::OrgRoot next = Draft({&x, &y, &z});
  for (auto set : {&v1::Header::set_issued_at, &v1::Header::set_effective_at}) {
    (next.mutable_header()->*set)(1);
  }
  Push(org.id, Signed(next, {&r, &s, &x, &y}));
  EXPECT_EQ(MaturesAt(), now + kRecoveryWait);
  EXPECT_THAT(MayAppend(Policy({&x, &y})), StartsWith("UNDER_SIGNED"));
}

TEST_F(RecoveryAttacks, ObjectedToByWhoHasNoSeat) {
  const crypto::SigningKey gone = NewKey();
  base = CardOf(*this, org);
  Push(org.id, SignedCard(DraftWith({.seats = SeatsOf({a, b, &gone})}), {a, b}));
  base = CardOf(*this, org);
  Push(org.id, SignedCard(DraftWith({.seats = SeatsOf({a, b, c})}), {a, b}));
  base = CardOf(*this, org);
  const DocId card = Recover();
  const auto objects = [&](const Keys& keys) {
    const auto sets = logs[org.id].sets;
    Object(card, keys);
    const bool cancelled = MaturesAt() == absl::InfiniteFuture();
    logs[org.id].sets = sets;
    return cancelled;
  };
  const crypto::SigningKey stranger = NewKey();
  EXPECT_FALSE(objects({&stranger}));
  EXPECT_FALSE(objects({org.guardian.get(), org.steward.get(), org.node.get()}));
  EXPECT_FALSE(objects({&r, &s, &t})) << "who recovers";
  EXPECT_FALSE(objects({&x, &y})) << "who comes";
  EXPECT_FALSE(objects({&gone})) << "a seat that a later card removed";
  EXPECT_FALSE(objects({&orgs[2].board[0]})) << "another organisation's";
  EXPECT_TRUE(objects({c}));
}

TEST_F(RecoveryAttacks, ObjectionReplayedToAnotherOrganisation) {
  const DocId card = Recover();
  PutIntoSet(logs[orgs[2].id], Objection(card, {a}), now);
  EXPECT_EQ(MaturesAt(), now + kRecoveryWait);
  v1::Objection other;
  other.ParseFromString(*DraftObjection(orgs[2].id, card, random, now));
  PutIntoSet(logs[org.id], SignDocument(kinds::kObjection, other.SerializeAsString(), {a}), now);
  EXPECT_EQ(MaturesAt(), now + kRecoveryWait);
}

// A thief who has one seat's key gives it up in order to void what its holder objects.
TEST_F(RecoveryAttacks, AnObjectionStaysWhenItsKeyIsRevoked) {
  const DocId card = Recover();
  Object(card, {a});
  const std::string payload = *DraftRevocation(
      {org.id, a->public_key(), 1, crypto::Sha256("root"), v1::STOP_KEY}, random, now);
  PutIntoSet(logs[org.id], SignDocument(kinds::kRevocation, payload, {a}), now);
  EXPECT_EQ(MaturesAt(), absl::InfiniteFuture());
}

TEST_F(RecoveryAttacks, ThatNeedsARevokedKeyHasNoPower) {
  const uint64_t good = logs[org.id].entries.size();
  Recover();
  const std::string payload = *DraftRevocation(
      {org.id, s.public_key(), good, crypto::Sha256("root"), v1::STOP_KEY}, random, now);
  PutIntoSet(logs[org.id], SignDocument(kinds::kRevocation, payload, {&s}), now);
  EXPECT_EQ(MaturesAt(), absl::InfiniteFuture());
  now += kRecoveryWait;
  EXPECT_THAT(MayAppend(Policy({&x, &y})), HasSubstr("never takes power"));
  EXPECT_EQ(Answer(), "OK");
}

// Else whoever holds one of the keys could undo for ever what its holders did years before.
TEST_F(RecoveryAttacks, ARevocationUndoesNoneThatHasTakenPower) {
  const DocId card = Recover();
  now += kRecoveryWait;
  Push(org.id, Policy({&x, &y}));
  now += absl::Hours(24 * 400);
  for (const crypto::SigningKey* key : {&r, &s, static_cast<const crypto::SigningKey*>(a)}) {
    const std::string payload = *DraftRevocation(
        {org.id, key->public_key(), 1, crypto::Sha256("root"), v1::STOP_KEY}, random, now);
    PutIntoSet(logs[org.id], SignDocument(kinds::kRevocation, payload, {key}), now);
  }
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, card);
  EXPECT_EQ(Answer(), "OK");
}

// Each threshold counts a key once, whichever else it is named in.
TEST_F(RecoveryAttacks, ARecoveryKeyThatIsAlsoASeat) {
  Push(org.id, SignedCard(DraftWith({.recovery = QuorumOf(2, {a, &s})}), {a, b}));
  base = CardOf(*this, org);
  const v1::OrgRoot next = Draft({a, &s, &x});
  EXPECT_THAT(Said(Signed(next, {a})), HasSubstr("those who may replace"));
  EXPECT_EQ(Said(Signed(next, {a, &s})), "counts") << "both thresholds have two keys";
  const DocId card = Push(org.id, Signed(next, {a, &s}));
  EXPECT_EQ(MaturesAt(), now + kRecoveryWait);
  Object(card, {a});
  EXPECT_EQ(MaturesAt(), absl::InfiniteFuture()) << "a seat all the same";
}

// What both boards have signed is the old one's: it needs no new power.
TEST_F(RecoveryAttacks, ABoardThatIsPartOfTheOneBefore) {
  Push(org.id,
       Signed(DraftWith({.seats = SeatsOf({a, b}), .board = QuorumOf(2, {a, b})}), {&r, &s, a, b}));
  EXPECT_EQ(MayAppend(Policy({a, b})), "OK");
  EXPECT_NE(Fold().WaitingRecovery(org.id), nullptr);
}

TEST_F(RecoveryAttacks, OfAnExpiredCard) {
  v1::OrgRoot ending = DraftWith({.expires_at = absl::ToUnixSeconds(now + absl::Hours(24))});
  Push(org.id, SignedCard(ending, {a, b}));
  base = CardOf(*this, org);
  now += absl::Hours(48);
  EXPECT_THAT(Answer(), StartsWith("EXPIRED"));
  const DocId card = Recover();
  EXPECT_EQ(ProblemOf(Fold(), card), "counts");
  now += kRecoveryWait;
  EXPECT_THAT(Answer(), StartsWith("EXPIRED"));
  Push(org.id, Policy({&x, &y}));
  EXPECT_EQ(Answer(), "OK") << "the new card has no end";
}

TEST_F(RecoveryAttacks, InALogWithTwoHistories) {
  Recover();
  now += absl::Hours(24);
  logs[org.id].forked_at = now;
  EXPECT_EQ(MaturesAt(), absl::InfiniteFuture());
  now += kRecoveryWait;
  const DocId turn = Push(org.id, Policy({&x, &y}));
  EXPECT_EQ(ProblemOf(Fold(), turn), "counts") << "registers stay equal";
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, base.id);
  EXPECT_EQ(Fold().OwnerPolicies(org.id, "cases")->versions.back().matured_at,
            absl::InfiniteFuture());
}

// A node that lets the new board speak at once is followed by none that has had the log.
TEST_F(RecoveryAttacks, ADishonestNodeThatDoesNotWait) {
  Recover();
  now += absl::Hours(24);
  EXPECT_THAT(Said(Policy({&x, &y})), HasSubstr("takes no power here before"));
  v1::OrgRoot next = DraftWith({.seats = SeatsOf({&x, &y, &z})});
  EXPECT_THAT(Said(SignedCard(next, {&x, &y})), HasSubstr("takes no power here before"));
  EXPECT_THAT(Said(Approval(org, 3, DocId(), false, {&x, &y})),
              HasSubstr("takes no power here before"));
}

TEST_F(RecoveryAttacks, ABoardThatLostItsPowerLiftsNothing) {
  const StopMaker stop{commons_id, random, now};
  const v1::Envelope freeze = stop.Freeze(org.id, ScopeOfAll(), {org.guardian.get()});
  PutIntoSet(logs[org.id], freeze, now);
  Recover();
  now += kRecoveryWait;
  PutIntoSet(logs[org.id], stop.Lift(org.id, {freeze}, {a, b}), now);
  EXPECT_EQ(Fold().StopsOf(org.id)->freezes.size(), 1u) << "before the new board has spoken";
  Push(org.id, Policy({&x, &y}));
  EXPECT_EQ(Fold().StopsOf(org.id)->freezes.size(), 1u) << "and then";
  PutIntoSet(logs[org.id], stop.Lift(org.id, {freeze}, {&x, &y}), now);
  EXPECT_EQ(Fold().StopsOf(org.id)->freezes.size(), 0u);
}

TEST_F(RecoveryAttacks, ABoardThatLostItsPowerEndsNoRecovery) {
  Recover();
  now += kRecoveryWait;
  const v1::Envelope next = SignedCard(DraftWith({.seats = SeatsOf({a, b, c})}), {a, b});
  EXPECT_THAT(MayAppend(next), HasSubstr("decides nothing more"));
  // In a log whose node is not honest it counts, so that registers stay equal, and has no power.
  EXPECT_EQ(ProblemOf(Fold(), Push(org.id, next)), "counts");
  EXPECT_EQ(Fold().FindMember(org.id)->root_id, base.id);
  EXPECT_THAT(Answer(), StartsWith("NO_POLICY"));
  Push(org.id, Policy({a, b}));
  EXPECT_THAT(Answer(), StartsWith("NO_POLICY"));
}

TEST_F(RecoveryAttacks, AFirstCardIsNone) {
  v1::OrgRoot root;
  root.ParseFromString(org.card.payload());
  EXPECT_EQ(Told(OpenDocument(Signed(root, {&r, &s})).status()),
            "MALFORMED: recovery: takes the place of a card, and is never the first");
}

}  // namespace
}  // namespace commons::governance
