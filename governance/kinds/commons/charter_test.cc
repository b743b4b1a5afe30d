#include "governance/kinds/commons/charter.h"

#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(CharterKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  ExpectRefusals<v1::Charter>(
      kCharterKind, PayloadOf<v1::Charter>(c, kCharterKind),
      {
          {[](auto& p) { p.set_threshold_numerator(49), p.set_threshold_denominator(100); },
           v1::MALFORMED, "charter: the threshold a/b must be at least 1/2 and below 1"},
          {[](auto& p) { p.set_threshold_numerator(3), p.set_threshold_denominator(3); },
           v1::MALFORMED, "charter: the threshold a/b must be at least 1/2 and below 1"},
          {[](auto& p) { p.set_cooling_off_seconds(-1); }, v1::MALFORMED, "charter: cooling-off"},
          {[](auto& p) { p.clear_founders(), p.clear_founder_cards(); }, v1::MALFORMED,
           "charter: one card for each of 1 to 256 founders"},
          {[](auto& p) { p.mutable_founder_cards()->RemoveLast(); }, v1::MALFORMED,
           "charter: one card for each of 1 to 256 founders"},
          {[](auto& p) {
             p.mutable_founders()->SwapElements(0, 1),
                 p.mutable_founder_cards()->SwapElements(0, 1);
           },
           v1::MALFORMED, "charter: founders must be distinct and sorted"},
          {[](auto& p) { p.mutable_founder_cards()->SwapElements(0, 1); }, v1::MALFORMED,
           "charter: founder cards must follow the order of the founders"},
          {[](auto& p) { p.mutable_founder_cards(0)->set_payload_type("commons/charter/1"); },
           v1::MALFORMED, "charter: founder cards must follow the order of the founders"},
      });
}

// What only the opened cards tell.
TEST(CharterKind, FoundersAreToldApartAndNotMixedWithPractice) {
  TestCommons c({});
  const auto founding = [&](const std::vector<v1::Envelope>& cards, bool practice) {
    const auto draft =
        DraftCharter(cards, "name", "purpose", absl::ZeroDuration(), practice, c.random, c.now);
    return std::string(draft.status().message());
  };
  const v1::Envelope& first = c.orgs[0].card;
  EXPECT_EQ(founding({first, c.orgs[1].card}, false), "");
  EXPECT_EQ(founding({first, c.NewOrg("org-0").card}, false),
            "charter: two founders named 'org-0'");
  c.options.practice = true;
  const v1::Envelope practice = c.NewOrg("trial").card;
  EXPECT_EQ(founding({first, practice}, false), "'trial' has practice keys");
  EXPECT_EQ(founding({first, practice}, true), "");
  EXPECT_EQ(founding({c.charter}, false), "a founder's card is not one");
  v1::Envelope unsigned_card = first;
  unsigned_card.clear_signatures();
  EXPECT_EQ(founding({unsigned_card}, false), "the card of 'org-0'");
}

}  // namespace
}  // namespace commons::governance
