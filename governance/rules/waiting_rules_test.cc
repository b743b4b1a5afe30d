// Rules that wait for their cooling-off narrow and open nothing, also where saying nothing is
// stricter than saying something (docs/decisions/0003-in-force.md).
#include <string>

#include "governance/document/refusal.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);

class WaitingRules : public testing::Test {
 protected:
  WaitingRules() : c({.cooling_off = 10 * kDay}), org(c.orgs[1]) {
    c.Found();
    c.Resolve(c.CommonRules());
    c.now += 10 * kDay;
  }
  absl::StatusOr<EffectiveRule> Rule() { return RuleInForce(c.Fold(), org.id, "cases", c.now); }
  std::string Said() { return Told(Rule().status()); }
  int64_t In(int days) { return absl::ToUnixSeconds(c.now + days * kDay); }
  static v1::Rule Open() {
    v1::Rule rule;
    rule.set_release(v1::OPEN);
    return rule;
  }

  TestCommons c;
  const TestOrg& org;
};

// Seen to be in force again at once.
TEST_F(WaitingRules, WhoRenewsWhatHasExpiredWaits) {
  c.SetPolicy(org, c.OwnerRule(), false, 0, In(20));
  c.now += 20 * kDay;
  EXPECT_EQ(Said(), "EXPIRED: the owner's rules have expired");
  c.SetPolicy(org, c.OwnerRule());
  EXPECT_EQ(Said(),
            "EXPIRED: the owner's rules have expired, and those after them are not in force yet");
  c.now += 10 * kDay;
  EXPECT_EQ(Said(), "OK");
}

TEST_F(WaitingRules, WhoRenewsInTimeIsNotInterrupted) {
  c.SetPolicy(org, c.OwnerRule(), false, 0, In(20));
  c.now += 10 * kDay;
  c.SetPolicy(org, c.OwnerRule());
  for (int day = 0; day < 15; ++day) {
    EXPECT_EQ(Said(), "OK") << day;
    c.now += kDay;
  }
}

TEST_F(WaitingRules, ApprovalsAndAccreditationsThatExpiredWaitToo) {
  const DocId project = c.SetProject(c.orgs[0], c.CasesProject());
  const auto approved = [&] {
    return c.Fold().ProjectApprovalBy(org.id, project, c.now).has_value();
  };
  const auto accredited = [&] {
    return c.Fold().AccreditationOf(c.researcher.public_key(), c.now).has_value();
  };
  c.ApproveProject(org, true, In(20));
  c.Accredit(c.orgs[0], In(20));
  c.now += 19 * kDay;
  EXPECT_TRUE(approved() && accredited());
  c.now += kDay;
  c.ApproveProject(org);
  c.Accredit(c.orgs[0]);
  EXPECT_FALSE(approved() || accredited());
  c.now += 10 * kDay;
  EXPECT_TRUE(approved() && accredited());
}

// Rules that say nothing of the release are protected. Seen to be open at once.
TEST_F(WaitingRules, OpenWaitsWhereTheRulesBeforeSaidNothing) {
  c.SetPolicy(org, v1::Rule());
  c.now += 10 * kDay;
  EXPECT_EQ(Rule()->rule.release(), v1::PROTECTED);
  c.SetPolicy(org, Open(), true);
  EXPECT_EQ(Rule()->rule.release(), v1::PROTECTED);
  c.now += 10 * kDay;
  EXPECT_EQ(Rule()->rule.release(), v1::OPEN);
  c.SetPolicy(org, v1::Rule());  // and is over at once
  EXPECT_EQ(Rule()->rule.release(), v1::PROTECTED);
}

TEST_F(WaitingRules, OpenWaitsInAChainOfItsOwnToo) {
  c.SetPolicy(org, v1::Rule(), false, 0, 0, "");
  c.now += 10 * kDay;
  c.SetPolicy(org, Open(), true);
  EXPECT_EQ(Rule()->rule.release(), v1::PROTECTED);
  c.now += 10 * kDay;
  EXPECT_EQ(Rule()->rule.release(), v1::OPEN);
}

// No purpose is allowed where nobody named any. Seen to be allowed at once.
TEST_F(WaitingRules, APurposeWaitsWhereNoneWasNamed) {
  c.SetPolicy(org, v1::Rule());
  c.now += 10 * kDay;
  EXPECT_TRUE(Rule()->rule.purposes().empty());
  c.SetPolicy(org, c.OwnerRule());
  ASSERT_EQ(Rule()->rule.purposes_size(), 1);
  EXPECT_EQ(Rule()->rule.purposes(0), "");
  c.now += 10 * kDay;
  EXPECT_EQ(Rule()->rule.purposes(0), "health");
}

// Seen to open at once what half a floor had closed.
TEST_F(WaitingRules, AFloorThatWasNotWholeIsWholeWhenTheNextHasMatured) {
  v1::Resolution without = c.CommonRules();
  without.mutable_items(1)->mutable_policy()->mutable_rule()->clear_rounding();
  c.SetPolicy(org, c.OwnerRule());
  c.now += 10 * kDay;
  EXPECT_EQ(Said(), "OK");
  c.Resolve(without);
  EXPECT_EQ(Said(), "NO_POLICY: the common rules do not set rounding");
  c.now += 10 * kDay;
  c.Resolve(c.CommonRules());
  EXPECT_EQ(Said(), "NO_POLICY: the common rules do not set rounding");
  c.now += 10 * kDay;
  EXPECT_EQ(Said(), "OK");
}

}  // namespace
}  // namespace commons::governance
