// Recovery cards, turns and objections between nodes: what each takes into which log, and when.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "governance/kinds/organisation/recovery.h"
#include "governance/kinds/stop/objection.h"
#include "governance/register/reign.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/told_for_test.h"
#include "node/documents/federation_for_test.h"

namespace commons::node {
namespace {

using governance::Told;
using testing::HasSubstr;

constexpr absl::Duration kDay = absl::Hours(24);

class RecoveryLog : public testing::Test {
 protected:
  // Auckland names r for lost keys; x is to come.
  RecoveryLog() {
    governance::CardChanges changes;
    changes.recovery.emplace();
    changes.recovery->set_k(1);
    changes.recovery->add_members()->set_key(r.public_key().ToBytes());
    const auto first = *governance::OpenDocument(all.a.card);
    card = governance::SignDocument(kinds::kOrgRoot,
                                    *governance::DraftNextCard(first, changes, all.clock.Now()),
                                    {&all.a.board[0]});
    EXPECT_EQ(Told(all.a.book->SubmitOwn(card)), "OK");
    Pass(2);
  }

  // Days on which every node is up, but those that are closed.
  void Pass(int days) {
    all.clock.Advance(days * kDay);
    for (auto& [name, org] : all.orgs) {
      if (org->book == nullptr) continue;
      ASSERT_TRUE(org->book->MintNodeInfo({absl::StrCat(name, ".example.nz:7000")}, "us").ok());
    }
    all.Settle();
  }
  DocId Recover() {
    governance::CardChanges changes;
    changes.seats = {{"new", x.public_key()}};
    const v1::Envelope draft = governance::SignDocument(
        kinds::kRecovery,
        *governance::DraftRecovery(*governance::OpenDocument(card), changes, all.clock.Now()),
        {&r, &x});
    EXPECT_EQ(Told(all.a.book->SubmitOwn(draft)), "OK");
    all.Settle();
    return governance::IdOf(draft);
  }
  v1::Envelope PolicyBy(const crypto::SigningKey& key) const {
    v1::Envelope policy = all.a.Policy("covid");
    policy.clear_signatures();
    governance::AddSignature(policy, key);
    return policy;
  }
  std::string Submit(const v1::Envelope& envelope) {
    const std::string told = Told(all.a.book->SubmitOwn(envelope));
    all.Settle();
    return told;
  }
  v1::Envelope Objection(const DocId& to) const { return ObjectionBy(all.a.board[0], to); }
  v1::Envelope ObjectionBy(const crypto::SigningKey& key, const DocId& to) const {
    return governance::SignDocument(
        kinds::kObjection,
        *governance::DraftObjection(all.a.id, to, crypto::SystemRandom(), all.clock.Now()), {&key});
  }

  Three all;
  const crypto::SigningKey r = crypto::SigningKey::Generate(crypto::SystemRandom());
  const crypto::SigningKey x = crypto::SigningKey::Generate(crypto::SystemRandom());
  v1::Envelope card;
};

TEST_F(RecoveryLog, TakesPowerAfterThirtyDaysAlsoOverRestarts) {
  const DocId id = Recover();
  Pass(10);
  all.a.Close();
  all.a.Open();
  Pass(19);
  EXPECT_THAT(Submit(PolicyBy(x)), HasSubstr("takes no power here before"));
  EXPECT_EQ(Submit(PolicyBy(all.a.board[0])), "OK");
  Pass(1);
  EXPECT_THAT(Submit(PolicyBy(all.a.board[0])), HasSubstr("decides nothing more"));
  EXPECT_EQ(Submit(PolicyBy(x)), "OK");
  for (auto& [name, org] : all.orgs) {
    EXPECT_EQ(org->reg().FindMember(all.a.id)->root_id, id) << name;
    EXPECT_EQ(org->reg().head(), all.a.reg().head()) << name;
  }
  all.b.Close();
  all.b.Open();
  EXPECT_EQ(all.b.reg().head(), all.a.reg().head());
}

// The organisation's own node may be in the hands of who recovers.
TEST_F(RecoveryLog, AnObjectionIsTakenByAnyNodeAndReachesTheOwner) {
  const DocId id = Recover();
  ASSERT_EQ(Told(all.b.book->SubmitOwn(Objection(id))), "OK");
  all.Settle();
  all.a.Close();
  all.a.Open();
  Pass(40);
  EXPECT_THAT(Submit(PolicyBy(x)), HasSubstr("a seat objected"));
  EXPECT_EQ(Submit(PolicyBy(all.a.board[0])), "OK");
  EXPECT_EQ(all.a.reg().head(), all.c.reg().head());
}

TEST_F(RecoveryLog, WhoWasAwayWaitsItsOwnThirtyDays) {
  all.c.Close();
  Recover();
  Pass(20);
  all.c.Open();
  all.Settle();
  Pass(10);
  ASSERT_EQ(Submit(PolicyBy(x)), "OK");
  EXPECT_EQ(all.b.SizeOf(all.a.id), all.a.SizeOf(all.a.id));
  EXPECT_LT(all.c.SizeOf(all.a.id), all.a.SizeOf(all.a.id)) << "set aside";
  Pass(19);
  EXPECT_LT(all.c.SizeOf(all.a.id), all.a.SizeOf(all.a.id));
  Pass(1);
  EXPECT_EQ(all.c.reg().head(), all.a.reg().head());
}

// Also who comes back when the new board has spoken long since: the card comes first, alone.
TEST_F(RecoveryLog, WhoComesBackAfterTheTurnWaitsFromThen) {
  all.c.Close();
  const DocId id = Recover();
  Pass(30);
  ASSERT_EQ(Submit(PolicyBy(x)), "OK");
  Pass(10);
  all.c.Open();
  all.Settle();
  ASSERT_NE(all.c.reg().WaitingRecovery(all.a.id), nullptr) << "its wait has begun";
  Pass(29);
  EXPECT_LT(all.c.SizeOf(all.a.id), all.a.SizeOf(all.a.id));
  Pass(1);
  EXPECT_EQ(all.c.reg().head(), all.a.reg().head());
  EXPECT_EQ(all.c.reg().FindMember(all.a.id)->root_id, id);
}

// When an entry came would be said wrong: it is taken once the time can be trusted.
TEST_F(RecoveryLog, AClockThatJumpedShortensNoWait) {
  Recover();
  const v1::LogPage page = all.a.PageBehindOwnLog({PolicyBy(x)});
  all.clock.Advance(31 * kDay);
  all.clock.Distrust(governance::Refuse(v1::CLOCK, "ahead"));
  const auto accepted = all.b.Accept({page});
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, testing::ElementsAre(v1::CLOCK));
  all.clock.Distrust(absl::OkStatus());
  EXPECT_TRUE(all.b.Accept({page}).changed) << "the days have passed";
}

// ... and the objection that comes meanwhile is none too late.
TEST_F(RecoveryLog, AnObjectionCountsWhileTheClockCannotBeTrusted) {
  const DocId id = Recover();
  all.clock.Advance(31 * kDay);
  all.clock.Distrust(governance::Refuse(v1::CLOCK, "ahead"));
  EXPECT_EQ(Submit(Objection(id)), "OK");
  all.clock.Distrust(absl::OkStatus());
  EXPECT_THAT(Submit(PolicyBy(x)), HasSubstr("never takes power"));
  all.a.Close();
  all.a.Open();
  EXPECT_THAT(Submit(PolicyBy(x)), HasSubstr("never takes power"));
}

// Whoever hands in what would be kept for nothing hears of it.
TEST_F(RecoveryLog, AnObjectionThatStopsNothingIsRefused) {
  const DocId id = Recover();
  const v1::Envelope in_time = Objection(id);
  const crypto::SigningKey stranger = crypto::SigningKey::Generate(crypto::SystemRandom());
  EXPECT_THAT(Submit(ObjectionBy(stranger, id)), HasSubstr("UNDER_SIGNED"));
  governance::CardChanges changes;
  changes.seats = {{"chair", stranger.public_key()}};
  changes.after = governance::CardTip{id, 3};
  const std::string payload =
      *governance::DraftNextCard(*governance::OpenDocument(card), changes, all.clock.Now());
  card = governance::SignDocument(kinds::kOrgRoot, payload, {&all.a.board[0], &stranger});
  ASSERT_EQ(Submit(card), "OK");
  const DocId again = Recover();
  EXPECT_THAT(Submit(ObjectionBy(all.a.board[0], again)), HasSubstr("it would stop nothing"));
  Pass(30);
  EXPECT_THAT(Submit(ObjectionBy(stranger, again)), HasSubstr("comes too late"));
  EXPECT_THAT(Told(all.b.book->SubmitOwn(ObjectionBy(stranger, again))),
              HasSubstr("comes too late"))
      << "also where the new board's word has not come yet";
  ASSERT_EQ(Submit(PolicyBy(x)), "OK");
  EXPECT_THAT(Told(all.b.book->SubmitOwn(ObjectionBy(stranger, again))),
              HasSubstr("comes too late"));
  EXPECT_EQ(Submit(in_time), "OK") << "of a card that was set aside: kept, and for nothing";
}

// The owner's node was made to let the new board speak at once.
TEST_F(RecoveryLog, ATurnBeforeItsTimeIsSetAside) {
  Recover();
  const v1::LogPage page = all.a.PageBehindOwnLog({PolicyBy(x)});
  const auto accepted = all.b.Accept({page});
  EXPECT_FALSE(accepted.changed);
  EXPECT_THAT(accepted.problems, testing::ElementsAre(v1::UNDER_SIGNED));
}

TEST_F(RecoveryLog, WhoBeginsAnewTakesWhatTheMembersHold) {
  const DocId id = Recover();
  Pass(30);
  ASSERT_EQ(Submit(PolicyBy(x)), "OK");
  // One old seat's key, long after.
  v1::LogPage late;
  late.set_org_id(all.a.id.ToBytes());
  *late.add_sets() = Objection(id);
  ASSERT_TRUE(all.b.Accept({late}).changed);
  all.Settle();
  Restore(all, all.c, all.b);
  Pass(0);
  EXPECT_EQ(all.c.reg().head(), all.a.reg().head());
  EXPECT_EQ(all.c.reg().FindMember(all.a.id)->root_id, id);
}

// What a peer hands on decides nothing about a card that stands.
TEST_F(RecoveryLog, LateSignaturesOfTheBoardThatGoesAreNotTaken) {
  const DocId id = Recover();
  v1::Envelope again;
  for (const PlacedDocument& each : all.a.book->Documents({}, 0)) {
    if (governance::IdOf(each.envelope) == id) again = each.envelope;
  }
  governance::AddSignature(again, all.a.board[0]);
  const uint64_t size = all.a.SizeOf(all.a.id);
  EXPECT_EQ(Submit(again), "OK");
  EXPECT_LE(all.a.SizeOf(all.a.id), size + 1);
  EXPECT_THAT(Submit(PolicyBy(x)), HasSubstr("takes no power here before"));
  EXPECT_EQ(all.a.reg().WaitingRecovery(all.a.id)->card.id, id);
}

}  // namespace
}  // namespace commons::node
