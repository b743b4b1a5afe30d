#include "governance/review/rule_effect.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "governance/document/chains.h"
#include "governance/document/payload_types.h"
#include "governance/kinds/commons/resolution.h"
#include "governance/review/rule_words.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/rule_fields_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;
using testing::Not;

// A commons at work whose owner 1 proposes other rules for "cases".
class RuleEffectTest : public testing::Test {
 protected:
  RuleEffectTest() { c.Open(); }

  const OrgId& owner() const { return c.orgs[1].id; }
  v1::OwnerPolicy Proposed(const v1::Rule& rule, const std::string& dataset = "cases") const {
    v1::OwnerPolicy policy;
    *policy.mutable_header() = NextHeader(c.Fold(), owner(), PolicyChain(dataset), c.now);
    policy.set_dataset(dataset);
    *policy.mutable_rule() = rule;
    return policy;
  }
  std::string Shown(const v1::OwnerPolicy& next) const {
    const Register reg = c.Fold();
    const auto* chain = reg.OwnerPolicies(owner(), next.dataset());
    Screen screen(c.now);
    ShowOwnerRules(next, chain == nullptr ? nullptr : chain->versions.back().payload.get(), &reg,
                   screen);
    return screen.Finish();
  }
  void Issue(const v1::OwnerPolicy& policy) {
    c.Push(owner(), SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(),
                                 TestCommons::Board(c.orgs[1])));
  }

  TestCommons c{{}};
};

// What is foretold is what then is, for whatever rule: the oracle is the fold itself, with the
// document in its log.
TEST_F(RuleEffectTest, ForetellsWhatIsInForceOnceItHasMatured) {
  for (const RuleField* field : RuleFields()) {
    for (const bool second : {false, true}) {
      for (const char* dataset : {"cases", ""}) {
        SCOPED_TRACE(absl::StrCat(field->name(), " ", second, " for '", dataset, "'"));
        v1::Rule rule = TestCommons::OwnerRule();
        SetRuleField(rule, *field, second);
        const v1::OwnerPolicy next = Proposed(rule, dataset);
        const auto foretold =
            RulePartsOf(c.Fold(), owner(), "cases", c.now, {.common = nullptr, .own = &next});
        ASSERT_TRUE(foretold.ok()) << foretold.status();
        const auto logs = c.logs;
        Issue(next);
        const auto then = RulePartsOf(c.Fold(), owner(), "cases", c.now);
        c.logs = logs;
        ASSERT_TRUE(then.ok()) << then.status();
        EXPECT_EQ(MeetOf(*foretold).SerializeAsString(), MeetOf(*then).SerializeAsString());
      }
    }
  }
}

// A board is not told that it opens something which another rule keeps closed: "no effect" stands
// just where the field is as before, whichever field it is.
TEST_F(RuleEffectTest, SaysOfEveryFieldWhatHoldsItBack) {
  v1::Rule strict, wide;
  for (const RuleField* field : RuleFields()) {
    SCOPED_TRACE(field->name());
    if (field->is_repeated()) continue;
    const v1::Rule one = OnlyField(*field, false), other = OnlyField(*field, true);
    strict = Widens(one, other) ? one : other;
    wide = Widens(one, other) ? other : one;
    TestCommons common({});
    common.Open();
    c.logs = common.logs;
    v1::Rule own = TestCommons::OwnerRule();
    own.MergeFrom(strict);
    Issue(Proposed(own));
    Issue(Proposed(own, ""));
    own.MergeFrom(wide);
    const std::string words = Shown(Proposed(own));
    EXPECT_THAT(words, HasSubstr("  WIDER: "));
    EXPECT_THAT(words, HasSubstr("; no effect on cases: "));
    EXPECT_THAT(words, HasSubstr("the owner's rules for every dataset"));
  }
}

TEST_F(RuleEffectTest, NamesWhichRuleHoldsBack) {
  v1::Rule rule = TestCommons::OwnerRule();
  rule.set_threshold(20);
  Issue(Proposed(rule));
  rule.set_threshold(4);
  EXPECT_THAT(
      Shown(Proposed(rule)),
      HasSubstr("WIDER: too small to show below: 4; was 20; for cases only 6, by the common "
                "rules\n"));
  rule.set_threshold(6);
  EXPECT_THAT(Shown(Proposed(rule)), HasSubstr("WIDER: too small to show below: 6; was 20\n"));
  rule.set_threshold(30);
  EXPECT_THAT(Shown(Proposed(rule)), HasSubstr("stricter: too small to show below: 30; was 20\n"));
}

TEST_F(RuleEffectTest, SaysWhoMayAskAndWhatAYearTells) {
  v1::Rule rule = TestCommons::OwnerRule();
  rule.set_yearly_budget_micro_rho(250'000);
  rule.add_columns("sex");
  const std::string words = Shown(Proposed(rule));
  EXPECT_THAT(words, HasSubstr("cases, by the rules now: a year of answers lets the best guess"));
  EXPECT_THAT(words, HasSubstr("cases, then: a year of answers lets the best guess"));
  EXPECT_THAT(words,
              HasSubstr("cases, who may ask then: accredited researchers at any member, with "
                        "a project that the owner approved, for "));
  EXPECT_THAT(words, HasSubstr(", about sex"));
}

TEST_F(RuleEffectTest, OpensWhatWasClosed) {
  TestCommons closed({});
  closed.Found();
  v1::Resolution rules = TestCommons::CommonRules();
  closed.Resolve(rules);
  c.logs = closed.logs;
  c.commons_id = closed.commons_id;
  EXPECT_THAT(Shown(Proposed(TestCommons::OwnerRule())),
              HasSubstr("  WIDER: cases: is closed now and would be open\n"));
}

// While the common rules wait, a board reads from when its own would open, and what that means.
TEST_F(RuleEffectTest, SaysFromWhenRulesThatHangOnOthersOpen) {
  TestCommons waiting({.cooling_off = absl::Hours(36)});
  waiting.Found();
  waiting.Resolve(TestCommons::CommonRules());
  c.logs = waiting.logs;
  c.commons_id = waiting.commons_id;
  const std::string from =
      absl::FormatTime("%Y-%m-%d %H:%M UTC", waiting.now + absl::Hours(36), absl::UTCTimeZone());
  const std::string words = Shown(Proposed(TestCommons::OwnerRule()));
  EXPECT_THAT(words, HasSubstr(absl::StrCat("WIDER: cases: is closed now and would be open from ",
                                            from, ", when other rules")));
  EXPECT_THAT(words, HasSubstr("cases, who may ask then: accredited researchers"));
}

TEST_F(RuleEffectTest, CommonRulesNameWhomTheyDoNotReach) {
  const Register reg = c.Fold();
  v1::Rule own = TestCommons::OwnerRule();
  own.set_threshold(10);
  Issue(Proposed(own));
  v1::CommonsPolicy next = *c.Fold().commons_policy();
  next.mutable_rule()->set_threshold(4);
  Screen screen(c.now);
  ShowCommonRules(next, &*reg.commons_policy(), c.Fold(), screen);
  const std::string words = screen.Finish();
  EXPECT_THAT(words, HasSubstr("WIDER: too small to show below: 4; was 6; no effect on org-1's "
                               "cases: 10 stays, by the owner's rules for this dataset\n"));
}

// Without the time, nothing is said of what holds now.
TEST_F(RuleEffectTest, SaysNothingOfTheTimeWithoutIt) {
  const Register reg = c.Fold();
  Screen screen;
  ShowOwnerRules(Proposed(TestCommons::OwnerRule()), nullptr, &reg, screen);
  EXPECT_THAT(screen.Finish(), Not(HasSubstr("then")));
}

}  // namespace
}  // namespace commons::governance
