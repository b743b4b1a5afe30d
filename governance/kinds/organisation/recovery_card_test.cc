#include "gmock/gmock.h"
#include "governance/kinds/organisation/recovery.h"
#include "governance/kinds/review.h"
#include "governance/kinds/sign_check.h"
#include "governance/kinds/signing_status.h"
#include "governance/review/recovery_words.h"
#include "governance/testing/problems_for_test.h"
#include "governance/testing/recovery_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct RecoveryKind : testing::Test, RecoveringCommons {
  Document Opened(const Keys& keys) const {
    return *OpenDocument(Signed(Draft({&x, &y, &z}), keys));
  }
};

TEST_F(RecoveryKind, AReviewSaysFirstWhoSignsWhenItActsAndHowToObject) {
  const Document document = Opened({&r, &x});
  const Register reg = Fold();
  const std::string shown = Review(document, &reg);
  EXPECT_THAT(shown, StartsWith("Recovery card: others than the board"));
  EXPECT_THAT(shown, HasSubstr("for the lost keys sign: 1 of 2 signed: missing"));
  EXPECT_THAT(shown, HasSubstr("takes power: 30 days after"));
  EXPECT_THAT(shown, HasSubstr(absl::StrCat("with card = \"", document.id.ToHex(), "\"")));
  EXPECT_THAT(shown, HasSubstr("! every dataset of the organisation then closes"));
  EXPECT_LT(shown.find("for the lost keys sign"), shown.find("board decides by"));
  EXPECT_THAT(Review(document, nullptr), HasSubstr("whose they are is on the card before it"));
}

TEST_F(RecoveryKind, AFirstCardWithoutARecoveryIsWarnedOf) {
  EXPECT_THAT(Review(*OpenDocument(org.card), nullptr), HasSubstr("no recovery is set"));
  EXPECT_THAT(Review(base, nullptr), Not(HasSubstr("no recovery is set")));
  EXPECT_THAT(Review(base, nullptr), HasSubstr("lost keys are replaced by: 2 of 3 in recovery"));
}

TEST_F(RecoveryKind, KeysThatCount) {
  const Document document = Opened({});
  const auto& card = base.As<v1::OrgRoot>();
  for (const auto* key : {&r, &s, &t, &x, &y, &z}) {
    EXPECT_TRUE(KeyCounts(document, key->public_key(), card));
  }
  for (const auto* key : Keys{a, b, c, org.guardian.get(), org.node.get()}) {
    EXPECT_FALSE(KeyCounts(document, key->public_key(), card));
  }
  EXPECT_THAT(std::string(CheckKeyCounts(document, a->public_key(), "seat-0", card).message()),
              HasSubstr("names to replace lost ones"));
}

TEST_F(RecoveryKind, StatusSaysWhoOfBothIsMissing) {
  const auto& card = base.As<v1::OrgRoot>();
  const std::string said = SigningStatus(Opened({&r, &x, &y}), card, {}, now);
  EXPECT_THAT(said, HasSubstr("of those who replace lost keys: 1 of 2 signed: missing"));
  EXPECT_THAT(said, HasSubstr("of the board that comes: signed by all that are needed"));
  EXPECT_FALSE(EnoughSigned(Opened({&r, &x, &y}), card));
  EXPECT_FALSE(EnoughSigned(Opened({&r, &s, &x}), card));
  EXPECT_TRUE(EnoughSigned(Opened({&r, &s, &x, &y}), card));
  v1::OrgRoot nobody = card;
  nobody.clear_recovery();
  EXPECT_THAT(SigningStatus(Opened({&r}), nobody, {}, now),
              HasSubstr("names nobody who may replace"));
}

TEST_F(RecoveryKind, NotesNameTheMemberTheDayAndWhoRecovers) {
  const absl::Time seen = now;
  const auto note = [&](const OrgId& own) {
    const auto notes = RecoveryNotes(Fold(), own, now);
    return notes.empty() ? Note() : notes.front();
  };
  EXPECT_EQ(note(org.id).what, "");
  const DocId card = Recover();
  EXPECT_THAT(note(org.id).what, StartsWith("recovery of org-1, since 2026-01-03, by key "));
  EXPECT_THAT(note(org.id).what, HasSubstr("takes power on 2026-02-02 unless one seat"));
  EXPECT_THAT(note(org.id).remedy, HasSubstr(card.ToHex()));
  EXPECT_TRUE(note(org.id).ours);
  EXPECT_FALSE(note(orgs[0].id).ours);
  now = seen + kRecoveryWait;
  EXPECT_THAT(note(org.id).what, HasSubstr("its new board has not spoken yet"));
  EXPECT_THAT(note(org.id).remedy, HasSubstr("every dataset is closed"));
  now = seen;
  Object(card, {c});
  EXPECT_THAT(note(org.id).what, HasSubstr("a seat objected on 2026-01-03, it never takes power"));
}

// "May name other orgs": keys of their seats, told as theirs.
TEST_F(RecoveryKind, KeysOfOtherOrganisationsSeats) {
  const crypto::SigningKey& other = orgs[2].board[0];
  Push(org.id, SignedCard(DraftWith({.recovery = QuorumOf(1, {&other})}), {a, b}));
  base = CardOf(*this, org);
  const DocId card = Push(org.id, Signed(Draft({&x, &y}), {&other, &x, &y}));
  EXPECT_EQ(ProblemOf(Fold(), card), "counts");
  EXPECT_THAT(RecoveryNotes(Fold(), org.id, now).front().what,
              HasSubstr("by the seat-0 seat of org-2"));
}

}  // namespace
}  // namespace commons::governance
