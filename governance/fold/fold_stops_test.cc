// What is stopped is a function of the documents alone, in whatever order they came.
#include "governance/fold/fold_stops.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "governance/kinds/stop/revocation.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/stops_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

// One organisation with two guardians and a board of 2 of 3.
struct Stopping {
  Stopping() : random("stopping"), commons(*CommonsId::FromBytes(std::string(32, 'c'))) {
    org = MakeTestOrg("lakes", 3, 2, false, random, TestCommons::Start());
    v1::OrgRoot root;
    root.ParseFromString(org.card.payload());
    root.add_guardians(other.public_key().ToBytes());
    const v1::Envelope card = SignDocument(kinds::kOrgRoot, root.SerializeAsString(),
                                           {&org.board[0], &org.board[1], &org.board[2]});
    org.card = card;
    org.id = crypto::Retype<OrgId>(IdOf(card));
    log.entries.push_back(
        {std::make_shared<const Document>(*OpenDocument(card)), TestCommons::Start()});
  }

  Stops Fold() const {
    return FoldStops(org.id, log, {commons, {}, false}, CardsInLog(org.id, log));
  }
  std::vector<DocId> Frozen() const {
    std::vector<DocId> ids;
    for (const FreezeInForce& each : Fold().freezes) ids.push_back(each.id);
    return ids;
  }
  void Put(const v1::Envelope& envelope, absl::Time seen_at = TestCommons::Start()) {
    PutIntoSet(log, envelope, seen_at);
  }
  SigningKeys board() const { return {&org.board[0], &org.board[1]}; }
  v1::Envelope FreezeBy(const SigningKeys& keys) {
    return make().Freeze(org.id, ScopeOfAll(), keys);
  }
  StopMaker make() { return {commons, random}; }

  SeededRandom random;
  CommonsId commons;
  TestOrg org;
  crypto::SigningKey other = crypto::SigningKey::Generate(random);
  OrgLog log;
};

using Ids = std::vector<DocId>;

TEST(FoldStops, TwoGuardiansAtOnce) {
  Stopping s;
  const v1::Envelope first = s.FreezeBy({s.org.guardian.get()}), second = s.FreezeBy({&s.other});
  s.Put(first), s.Put(second);
  EXPECT_EQ(s.Frozen().size(), 2u);
  // The board ends one; the other stays.
  s.Put(s.make().Lift(s.org.id, {first}, s.board()));
  EXPECT_EQ(s.Frozen(), Ids{IdOf(second)});
  EXPECT_EQ(s.Fold().lifted, std::set<DocId>{IdOf(first)});
}

TEST(FoldStops, RefreezeSameText) {
  Stopping s;
  const v1::Envelope first = s.FreezeBy({s.org.guardian.get()});
  s.Put(first);
  s.Put(s.make().Lift(s.org.id, {first}, s.board()));
  EXPECT_TRUE(s.Frozen().empty());
  s.Put(first);  // again: it is lifted
  EXPECT_TRUE(s.Frozen().empty());
  const v1::Envelope again = s.FreezeBy({s.org.guardian.get()});
  s.Put(again);
  EXPECT_EQ(s.Frozen(), Ids{IdOf(again)});
}

// A card takes the place of the first, a day later: another guardian, two new seats.
struct Changed : Stopping {
  Changed() : later(TestCommons::Start() + absl::Hours(24)) {}
  void ChangeCard() {
    const Document& card = *log.entries[0].document;
    const std::string next = *DraftNextCard(
        card,
        {.seats = SeatsOf({&org.board[0], &x, &y}), .guardians = std::vector{fresh.public_key()}},
        later);
    log.entries.push_back({std::make_shared<const Document>(*OpenDocument(SignDocument(
                               kinds::kOrgRoot, next, {&org.board[0], &org.board[1], &x}))),
                           later, 1});
  }
  SigningKeys new_board() const { return {&x, &y}; }

  const absl::Time later;
  crypto::SigningKey x = crypto::SigningKey::Generate(random);
  crypto::SigningKey y = crypto::SigningKey::Generate(random);
  crypto::SigningKey fresh = crypto::SigningKey::Generate(random);
};

TEST(FoldStops, NothingOpensBecauseAGuardianIsReplaced) {
  Changed s;
  const v1::Envelope before = s.FreezeBy({&s.other});
  s.Put(before);
  s.ChangeCard();
  EXPECT_EQ(s.Frozen(), Ids{IdOf(before)});
  s.Put(s.FreezeBy({&s.other}), s.later + absl::Hours(1));
  s.Put(s.FreezeBy({&s.fresh}), s.later + absl::Hours(1));
  EXPECT_EQ(s.Frozen().size(), 3u) << "whoever was a guardian may stop until the board lifts that";
  s.Put(s.make().LiftOf(s.org.id, s.other.public_key(), s.new_board()), s.later + absl::Hours(2));
  EXPECT_EQ(s.Frozen().size(), 1u);
}

// A board that went ends nothing more; what it had ended stays so.
TEST(FoldStops, LiftsAreOfTheBoardThatIsInForceWhenTheyCome) {
  Changed s;
  const v1::Envelope first = s.FreezeBy({&s.other}), second = s.FreezeBy({&s.other});
  s.Put(first), s.Put(second);
  s.Put(s.make().Lift(s.org.id, {first}, s.board()));
  EXPECT_EQ(s.Frozen(), Ids{IdOf(second)});
  s.ChangeCard();
  EXPECT_EQ(s.Frozen(), Ids{IdOf(second)});
  s.Put(s.make().Lift(s.org.id, {second}, s.board()), s.later);
  EXPECT_EQ(s.Frozen(), Ids{IdOf(second)}) << "by the seats of before";
  s.Put(s.make().Lift(s.org.id, {second}, s.new_board()), s.later);
  EXPECT_TRUE(s.Frozen().empty());
}

// Nodes that had the lift before the card and after it say otherwise what it ended; what they hold
// and hand on is the same.
TEST(FoldStops, WhatIsHandedOnDoesNotHangOnWhatCameFirst) {
  Changed s;
  s.Put(s.FreezeBy({&s.other}));
  const v1::Envelope lift = s.make().LiftOf(s.org.id, s.other.public_key(), s.board());
  s.ChangeCard();
  const OrgLog without = s.log;
  s.Put(lift, s.later - absl::Hours(1));
  const Stops before = s.Fold();
  s.log = without;
  s.Put(lift, s.later + absl::Hours(1));
  const Stops after = s.Fold();
  EXPECT_TRUE(before.freezes.empty());
  EXPECT_EQ(after.freezes.size(), 1u);
  EXPECT_EQ(before.sets_hash, after.sets_hash);
  EXPECT_TRUE(before.left_out.empty() && after.left_out.empty());
  s.Put(s.make().LiftOf(s.org.id, s.other.public_key(), s.new_board()), s.later);
  EXPECT_EQ(s.Fold().left_out.size(), 1u);
  s.log.forked_at = s.later + absl::Hours(2);  // now others may see the lifts in another order
  EXPECT_TRUE(s.Frozen().empty() && s.Fold().left_out.empty());
}

TEST(FoldStops, ABoardThatWentRevokesNothingMore) {
  Changed s;
  const auto revoked = [&](const SigningKeys& keys, absl::Time seen_at) {
    const OrgLog was = s.log;
    s.Put(SignDocument(kRevocationKind.type,
                       *DraftRevocation({s.org.id, s.x.public_key(), 1, Hash32(), v1::STOP_KEY},
                                        s.random, s.later),
                       keys),
          seen_at);
    const size_t keys_revoked = s.Fold().revoked.size();
    s.log = was;
    return keys_revoked;
  };
  s.ChangeCard();
  EXPECT_EQ(revoked(s.board(), s.later), 0u);
  EXPECT_EQ(revoked(s.board(), s.later - absl::Hours(25)), 0u) << "whatever came first";
  EXPECT_EQ(revoked({&s.x}, s.later), 1u) << "the key itself";
  EXPECT_EQ(revoked(s.new_board(), s.later), 1u);
}

// Two guardians' freezes, one of both, a lift of each kind, in all 720 orders.
TEST(FoldStops, OrderOfArrivalDoesNotMatter) {
  Stopping s;
  const std::vector<v1::Envelope> freezes = {
      s.FreezeBy({s.org.guardian.get()}), s.FreezeBy({&s.other}),
      s.FreezeBy({s.org.guardian.get(), &s.other}), s.FreezeBy({&s.other})};
  std::vector<v1::Envelope> documents = freezes;
  documents.push_back(s.make().Lift(s.org.id, {freezes[1]}, s.board()));
  documents.push_back(s.make().LiftOf(s.org.id, s.org.guardian->public_key(), s.board()));
  Ids expected = {IdOf(freezes[2]), IdOf(freezes[3])};
  std::sort(expected.begin(), expected.end());
  std::vector<size_t> order(documents.size());
  std::iota(order.begin(), order.end(), 0);
  std::set<std::string> hashes;
  const OrgLog empty = s.log;
  do {
    s.log = empty;
    for (const size_t i : order) s.Put(documents[i]);
    ASSERT_EQ(s.Frozen(), expected);
    hashes.insert(s.Fold().sets_hash);
  } while (std::next_permutation(order.begin(), order.end()));
  EXPECT_EQ(hashes.size(), 1u);
}

// What the key stops later is lifted before it comes, until somebody else signs it as well.
TEST(FoldStops, LiftOfAKeyIsOfWhatItAloneSigns) {
  Stopping s;
  s.Put(s.make().LiftOf(s.org.id, s.org.guardian->public_key(), s.board()));
  const v1::Envelope both = s.FreezeBy({s.org.guardian.get(), &s.other});
  v1::Envelope alone = both;
  alone.mutable_signatures()->RemoveLast();
  s.Put(alone);
  EXPECT_TRUE(s.Frozen().empty());
  const std::string hash = s.Fold().sets_hash;  // what it alone signs is not handed on
  EXPECT_EQ(s.Fold().left_out, std::set<DocId>{IdOf(both)});
  s.Put(both);
  EXPECT_EQ(s.Frozen(), Ids{IdOf(both)});
  EXPECT_NE(s.Fold().sets_hash, hash);
  const v1::Envelope with_board =
      s.FreezeBy({s.org.guardian.get(), &s.org.board[0], &s.org.board[1]});
  s.Put(with_board);
  EXPECT_EQ(s.Frozen().size(), 2u);
}

TEST(FoldStops, NothingButTheBoardsThresholdLifts) {
  Stopping s;
  const v1::Envelope freeze = s.FreezeBy({s.org.guardian.get()});
  s.Put(freeze);
  for (const SigningKeys& keys : std::vector<SigningKeys>{
           {}, {&s.org.board[0]}, {s.org.guardian.get(), &s.other}, {s.org.node.get()}}) {
    s.Put(s.make().Lift(s.org.id, {freeze}, keys));
    s.Put(s.make().LiftOf(s.org.id, s.org.guardian->public_key(), keys));
  }
  EXPECT_EQ(s.Frozen(), Ids{IdOf(freeze)});
}

// A lift that came once the log was known to have two histories widens nothing; one before does.
TEST(FoldStops, LiftOfAForkedLogDoesNothing) {
  Stopping s;
  const absl::Time fork = TestCommons::Start() + absl::Hours(1);
  const v1::Envelope before = s.FreezeBy({&s.other}), after = s.FreezeBy({&s.other});
  s.Put(before), s.Put(after);
  s.Put(s.make().Lift(s.org.id, {before}, s.board()), fork - absl::Seconds(1));
  s.Put(s.make().Lift(s.org.id, {after}, s.board()), fork);
  s.log.forked_at = fork;
  EXPECT_EQ(s.Frozen(), Ids{IdOf(after)});
  s.Put(s.FreezeBy({&s.other}), fork + absl::Seconds(1));  // freezes go on acting
  EXPECT_EQ(s.Frozen().size(), 2u);
}

TEST(FoldStops, OnlyOfThisOrganisationInThisCommons) {
  Stopping s;
  const StopMaker elsewhere{*CommonsId::FromBytes(std::string(32, 'x')), s.random};
  const OrgId stranger = *OrgId::FromBytes(std::string(32, 's'));
  const v1::Envelope other_commons =
      elsewhere.Freeze(s.org.id, ScopeOfAll(), {s.org.guardian.get()});
  const v1::Envelope other_org = s.make().Freeze(stranger, ScopeOfAll(), {s.org.guardian.get()});
  const v1::Envelope unsigned_one = s.FreezeBy({});
  v1::OrgRoot card;
  card.ParseFromString(s.org.card.payload());
  const auto told = [&](const v1::Envelope& envelope, std::optional<CommonsId> commons) {
    s.Put(envelope);
    return Told(CheckBelongs(*OpenDocument(envelope), s.org.id, OneCard(card), commons));
  };
  EXPECT_EQ(told(other_commons, s.commons), "WRONG_COMMONS: a document of another commons");
  EXPECT_EQ(told(other_org, s.commons), "UNKNOWN_ISSUER: issued by another organisation");
  EXPECT_EQ(told(unsigned_one, s.commons), "UNDER_SIGNED: stop: lacks signatures");
  EXPECT_TRUE(s.Frozen().empty());
  EXPECT_EQ(told(s.FreezeBy({&s.other}), std::nullopt),
            "WRONG_COMMONS: a document of another commons");
  EXPECT_EQ(Told(CheckBelongs(*OpenDocument(s.org.card), s.org.id, OneCard(card), s.commons)),
            "OUT_OF_ORDER: organisation card: stands in a log");
}

// In the register of all logs; a set that grew does not make the log fold again.
TEST(FoldStops, RegisterGoesOnWithASetThatGrew) {
  TestCommons c({});
  c.Open();
  Logs logs;
  for (const auto& [org, log] : c.logs) ChangeIn(logs, org) = log;
  const FoldedLogs before = FoldedLogs().Then(logs, c.commons_id);
  EXPECT_TRUE(before.reg()->StopsOf(c.orgs[1].id)->freezes.empty());
  PutIntoSet(ChangeIn(logs, c.orgs[1].id),
             StopMaker{c.commons_id, c.random}.Freeze(c.orgs[1].id, ScopeOfAll(),
                                                      {c.orgs[1].guardian.get()}),
             c.now);
  const FoldedLogs after = before.Then(logs, c.commons_id);
  EXPECT_EQ(after.reg()->StopsOf(c.orgs[1].id)->freezes.size(), 1u);
  EXPECT_TRUE(after.reg()->StopsOf(c.orgs[0].id)->freezes.empty());
  EXPECT_LE(after.reg()->steps(), 2u) << "the freeze, and a card that names who signed";
  EXPECT_EQ(after.reg()->head(), before.reg()->head());
  EXPECT_EQ(after.reg()->StopsOf(*OrgId::FromBytes(std::string(32, 's'))), nullptr);
}

}  // namespace
}  // namespace commons::governance
