#include "governance/kinds/signing_status.h"

#include "gmock/gmock.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/open_document.h"
#include "governance/review/expiry_words.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/next_card_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;
using testing::Not;

class SigningStatusTest : public testing::Test {
 protected:
  SigningStatusTest() : c_({.orgs = 1, .seats = 3, .board_k = 2}) {
    c_.Open();
    card_ = OpenDocument(c_.orgs[0].card)->As<v1::OrgRoot>();
  }
  Document Rules(size_t signers, int64_t expires_at = 0) {
    v1::OwnerPolicy policy;
    policy.set_dataset("cases");
    *policy.mutable_rule() = TestCommons::OwnerRule();
    c_.Issue(c_.orgs[0], kinds::kOwnerPolicy, PolicyChain("cases"), policy,
             TestCommons::Board(c_.orgs[0], signers), expires_at);
    return *c_.logs[c_.orgs[0].id].entries.back().document;
  }
  // By this seat, as if this version knew the kind.
  Document DeclinedBy(size_t seat, const Document& document, const std::string& why) const {
    auto decline = std::make_shared<v1::Decline>();
    decline->set_document(document.id.ToBytes());
    decline->add_reason()->set_text(why);
    Document declined;
    declined.envelope.set_payload_type(kinds::kDecline);
    declined.payload = decline;
    declined.signers = {c_.orgs[0].board[seat].public_key()};
    return declined;
  }
  std::string Said(const Document& document, const std::vector<Document>& others = {}) const {
    return SigningStatus(document, card_, others, c_.now);
  }

  TestCommons c_;
  v1::OrgRoot card_;
};

TEST_F(SigningStatusTest, NamesWhoSignedAndWhoIsMissing) {
  const std::string said = Said(Rules(1));
  EXPECT_THAT(said, HasSubstr("our rules, "));
  EXPECT_THAT(said, HasSubstr("1 of 2 signed: missing the seat-1 seat or the seat-2 seat"));
  EXPECT_THAT(said, HasSubstr("seats that signed: seat-0\n"));
  EXPECT_THAT(said, HasSubstr("seats that did not: seat-1, seat-2\n"));
  EXPECT_THAT(Said(Rules(2)), HasSubstr("signed by all that are needed"));
  EXPECT_FALSE(EnoughSigned(Rules(1), card_));
  EXPECT_TRUE(EnoughSigned(Rules(2), card_));
}

TEST_F(SigningStatusTest, ALaterCardIsSignedByTheBoardThatComesToo) {
  const crypto::SigningKey x = c_.NewKey();
  const TestOrg& org = c_.orgs[0];
  const crypto::SigningKey *a = &org.board[0], *b = &org.board[1];
  v1::OrgRoot root = NextCard(c_, org, {.seats = SeatsOf({a, &x})});
  const Document half = *OpenDocument(SignedCard(root, {a, b}));
  EXPECT_FALSE(EnoughSigned(half, card_));
  EXPECT_THAT(Said(half), HasSubstr("of the board that comes: 1 of 2 signed"));
  EXPECT_THAT(Said(half), Not(HasSubstr("researcher")));
  EXPECT_TRUE(EnoughSigned(*OpenDocument(SignedCard(root, {a, b, &x})), card_));
  EXPECT_FALSE(EnoughSigned(*OpenDocument(SignedCard(root, {a, &x})), card_));
}

TEST_F(SigningStatusTest, SaysWhatASeatThatDeclinedSaid) {
  const Document rules = Rules(1), others = Rules(1, 4000000000);
  const Document stranger = DeclinedBy(0, rules, "x");
  Document unknown = stranger;
  unknown.signers = {c_.NewKey().public_key()};
  const std::string said = Said(rules, {DeclinedBy(2, rules, "the purpose is too wide"),
                                        DeclinedBy(1, others, "of another"), unknown});
  EXPECT_THAT(said, HasSubstr("declined by: seat-2\n"));
  EXPECT_THAT(said, HasSubstr("the purpose is too wide"));
  EXPECT_THAT(said, Not(HasSubstr("of another")));
  EXPECT_THAT(said, Not(HasSubstr("declined by: seat-1")));
}

TEST_F(SigningStatusTest, WithoutACardItSaysWhatWouldTell) {
  const std::string said = SigningStatus(Rules(1), std::nullopt, {}, c_.now);
  EXPECT_THAT(said, HasSubstr("1; whose they are is on the card of its organisation"));
  EXPECT_THAT(SigningStatus(*OpenDocument(c_.charter), std::nullopt, {}, c_.now),
              HasSubstr("commons doc approve"));
}

TEST_F(SigningStatusTest, CountsTheDaysToItsEnd) {
  const int64_t now = absl::ToUnixSeconds(c_.now), day = 86400;
  const std::pair<int64_t, const char*> cases[] = {
      {400 * day, "on 2027-02-05, in 400 days"},
      {90 * day, "on 2026-04-01, in 90 days"},
      {90 * day - 1, "on 2026-03-31, in 89 days: plan to renew it"},
      {30 * day - 1, "on 2026-01-30, in 29 days: renew it this month"},
      {7 * day - 1, "on 2026-01-07, in 6 days: renew it now"},
      {day, "on 2026-01-02, in 1 day: renew it now"},
      {0, "ended on 2026-01-01: it opens nothing any more; its next version can still be made"}};
  for (const auto& [left, words] : cases) EXPECT_EQ(ExpiryWords(now + left, c_.now), words);
  EXPECT_EQ(ExpiryWords(0, c_.now), "");
  EXPECT_THAT(Said(Rules(2, now + day)), HasSubstr("ends: on 2026-01-02, in 1 day"));
}

}  // namespace
}  // namespace commons::governance
