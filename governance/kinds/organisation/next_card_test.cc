// Drafts of cards that take the place of others, and what such a card may say.
#include "governance/kinds/organisation/next_card.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/kinds/review.h"
#include "governance/testing/kind_cases_for_test.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;
using testing::Not;

class NextCardTest : public testing::Test {
 protected:
  std::string Drafted(const CardChanges& changes) {
    const auto draft = DraftNextCard(*OpenDocument(org.card), changes, c.now);
    if (draft.ok()) root.ParseFromString(*draft);
    return Told(draft.status());
  }

  TestCommons c{{.seats = 3, .board_k = 2}};
  const TestOrg& org = c.orgs[0];
  const crypto::SigningKey x = c.NewKey();
  v1::OrgRoot root;
};

TEST_F(NextCardTest, ADraftKeepsWhatIsNotChanged) {
  ASSERT_EQ(Drafted({}), "OK");
  const v1::OrgRoot before = OpenDocument(org.card)->As<v1::OrgRoot>();
  EXPECT_EQ(root.header().version(), 2u);
  EXPECT_EQ(root.header().prev(0), IdOf(org.card).ToBytes());
  EXPECT_EQ(root.header().issuer(), org.id.ToBytes());
  EXPECT_EQ(root.header().commons_id(), std::string(32, '\0'));
  EXPECT_EQ(root.header().nonce(), "");
  *root.mutable_header() = before.header();
  EXPECT_EQ(root.SerializeAsString(), before.SerializeAsString());
}

TEST_F(NextCardTest, ADraftFollowsTheCardItIsMadeFrom) {
  const Document second =
      *OpenDocument(SignedCard(NextCard(c, org, {.expires_at = 1893456000}), c.Board(org)));
  ASSERT_TRUE(root.ParseFromString(*DraftNextCard(second, {}, c.now)));
  EXPECT_EQ(root.header().version(), 3u);
  EXPECT_EQ(root.header().issuer(), org.id.ToBytes());
  EXPECT_EQ(root.header().prev(0), second.id.ToBytes());
  EXPECT_EQ(root.header().expires_at(), 1893456000) << "dropping an end would be wider";
  EXPECT_EQ(OrganisationOf(second), org.id);
}

TEST_F(NextCardTest, ADraftChangesWhatIsSaid) {
  CardChanges changes{.seats = SeatsOf({&org.board[0], &x})};
  changes.guardians = std::vector<PublicKey>();
  changes.stewards = std::vector{org.guardian->public_key()};
  changes.recovery = OpenDocument(org.card)->As<v1::OrgRoot>().board();
  changes.expires_at = 1893456000;
  ASSERT_EQ(Drafted(changes), "OK");
  EXPECT_EQ(root.seats_size(), 2);
  EXPECT_EQ(root.board().k(), 2u);
  EXPECT_EQ(root.board().members(1).key(), x.public_key().ToBytes());
  EXPECT_EQ(root.guardians_size(), 0);
  EXPECT_EQ(root.stewards(0), org.guardian->public_key().ToBytes());
  EXPECT_EQ(root.recovery().members_size(), 3);
  EXPECT_EQ(root.header().expires_at(), 1893456000);
  const Document second = *OpenDocument(SignedCard(root, {}));
  ASSERT_TRUE(root.ParseFromString(
      *DraftNextCard(second, {.recovery = v1::Quorum(), .expires_at = 0}, c.now)));
  EXPECT_FALSE(root.has_recovery());
  EXPECT_EQ(root.header().expires_at(), 0);
}

TEST_F(NextCardTest, WhatWouldBeNoCardIsNotDrafted) {
  EXPECT_EQ(Drafted({.seats = SeatsOf({&x})}), "MALFORMED: a threshold asks for 2 of 1");
  EXPECT_EQ(Drafted({.seats = SeatsOf({&x, org.guardian.get()})}),
            "MALFORMED: card: the key of a guardian is used twice");
  EXPECT_EQ(Drafted({.expires_at = -1}), "MALFORMED: header: a time out of range");
  v1::OrgRoot grouped = OpenDocument(org.card)->As<v1::OrgRoot>();
  v1::Quorum groups;
  groups.set_k(1);
  *groups.add_members()->mutable_group() = grouped.board();
  *grouped.mutable_board() = groups;
  const Document card = *OpenDocument(SignedCard(grouped, {}));
  const auto draft = DraftNextCard(card, {.seats = SeatsOf({&x})}, c.now);
  EXPECT_EQ(draft.status().message(),
            "the board decides by groups: say how it does with the new seats");
}

TEST_F(NextCardTest, ALaterCardRefusesWhatIsOffByOneThing) {
  ASSERT_EQ(Drafted({}), "OK");
  const char* issuer = "a later card names its organisation as issuer, and no commons";
  const std::string node = root.node().node_key();
  ExpectRefusals<v1::OrgRoot>(
      kOrgRootKind, root,
      {
          {[](auto& p) { p.mutable_header()->set_issuer(std::string(32, '\0')); }, v1::MALFORMED,
           issuer},
          {[](auto& p) { p.mutable_header()->set_commons_id(std::string(32, 'c')); }, v1::MALFORMED,
           issuer},
          {[](auto& p) { p.mutable_header()->set_issuer("short"); }, v1::MALFORMED,
           "header: commons_id and issuer"},
          {[](auto& p) { p.mutable_header()->clear_prev(); }, v1::MALFORMED,
           "prev is absent only in version 1"},
          {[](auto& p) { p.mutable_header()->set_prev(0, "short"); }, v1::MALFORMED,
           "prev is not a document id"},
          {[](auto& p) { p.mutable_header()->add_prev(std::string(32, 'p')); },
           v1::NOT_SUPPORTED_YET, "a version that ends a fork"},
          {[](auto& p) { p.mutable_header()->set_nonce(std::string(32, 'n')); }, v1::MALFORMED,
           "only a genesis has a nonce"},
          {[](auto& p) { p.mutable_header()->set_chain("organisation"); }, v1::MALFORMED,
           "chain must be 'org'"},
          {[](auto& p) { p.mutable_header()->set_version(1); }, v1::MALFORMED,
           "a genesis has zero commons_id and issuer, and no prev"},
          {[](auto& p) { p.mutable_header()->set_effective_at(p.header().issued_at() + 1); },
           v1::NOT_SUPPORTED_YET,
           "a card that acts later than it stands in its log; sign it when it is to act"},
          // One key under two ids.
          {[](auto& p) { p.add_guardians(p.seats(0).key()); }, v1::MALFORMED,
           "card: the key of a guardian is used twice"},
          {[&](auto& p) {
             p.mutable_seats(0)->set_key(node);
             p.mutable_board()->mutable_members(0)->set_key(node);
           },
           v1::MALFORMED, "card: the key of the node is used twice"},
          {[](auto& p) {
             v1::Quorum& group = *p.mutable_board()->add_members()->mutable_group();
             group.set_name("again");
             group.set_k(1);
             group.add_members()->set_key(p.seats(0).key());
           },
           v1::MALFORMED, "a threshold names a key twice"},
      });
}

TEST_F(NextCardTest, AReviewSaysWhatChanges) {
  c.Found();
  const Register reg = c.Fold();
  CardChanges changes{.seats = SeatsOf({&org.board[0], &x})};
  changes.board = v1::Quorum();
  changes.board->set_k(1);
  for (const auto* key : {&org.board[0], &x}) {
    changes.board->add_members()->set_key(key->public_key().ToBytes());
  }
  ASSERT_EQ(Drafted(changes), "OK");
  const Document next = *OpenDocument(SignedCard(root, {}));
  const std::string shown = Review(next, &reg);
  EXPECT_THAT(shown, HasSubstr("version: 2; it rules from where it stands"));
  EXPECT_THAT(shown, HasSubstr("from: org-0"));
  EXPECT_THAT(shown, HasSubstr("the seat 'seat-2' goes"));
  EXPECT_THAT(shown, HasSubstr("WIDER: 'seat-0' alone could then decide everything"));
  const char* unknown = "the card before it is not known here: what changes is not shown";
  EXPECT_THAT(shown, Not(HasSubstr(unknown)));
  EXPECT_THAT(Review(next, nullptr), HasSubstr(unknown));
  root.mutable_header()->set_prev(0, std::string(32, 'p'));
  EXPECT_THAT(Review(*OpenDocument(SignedCard(root, {})), &reg), HasSubstr(unknown));
  EXPECT_THAT(Review(*OpenDocument(org.card), &reg), Not(HasSubstr(unknown)));
  c.Push(org.id, SignedCard(next.As<v1::OrgRoot>(), c.Board(org)));
  const Register with = c.Fold();
  ASSERT_EQ(with.FindMember(org.id)->root_id, next.id);
  EXPECT_EQ(Review(next, &with), shown) << "and as it was read when it was signed";
}

// Bytes that every later version must read alike: golden/README.md.
TEST(NextCardGolden, Version1OfTheFormat) {
  const auto read = [](const std::string& name) {
    std::ifstream in(
        absl::StrCat(COMMONS_SOURCE_DIR, "/governance/kinds/organisation/golden/", name, ".hex"));
    std::string hex((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    hex.erase(std::remove(hex.begin(), hex.end(), '\n'), hex.end());
    v1::Envelope envelope;
    EXPECT_TRUE(envelope.ParseFromString(absl::HexStringToBytes(hex)) && !hex.empty()) << name;
    return envelope;
  };
  TestCommons c({.orgs = 1, .seats = 3, .board_k = 2, .seed = "golden cards"});
  const TestOrg& org = c.orgs[0];
  const crypto::SigningKey x = c.NewKey();
  const v1::OrgRoot second =
      NextCard(c, org, {.seats = SeatsOf({&org.board[0], &org.board[1], &x})});
  const v1::Envelope written = SignedCard(second, {&org.board[0], &x, &org.board[1]});
  EXPECT_EQ(read("first").SerializeAsString(), org.card.SerializeAsString());
  EXPECT_EQ(read("second").SerializeAsString(), written.SerializeAsString());
  const Document first = *OpenDocument(read("first"));
  const OrgId id = OrganisationOf(first);
  EXPECT_EQ(
      Told(CheckSucceeds(*OpenDocument(read("second")), id, first.id, first.As<v1::OrgRoot>())),
      "OK");
}

}  // namespace
}  // namespace commons::governance
