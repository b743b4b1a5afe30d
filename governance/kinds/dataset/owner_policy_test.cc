#include "governance/kinds/dataset/owner_policy.h"

#include "base/limits.h"
#include "gmock/gmock.h"
#include "governance/document/payload.h"
#include "governance/review/screen.h"
#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(OwnerPolicyKind, RefusesWhatIsOffByOneThing) {
  TestCommons c({});
  c.Open();
  ExpectRefusals<v1::OwnerPolicy>(
      kOwnerPolicyKind, PayloadOf<v1::OwnerPolicy>(c, kOwnerPolicyKind),
      {
          {[](auto& p) { p.set_dataset("other"); }, v1::MALFORMED, "chain must be 'policy/other'"},
          {[](auto& p) {
             const std::string name(limits::kNameBytes + 1, 'd');
             p.set_dataset(name), p.mutable_header()->set_chain("policy/" + name);
           },
           v1::MALFORMED, "rules: dataset name is too long"},
          {[](auto& p) { p.set_cooling_off_seconds(-1); }, v1::MALFORMED, "rules: cooling-off"},
          {[](auto& p) { p.set_cooling_off_seconds(kCoolingOffSecondsMax + 1); }, v1::MALFORMED,
           "rules: cooling-off"},
          {[](auto& p) { p.mutable_rule()->add_researchers("short"); }, v1::MALFORMED,
           "rule: an entry of researchers"},
      });
}

TEST(OwnerPolicyKind, DraftOfAnOpenRuleCarriesTheStatement) {
  TestCommons c({});
  c.Open();
  for (const v1::Release release : {v1::PROTECTED, v1::OPEN}) {
    v1::Rule rule = c.OwnerRule();
    rule.set_release(release);
    v1::OwnerPolicy policy;
    ASSERT_TRUE(
        policy.ParseFromString(DraftOwnerPolicy(c.Fold(), c.orgs[1].id, "cases", rule, c.now)));
    EXPECT_TRUE(ParseAs(kOwnerPolicyKind, policy.SerializeAsString()).ok());
    EXPECT_EQ(policy.header().version(), 2u);
    EXPECT_EQ(policy.rule().SerializeAsString(), rule.SerializeAsString());
    EXPECT_EQ(policy.open_describes_no_protected_records(), release == v1::OPEN);
  }
}

// What hedges the rules in force goes by a board's own draft alone, and is said.
TEST(OwnerPolicyKind, CoolingOffAndEndStayUnlessABoardTakesThemAway) {
  TestCommons c({});
  c.Open();
  const auto draft = [&] {
    v1::OwnerPolicy policy;
    policy.ParseFromString(DraftOwnerPolicy(c.Fold(), c.orgs[1].id, "cases", c.OwnerRule(), c.now));
    return policy;
  };
  const auto signed_by_board = [&](const v1::OwnerPolicy& policy) {
    return SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(), c.Board(c.orgs[1]));
  };
  const auto shown = [&](const v1::OwnerPolicy& policy) {
    const auto document = OpenDocument(signed_by_board(policy));
    EXPECT_TRUE(document.ok()) << document.status();
    const auto reg = c.Fold();
    Screen screen;
    kOwnerPolicyKind.show(*document, &reg, screen);
    return screen.Finish();
  };
  v1::OwnerPolicy hedged = draft();
  EXPECT_EQ(hedged.cooling_off_seconds(), 0);
  EXPECT_EQ(hedged.header().expires_at(), 0);
  hedged.set_cooling_off_seconds(3600);
  hedged.mutable_header()->set_expires_at(hedged.header().issued_at() + int64_t{86'400} * 365);
  EXPECT_THAT(shown(hedged), HasSubstr("  stricter: wider rules wait: 1 hour; was not at all"));
  EXPECT_THAT(shown(hedged), Not(HasSubstr("WIDER")));
  c.Push(c.orgs[1].id, signed_by_board(hedged));

  v1::OwnerPolicy next = draft();
  EXPECT_EQ(next.header().version(), hedged.header().version() + 1);
  EXPECT_EQ(next.cooling_off_seconds(), 3600);
  EXPECT_EQ(next.header().expires_at(), hedged.header().expires_at());
  EXPECT_THAT(shown(next), Not(HasSubstr("; was ")));
  next.set_cooling_off_seconds(60);
  next.mutable_header()->clear_expires_at();
  EXPECT_THAT(shown(next), HasSubstr("  WIDER: wider rules wait: 1 minute; was 1 hour"));
  EXPECT_THAT(shown(next), HasSubstr("  WIDER: these rules end: never; was "));
}

}  // namespace
}  // namespace commons::governance
