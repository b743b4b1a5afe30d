#include "governance/draft.h"

#include <set>

#include "absl/strings/match.h"
#include "governance/refusal.h"
#include "governance/test_commons.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(Draft, ACardIsRefusedWhileItIsStillADraft) {
  SeededRandom random("draft");
  OrgRootDraft draft;
  draft.name = "board";
  EXPECT_EQ(ReasonOf(DraftOrgRoot(draft, random, TestCommons::Start()).status()), v1::MALFORMED);
}

TEST(Draft, TwoCardsAreNeverTheSame) {
  TestCommons c({});
  EXPECT_NE(c.NewOrg("same").id, c.NewOrg("same").id);
}

TEST(Draft, ACharterNeedsCompleteCards) {
  TestCommons c({});
  std::vector<v1::Envelope> cards = {c.orgs[0].card};
  cards[0].clear_signatures();
  EXPECT_EQ(ReasonOf(DraftCharter(cards, "n", "p", absl::ZeroDuration(), false, c.random, c.now)
                         .status()),
            v1::UNDER_SIGNED);
}

TEST(Draft, HeadersFollowTheRegister) {
  TestCommons c({});
  c.Open();
  const Register reg = c.Fold();
  const v1::Header first = NextHeader(reg, c.orgs[0].id, PolicyChain("other"), c.now);
  EXPECT_EQ(first.version(), 1u);
  EXPECT_EQ(first.prev_size(), 0);
  const v1::Header second = NextHeader(reg, c.orgs[0].id, PolicyChain("cases"), c.now);
  EXPECT_EQ(second.version(), 2u);
  EXPECT_EQ(second.prev(0), reg.TipOf(c.orgs[0].id, PolicyChain("cases")).id.view());
  const v1::Header commons = NextCommonsHeader(reg, c.orgs[0].id, c.now);
  EXPECT_EQ(commons.version(), 3u);
  EXPECT_EQ(commons.prev(0), reg.commons_head().view());
}

TEST(Fingerprint, IsSixGroupsOfFourDigits) {
  std::set<std::string> seen;
  for (int i = 0; i < 200; ++i) {
    const std::string f = Fingerprint(absl::StrCat(i));
    ASSERT_EQ(f.size(), 29u) << f;
    for (size_t at = 0; at < f.size(); ++at) {
      ASSERT_EQ(f[at] == ' ', at % 5 == 4) << f;
      ASSERT_TRUE(f[at] == ' ' || (f[at] >= '0' && f[at] <= '9')) << f;
    }
    EXPECT_TRUE(seen.insert(f).second);
  }
}

TEST(Review, SaysWhatLooksWrong) {
  TestCommons c({});
  const std::string card = Review(*OpenDocument(c.orgs[0].card), nullptr);
  EXPECT_TRUE(absl::StrContains(card, "Organisation card")) << card;
  EXPECT_TRUE(absl::StrContains(card, "no recovery is set")) << card;
  EXPECT_TRUE(absl::StrContains(card, Fingerprint(c.orgs[0].id.view()))) << card;
  EXPECT_FALSE(absl::StrContains(card, "PRACTICE"));
  c.options.practice = true;
  EXPECT_TRUE(absl::StrContains(Review(*OpenDocument(c.NewOrg("p").card), nullptr), "PRACTICE"));
  v1::OrgRoot named;
  ASSERT_TRUE(named.ParseFromString(c.orgs[0].card.payload()));
  named.mutable_seats(0)->set_label("Mere Parata");
  const auto person = SignDocument(kinds::kOrgRoot, named.SerializeAsString(), {});
  EXPECT_TRUE(absl::StrContains(Review(*OpenDocument(person), nullptr), "person's name"));
  named.mutable_seats(0)->set_label("chair\x1b[2J");
  const auto escape = SignDocument(kinds::kOrgRoot, named.SerializeAsString(), {});
  EXPECT_FALSE(absl::StrContains(Review(*OpenDocument(escape), nullptr), "\x1b"));
}

TEST(Review, HasATitleForEveryDocument) {
  TestCommons c({});
  c.Open();
  std::set<std::string> titles;
  const Register reg = c.Fold();
  for (const auto& entry : c.logs[c.orgs[0].id].entries) {
    const std::string text = Review(*entry.document, &reg);
    titles.insert(text.substr(0, text.find('\n')));
    EXPECT_FALSE(absl::StrContains(text, "not known here")) << text;
    EXPECT_FALSE(absl::StrContains(text, "another commons")) << text;
  }
  EXPECT_EQ(titles.size(), 10u);  // nine kinds, and a yes to each of two versions
}

}  // namespace
}  // namespace commons::governance
