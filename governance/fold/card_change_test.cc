// Cards that take the place of others in their organisation's log: by whose signatures, from where
// on, and every way around that.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/problems_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;

// Org 1 has the seats a, b and c; two of them decide. x, y and z are to come.
class CardChange : public testing::Test {
 protected:
  CardChange() : com({.seats = 3, .board_k = 2}), org(com.orgs[1]) { com.Open(); }

  using Keys = TestCommons::Keys;
  v1::OrgRoot Seats(const Keys& keys) { return NextCard(com, org, {.seats = SeatsOf(keys)}); }
  DocId Put(const v1::OrgRoot& root, const Keys& keys) {
    return com.Push(org.id, SignedCard(root, keys));
  }
  // What is said of a document at the end of the log, where it does not stay.
  std::string Said(const v1::Envelope& envelope) {
    const DocId id = com.Push(org.id, envelope);
    const Register reg = com.Fold();
    com.logs[org.id].entries.pop_back();
    return ProblemOf(reg, id);
  }
  std::string Said(const v1::OrgRoot& root, const Keys& keys) {
    return Said(SignedCard(root, keys));
  }
  v1::Envelope Policy(const Keys& keys) {
    v1::OwnerPolicy p;
    p.set_dataset("cases");
    *p.mutable_rule() = com.OwnerRule();
    *p.mutable_header() = NextHeader(com.Fold(), org.id, PolicyChain("cases"), com.now);
    return SignDocument(kinds::kOwnerPolicy, p.SerializeAsString(), keys);
  }
  std::string Lacks() { return "UNDER_SIGNED: policy/cases version 2 lacks signatures"; }

  TestCommons com;
  const TestOrg& org;
  const crypto::SigningKey x = com.NewKey(), y = com.NewKey(), z = com.NewKey();
  const crypto::SigningKey *a = &org.board[0], *b = &org.board[1], *c = &org.board[2];
};

TEST_F(CardChange, ABoardDecidesFromWhereItsCardStands) {
  EXPECT_EQ(Said(Policy({b, c})), "counts");
  EXPECT_EQ(Said(Policy({b, &x})), Lacks());
  const DocId card = Put(Seats({a, b, &x}), {a, b});
  EXPECT_EQ(ProblemOf(com.Fold(), card), "counts");
  EXPECT_EQ(Said(Policy({b, &x})), "counts");
  EXPECT_EQ(Said(Policy({b, c})), Lacks());
  const Organisation member = *com.Fold().FindMember(org.id);
  EXPECT_EQ(member.root_id, card);
  EXPECT_EQ(member.root.seats(2).key(), x.public_key().ToBytes());
  EXPECT_EQ(member.id, org.id) << "the name is the first card's hash";
}

// What the board that went signed before stays; a draft of then is nothing any more.
TEST_F(CardChange, AnOldDraftIsNotRevived) {
  const v1::Envelope draft = Policy({b, c});
  const DocId before = com.Fold().OwnerPolicies(org.id, "cases")->versions.back().id;
  Put(Seats({a, &x, &y}), {a, b, &x});
  EXPECT_EQ(Said(draft), Lacks());
  EXPECT_EQ(com.Fold().OwnerPolicies(org.id, "cases")->versions.back().id, before);
}

TEST_F(CardChange, StewardsGuardiansAndThresholdAreOfTheCardInForce) {
  CardChanges changes{.stewards = std::vector{x.public_key()}};
  changes.guardians = std::vector{y.public_key(), z.public_key()};
  changes.board = com.Fold().FindMember(org.id)->root.board();
  changes.board->set_k(3);
  const auto notice = [&](const crypto::SigningKey& steward) {
    v1::Manifest manifest = com.CasesManifest(2);
    *manifest.mutable_header() = NextHeader(com.Fold(), org.id, ManifestChain("cases"), com.now);
    return Said(
        SignDocument(kinds::kManifest, manifest.SerializeAsString(), {&steward, org.node.get()}));
  };
  EXPECT_EQ(notice(*org.steward), "counts");
  Put(NextCard(com, org, changes), {a, b, c});
  EXPECT_EQ(notice(x), "counts");
  EXPECT_THAT(notice(*org.steward), HasSubstr("lacks signatures"));
  EXPECT_EQ(com.Fold().FindMember(org.id)->root.guardians_size(), 2);
  EXPECT_EQ(Said(Policy({a, b})), Lacks());
  EXPECT_EQ(Said(Policy({a, b, c})), "counts");
}

TEST_F(CardChange, NeedsTheBoardThatGoesAndTheOneThatComes) {
  const v1::OrgRoot next = Seats({a, &x, &y});
  const std::string goes = "UNDER_SIGNED: card version 2 lacks signatures of the board that goes";
  const std::string comes = "UNDER_SIGNED: card version 2 lacks signatures of the board that comes";
  EXPECT_EQ(Said(next, {a, b, &x}), "counts");
  EXPECT_EQ(Said(next, {b, c, &x, &y}), "counts");
  EXPECT_EQ(Said(next, {b, c, &x}), comes);
  EXPECT_EQ(Said(next, {a, b}), comes);
  EXPECT_EQ(Said(next, {a, &x, &y}), goes);
  EXPECT_EQ(Said(next, {}), goes);
  EXPECT_EQ(Said(next, {org.guardian.get(), org.steward.get(), org.node.get()}), goes);
}

TEST_F(CardChange, ABoardThatSignsItselfIn) {
  EXPECT_EQ(Said(Seats({&x, &y, &z}), {&x, &y, &z}),
            "UNDER_SIGNED: card version 2 lacks signatures of the board that goes");
}

TEST_F(CardChange, NestedGroupsOfBothBoardsAreCounted) {
  v1::Quorum groups;
  groups.set_name("both");
  groups.set_k(2);
  const auto group = [&](const char* name, uint32_t k, const Keys& keys) {
    v1::Quorum& one = *groups.add_members()->mutable_group();
    one.set_name(name);
    one.set_k(k);
    for (const auto* key : keys) one.add_members()->set_key(key->public_key().ToBytes());
  };
  group("trustees", 2, {a, b, c});
  group("kaumatua", 1, {&x});
  const v1::OrgRoot next = NextCard(com, org, {.seats = SeatsOf({a, b, c, &x}), .board = groups});
  EXPECT_THAT(Said(next, {a, b, c}), HasSubstr("the board that comes"));
  EXPECT_EQ(Said(next, {a, b, &x}), "counts");
  Put(next, {a, b, &x});
  EXPECT_EQ(Said(Policy({a, b, c})), Lacks());
  EXPECT_EQ(Said(Policy({a, c, &x})), "counts");
  EXPECT_THAT(Said(NextCard(com, org,
                            {.seats = SeatsOf({a, b}),
                             .board =
                                 [&] {
                                   v1::Quorum two = groups.members(0).group();
                                   two.mutable_members()->RemoveLast();
                                   return two;
                                 }()}),
                   {a, b, c}),
              HasSubstr("the board that goes"));
}

// ---- Rotation and its attacks.

TEST_F(CardChange, Rollback) {
  const DocId second = Put(Seats({a, b, &x}), {a, b});
  const v1::Envelope two = com.logs[org.id].entries.back().document->envelope;
  const DocId third = Put(Seats({a, &x, &y}), {a, b, &x});
  EXPECT_EQ(com.Fold().TipOf(org.id, kOrgChain).version, 3u);
  EXPECT_EQ(Said(org.card), "OUT_OF_ORDER: only a log's first entry is a first card");
  EXPECT_EQ(Said(two), "OUT_OF_ORDER: card version 2 does not follow version 3");
  v1::OrgRoot again = Seats({a, b, c});  // as it was, from where it is now
  EXPECT_THAT(Said(again, {a, b, c}), HasSubstr("the board that goes"));
  EXPECT_EQ(Said(again, {a, &x, b}), "counts") << "a board may go back, as any other change";
  again.mutable_header()->set_prev(0, second.ToBytes());
  EXPECT_EQ(Said(again, {a, b, c, &x, &y}),
            "OUT_OF_ORDER: card version 4 does not follow version 3");
  EXPECT_EQ(com.Fold().FindMember(org.id)->root_id, third);
}

TEST_F(CardChange, FastForward) {
  v1::OrgRoot next = Seats({a, b, &x});
  next.mutable_header()->set_version(3);
  EXPECT_EQ(Said(next, {a, b, c, &x}), "OUT_OF_ORDER: card version 3 does not follow version 1");
  next.mutable_header()->set_version(2);
  next.mutable_header()->set_prev(0, std::string(32, 'p'));
  EXPECT_EQ(Said(next, {a, b, c, &x}), "OUT_OF_ORDER: card version 2 does not follow version 1");
}

TEST_F(CardChange, MixAndMatchOfTwoDrafts) {
  const v1::Envelope one = SignedCard(Seats({a, b, &x}), {a}),
                     other = SignedCard(Seats({a, b, &y}), {a, b});
  v1::Envelope mixed = one;
  *mixed.add_signatures() = other.signatures(1);
  EXPECT_THAT(Said(mixed), HasSubstr("UNDER_SIGNED"));
  EXPECT_EQ(Said(other), "counts");
  com.Push(org.id, other);
  const v1::Envelope whole = SignedCard(Seats({a, b, &x}), {a, b});
  EXPECT_EQ(Said(SignDocument(kinds::kOrgRoot, one.payload(), {a, b})),
            "OUT_OF_ORDER: card version 2 does not follow version 2")
      << "the first that is complete is the version";
  EXPECT_EQ(Said(whole), "counts") << "a draft that follows it";
}

TEST_F(CardChange, ReplayToAnotherOrganisationsChain) {
  const v1::Envelope card = SignedCard(Seats({a, b, &x}), {a, b});
  const DocId id = com.Push(com.orgs[0].id, card);
  EXPECT_EQ(ProblemOf(com.Fold(), id),
            "UNKNOWN_ISSUER: the card of another organisation than the log's");
  EXPECT_EQ(com.Fold().FindMember(com.orgs[0].id)->root_id, IdOf(com.orgs[0].card));
  EXPECT_EQ(com.Fold().FindMember(org.id)->root_id, IdOf(org.card));
}

// A card is of an organisation, whichever commons it is in: one that names a commons is none.
TEST_F(CardChange, ReplayToAnotherCommons) {
  v1::OrgRoot next = Seats({a, b, &x});
  next.mutable_header()->set_commons_id(com.commons_id.ToBytes());
  EXPECT_EQ(Told(OpenDocument(SignedCard(next, {a, b})).status()),
            "MALFORMED: a later card names its organisation as issuer, and no commons");
  TestCommons other({.seed = "another commons"});
  other.Found();
  const DocId id = other.Push(other.orgs[1].id, SignedCard(Seats({a, b, &x}), {a, b}));
  EXPECT_EQ(ProblemOf(other.Fold(), id),
            "UNKNOWN_ISSUER: the card of another organisation than the log's");
}

TEST_F(CardChange, TypeConfusion) {
  const v1::OrgRoot next = Seats({a, b, &x});
  const v1::Envelope card = SignedCard(next, {a, b}), policy = Policy({a, b});
  for (const char* kind : {kinds::kCharter, kinds::kApproval, kinds::kOwnerPolicy, kinds::kManifest,
                           kinds::kResolution, kinds::kProject, kinds::kAccreditation}) {
    v1::Envelope other = card;
    other.set_payload_type(kind);
    EXPECT_FALSE(OpenDocument(other).ok()) << kind;
    v1::Envelope as_card = policy;
    as_card.set_payload_type(kinds::kOrgRoot);
    EXPECT_FALSE(OpenDocument(as_card).ok());
  }
  // Bytes that are signed as something else are signed by nobody as a card.
  v1::Envelope retyped = SignDocument(kinds::kOwnerPolicy, next.SerializeAsString(), {a, b, c, &x});
  retyped.set_payload_type(kinds::kOrgRoot);
  EXPECT_THAT(Said(retyped), HasSubstr("UNDER_SIGNED"));
}

// A later card is no organisation of its own, though it has a hash as well.
TEST_F(CardChange, ALogThatBeginsWithALaterCard) {
  const v1::Envelope card = SignedCard(Seats({a, b, &x}), {a, b});
  const OrgId named = crypto::Retype<OrgId>(IdOf(card));
  com.Push(named, card);
  EXPECT_THAT(ProblemOf(com.Fold(), IdOf(card)), HasSubstr("does not begin with"));
  EXPECT_EQ(com.Fold().FindMember(named), nullptr);
  EXPECT_EQ(FoldLogs(com.logs, std::nullopt).FindMember(named), nullptr);
  v1::Resolution admits;
  *admits.add_items()->mutable_membership()->mutable_admit() = card;
  *admits.mutable_header() = NextCommonsHeader(com.Fold(), com.orgs[0].id, com.now);
  admits.set_ballot(1);
  EXPECT_EQ(
      Told(OpenDocument(SignDocument(kinds::kResolution, admits.SerializeAsString(), {})).status()),
      "MALFORMED: a card within a document must be its organisation's first");
  EXPECT_FALSE(
      DraftCharter({card}, "T", "t", absl::ZeroDuration(), false, com.random, com.now).ok());
}

TEST_F(CardChange, SignatureBombs) {
  const v1::OrgRoot next = Seats({a, b, &x});
  v1::Envelope card = SignedCard(next, {a});
  while (card.signatures_size() < 64) *card.add_signatures() = card.signatures(0);
  EXPECT_THAT(Said(card), HasSubstr("UNDER_SIGNED")) << "one key is one, however often";
  std::vector<crypto::SigningKey> strangers;
  for (int i = 0; i < 62; ++i) strangers.push_back(com.NewKey());
  card = SignedCard(next, {});
  for (const auto& key : strangers) AddSignature(card, key);
  AddSignature(card, *a);
  AddSignature(card, *b);
  ASSERT_EQ(card.signatures_size(), 64);
  EXPECT_EQ(Said(card), "counts");
  *card.add_signatures() = card.signatures(0);
  EXPECT_EQ(Told(OpenDocument(card).status()),
            "MALFORMED: a document with more than 64 signatures");
}

TEST_F(CardChange, KeyIdsThatLie) {
  const v1::OrgRoot next = Seats({a, b, &x});
  v1::Envelope card = SignedCard(next, {a, &y});
  card.mutable_signatures(1)->set_key(b->public_key().ToBytes());  // signed by y
  EXPECT_THAT(Said(card), HasSubstr("UNDER_SIGNED"));
  card.mutable_signatures(1)->set_key("b");
  EXPECT_THAT(Said(card), HasSubstr("UNDER_SIGNED"));
}

TEST_F(CardChange, WhatOthersKnowItByStays) {
  const auto said = [&](const std::function<void(v1::OrgRoot&)>& change) {
    v1::OrgRoot next = Seats({a, b, &x});
    change(next);
    return Said(next, {a, b, c, &x});
  };
  const std::string keys = "NOT_SUPPORTED_YET: a card that changes the keys of the node; keep them";
  const std::string key = z.public_key().ToBytes();
  EXPECT_EQ(said([](auto& p) { p.set_name("other"); }),
            "NOT_SUPPORTED_YET: a card that changes the organisation's name; keep it");
  EXPECT_EQ(said([&](auto& p) { p.mutable_node()->set_node_key(key); }), keys);
  EXPECT_EQ(said([&](auto& p) { p.mutable_node()->set_tls_key(key); }), keys);
  EXPECT_EQ(said([&](auto& p) { p.mutable_node()->set_witness_key(key); }), keys);
  EXPECT_EQ(said([](auto& p) { p.set_practice(true); }),
            "MALFORMED: a card can't turn practice keys into real ones, nor back; found another "
            "one");
}

// ---- What hangs on cards.

TEST_F(CardChange, AnOrganisationSaysYesByTheCardInForce) {
  Put(Seats({&x, &y, &z}), {a, b, &x, &y});
  v1::Resolution rules;
  *rules.add_items() = TestCommons::CommonRules().items(1);
  const DocId id = com.Propose(rules);
  const uint64_t version = com.Fold().commons_version() + 1;
  EXPECT_THAT(Said(com.Approval(org, version, id, true, {a, b, c})), HasSubstr("UNDER_SIGNED"));
  com.Push(org.id, com.Approval(org, version, id, true, {&x, &z}));
  for (const TestOrg* other : {&com.orgs[0], &com.orgs[2]}) com.Approve(*other, version, id);
  EXPECT_EQ(com.Fold().commons_version(), version);
}

TEST_F(CardChange, WithoutACommonsItCountsAsWell) {
  const DocId card = Put(Seats({a, b, &x}), {a, b});
  EXPECT_EQ(FoldLogs(com.logs, std::nullopt).FindMember(org.id)->root_id, card);
}

// A resolution that ends a suspension carries the first card: it brings no old board back.
TEST_F(CardChange, AdmittedAgainItHasTheCardInForce) {
  const DocId card = Put(Seats({a, b, &x}), {a, b});
  v1::Resolution suspends, admits;
  suspends.add_items()->mutable_membership()->set_suspend(org.id.ToBytes());
  *admits.add_items()->mutable_membership()->mutable_admit() = org.card;
  com.Resolve(suspends);
  ASSERT_TRUE(com.Fold().FindMember(org.id)->suspended);
  const DocId id = com.Propose(admits);
  const uint64_t version = com.Fold().commons_version() + 1;
  for (const TestOrg* other : {&com.orgs[0], &com.orgs[2]}) com.Approve(*other, version, id);
  ASSERT_FALSE(com.Fold().FindMember(org.id)->suspended);
  EXPECT_EQ(com.Fold().FindMember(org.id)->root_id, card);
}

TEST_F(CardChange, ExpiredRootRenews) {  // [expired_root_renews]
  const int64_t end = absl::ToUnixSeconds(com.now) + 100;
  Put(NextCard(com, org, {.expires_at = end}), {a, b});
  const auto decided = [&] {
    return Told(Decide(com.Fold(), org.id, com.Ask(), com.now).status());
  };
  EXPECT_EQ(decided(), "OK");
  com.now += absl::Seconds(100);
  EXPECT_EQ(decided(), "EXPIRED: the organisation card of 'org-1'");
  com.SetPolicy(org, com.OwnerRule());
  EXPECT_EQ(com.Fold().TipOf(org.id, PolicyChain("cases")).version, 2u) << "narrowings count";
  EXPECT_EQ(decided(), "EXPIRED: the organisation card of 'org-1'") << "nothing opens";
  Put(NextCard(com, org, {.expires_at = end + 1000}), {b, c});
  EXPECT_EQ(decided(), "OK");
}

TEST_F(CardChange, AnExpiredCardVouchesForNobody) {
  const TestOrg& asker = com.orgs[0];
  const auto keys = com.Board(asker);
  const int64_t end = absl::ToUnixSeconds(com.now) + 100;
  com.Push(asker.id, SignedCard(NextCard(com, asker, {.expires_at = end}), keys));
  EXPECT_TRUE(com.Fold().AccreditationOf(com.researcher.public_key(), com.now).has_value());
  com.now += absl::Seconds(100);
  EXPECT_FALSE(com.Fold().AccreditationOf(com.researcher.public_key(), com.now).has_value());
  AskRequest ask = com.Ask();
  ask.asking_org = com.orgs[2].id;
  com.Accredit(com.orgs[2]);
  EXPECT_EQ(Told(Decide(com.Fold(), org.id, ask, com.now).status()),
            "EXPIRED: the organisation card of the project's organisation");
}

// ---- The slow reference: boards as lists of numbers, and an index into them.
TEST(CardChangeReference, AuthorityIsOfTheLastCardThatCounts) {
  for (int seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(absl::StrCat("seed ", seed));
    TestCommons com({.seats = 3, .board_k = 2, .seed = absl::StrCat("cards ", seed)});
    com.Open();
    const TestOrg& org = com.orgs[1];
    SeededRandom random(absl::StrCat("card reference ", seed));
    std::vector<crypto::SigningKey> pool;
    for (int i = 0; i < 6; ++i) pool.push_back(com.NewKey());
    TestCommons::Keys all = com.Board(org);
    for (const auto& key : pool) all.push_back(&key);
    const auto some = [&](size_t at_least) {
      TestCommons::Keys keys;
      do {
        keys.clear();
        for (const auto* key : all) {
          if (random.Below(2) == 0) keys.push_back(key);
        }
      } while (keys.size() < at_least);
      return keys;
    };
    const auto two_of = [](const TestCommons::Keys& board, const TestCommons::Keys& signers) {
      size_t n = 0;
      for (const auto* key : board) n += std::count(signers.begin(), signers.end(), key);
      return n >= 2;
    };
    TestCommons::Keys board = com.Board(org);
    size_t counted = 0, refused = 0;
    for (int step = 0; step < 60; ++step) {
      const TestCommons::Keys signers = some(0);
      DocId id;
      bool counts;
      if (random.Below(3) == 0) {
        const TestCommons::Keys next = some(2);
        id = com.Push(org.id, SignedCard(NextCard(com, org, {.seats = SeatsOf(next)}), signers));
        counts = two_of(board, signers) && two_of(next, signers);
        if (counts) board = next;
      } else {
        v1::OwnerPolicy policy;
        policy.set_dataset("cases");
        id = com.Issue(org, kinds::kOwnerPolicy, PolicyChain("cases"), policy, signers);
        counts = two_of(board, signers);
      }
      ASSERT_EQ(ProblemOf(com.Fold(), id) == "counts", counts) << "step " << step;
      ++(counts ? counted : refused);
      if (!counts) com.logs[org.id].entries.pop_back();
    }
    EXPECT_GT(counted, 10u);
    EXPECT_GT(refused, 10u);
  }
}

}  // namespace
}  // namespace commons::governance
