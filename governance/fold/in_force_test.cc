// What is in force, when: docs/decisions/0003-in-force.md.
#include <set>

#include "absl/strings/match.h"
#include "governance/document/chains.h"
#include "governance/document/refusal.h"
#include "governance/register/next_header.h"
#include "governance/rules/decide.h"
#include "governance/rules/rule_in_force.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/rule_fields_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr absl::Duration kDay = absl::Hours(24);
constexpr int64_t kDaySeconds = 86400;

class InForce : public testing::Test {
 protected:
  InForce() : c({.cooling_off = 10 * kDay}) {
    c.Found();
    c.Resolve(c.CommonRules());
    c.now += 20 * kDay;  // the common rules have matured
  }
  v1::Rule Noise(v1::NoiseClass noise) {
    v1::Rule rule = c.OwnerRule();
    rule.set_noise(noise);
    return rule;
  }
  // The noise that rules at `at`, or the reason why nothing does.
  std::string At(absl::Time at) {
    const auto rule = RuleInForce(c.Fold(), c.orgs[1].id, "cases", at);
    return rule.ok() ? v1::NoiseClass_Name(rule->rule.noise())
                     : std::string(ReasonName(ReasonOf(rule.status())));
  }
  TestCommons c;
};

TEST_F(InForce, NoRuleIsClosed) { EXPECT_EQ(At(c.now + 1000 * kDay), "NO_POLICY"); }

TEST_F(InForce, TheFirstVersionWaits) {
  c.SetPolicy(c.orgs[1], Noise(v1::STANDARD));
  EXPECT_EQ(At(c.now), "NO_POLICY");
  EXPECT_EQ(At(c.now + 10 * kDay - absl::Seconds(1)), "NO_POLICY");
  EXPECT_EQ(At(c.now + 10 * kDay), "STANDARD");
}

// Seen to stay open with as many versions waiting as were written, each costing all before it.
TEST_F(InForce, BeyondTheVersionsThatMayWaitNothingRulesUntilOneHasMatured) {
  c.SetPolicy(c.orgs[1], Noise(v1::STANDARD));
  c.now += 10 * kDay;
  for (size_t i = 0; i < kWaitingMax; ++i) c.SetPolicy(c.orgs[1], Noise(v1::LIGHT));
  EXPECT_EQ(At(c.now), "STANDARD");
  c.SetPolicy(c.orgs[1], Noise(v1::LIGHT));
  EXPECT_EQ(At(c.now), "NO_POLICY");
  EXPECT_EQ(At(c.now + 10 * kDay), "LIGHT");
}

// Seen to be in force after ten days, the commons' cooling-off, when what a forgotten version asked
// was forgotten too.
TEST_F(InForce, AForgottenVersionsCoolingOffStillHolds) {
  c.SetPolicy(c.orgs[1], Noise(v1::STANDARD), false, 100 * kDaySeconds);
  c.now += 100 * kDay;
  for (size_t i = 0; i < kWaitingMax + 2; ++i) c.SetPolicy(c.orgs[1], Noise(v1::LIGHT));
  const Register reg = c.Fold();
  const auto& newest = reg.OwnerPolicies(c.orgs[1].id, "cases")->versions.back();
  EXPECT_EQ(newest.id, reg.TipOf(c.orgs[1].id, PolicyChain("cases")).id);
  EXPECT_EQ(newest.matured_at, c.now + 100 * kDay);
}

TEST_F(InForce, NarrowingActsAtOnceAndWideningWaits) {
  c.SetPolicy(c.orgs[1], Noise(v1::STANDARD));
  c.now += 10 * kDay;
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD));
  EXPECT_EQ(At(c.now), "BROAD");
  c.now += 10 * kDay;
  c.SetPolicy(c.orgs[1], Noise(v1::LIGHT));
  EXPECT_EQ(At(c.now), "BROAD");
  EXPECT_EQ(At(c.now + 10 * kDay), "LIGHT");
}

TEST_F(InForce, AWideningIsWithdrawnByTheNextVersion) {
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD));
  c.now += 10 * kDay;
  const absl::Time widened = c.now;
  c.SetPolicy(c.orgs[1], Noise(v1::LIGHT));
  c.now += kDay;
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD));
  for (int day = 1; day < 40; ++day) EXPECT_EQ(At(widened + day * kDay), "BROAD") << day;
}

TEST_F(InForce, BackdatedIssueGainsNothing) {  // [backdated_issue]
  v1::OwnerPolicy policy;
  policy.set_dataset("cases");
  *policy.mutable_rule() = Noise(v1::LIGHT);
  v1::Header& header = *policy.mutable_header();
  header = NextHeader(c.Fold(), c.orgs[1].id, PolicyChain("cases"), c.now);
  header.set_issued_at(header.issued_at() - 3650 * kDaySeconds);
  header.set_effective_at(header.issued_at());
  c.Push(c.orgs[1].id,
         SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(), c.Board(c.orgs[1])));
  EXPECT_EQ(At(c.now + 9 * kDay), "NO_POLICY");
  EXPECT_EQ(At(c.now + 10 * kDay), "LIGHT");
}

TEST_F(InForce, EffectiveAtMayBeLaterThanTheCoolingOff) {
  v1::OwnerPolicy policy;
  policy.set_dataset("cases");
  *policy.mutable_rule() = Noise(v1::LIGHT);
  v1::Header& header = *policy.mutable_header();
  header = NextHeader(c.Fold(), c.orgs[1].id, PolicyChain("cases"), c.now);
  header.set_effective_at(header.issued_at() + 30 * kDaySeconds);
  c.Push(c.orgs[1].id,
         SignDocument(kinds::kOwnerPolicy, policy.SerializeAsString(), c.Board(c.orgs[1])));
  EXPECT_EQ(At(c.now + 29 * kDay), "NO_POLICY");
  EXPECT_EQ(At(c.now + 30 * kDay), "LIGHT");
}

TEST_F(InForce, TwoStepCoolingBypass) {  // [two_step_cooling_bypass]
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD), false, 60 * kDaySeconds);
  c.now += 60 * kDay;
  ASSERT_EQ(At(c.now), "BROAD");
  // Step 1 lowers the wait, step 2 widens right after it: both wait 60 days.
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD), false, 0);
  c.SetPolicy(c.orgs[1], Noise(v1::LIGHT), false, 0);
  EXPECT_EQ(At(c.now + 59 * kDay), "BROAD");
  EXPECT_EQ(At(c.now + 60 * kDay), "LIGHT");
}

TEST_F(InForce, ALoweredCoolingOffHoldsOnceItHasMatured) {
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD), false, 60 * kDaySeconds);
  c.now += 60 * kDay;
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD), false, 0);
  c.now += 60 * kDay;
  c.SetPolicy(c.orgs[1], Noise(v1::LIGHT), false, 0);
  EXPECT_EQ(At(c.now + 9 * kDay), "BROAD");  // the charter's own wait stays
  EXPECT_EQ(At(c.now + 10 * kDay), "LIGHT");
}

TEST_F(InForce, ExpiryOfTheNewestVersionClosesAndNeverOpens) {
  c.SetPolicy(c.orgs[1], Noise(v1::STANDARD));
  c.now += 10 * kDay;
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD), false, 0, absl::ToUnixSeconds(c.now) + kDaySeconds);
  EXPECT_EQ(At(c.now), "BROAD");
  EXPECT_EQ(At(c.now + kDay), "EXPIRED");
  EXPECT_EQ(At(c.now + 100 * kDay), "EXPIRED");
}

TEST_F(InForce, RulesForEveryDatasetMeetTheDatasetsOwn) {
  c.SetPolicy(c.orgs[1], Noise(v1::STANDARD));
  c.now += 10 * kDay;
  c.SetPolicy(c.orgs[1], Noise(v1::BROAD), false, 0, 0, "");
  EXPECT_EQ(At(c.now), "BROAD");  // narrows before it matures
}

TEST_F(InForce, CommonRulesNarrowAtOnceAndWidenLater) {
  c.SetPolicy(c.orgs[1], Noise(v1::FINE));
  c.now += 10 * kDay;
  v1::Resolution strict;
  strict.add_items()->mutable_policy()->set_roster("any");
  *strict.mutable_items(0)->mutable_policy()->mutable_rule() = c.FloorRule();
  strict.mutable_items(0)->mutable_policy()->mutable_rule()->set_noise(v1::BROAD);
  c.Resolve(strict);
  EXPECT_EQ(At(c.now), "BROAD");
  c.now += 10 * kDay;
  c.Resolve(c.CommonRules());
  EXPECT_EQ(At(c.now), "BROAD");
  EXPECT_EQ(At(c.now + 10 * kDay), "FINE");
}

// Every field is in one of the lists: whoever adds one says whether the common rules must set it.
TEST(RuleInForce, AFieldThatTheCommonRulesMustSetDenies) {
  const std::set<std::string> for_all = {"release", "min_members"};
  const std::set<std::string> for_protected = {
      "noise", "threshold", "rounding", "collusion", "exclusive_cells", "yearly_budget_micro_rho"};
  const std::set<std::string> never = {"min_membership_days",
                                       "hold_days",
                                       "project_budget_micro_rho",
                                       "researcher_budget_micro_rho",
                                       "asker_budget_micro_rho",
                                       "purposes",
                                       "question_budget_micro_rho",
                                       "columns",
                                       "asking_orgs",
                                       "researchers",
                                       "legal_bases",
                                       "labels",
                                       "prohibited",
                                       "reply_slot_ms"};
  for (const RuleField* field : RuleFields()) {
    for (const v1::Release release : {v1::PROTECTED, v1::OPEN}) {
      TestCommons c({});
      c.Found();
      v1::Resolution r = c.CommonRules();
      v1::Rule& rule = *r.mutable_items(1)->mutable_policy()->mutable_rule();
      for (const RuleField* each : RuleFields()) SetRuleField(rule, *each, true);
      rule.GetReflection()->ClearField(&rule, field);
      c.Resolve(r);
      v1::Rule owner = c.FloorRule();  // says it all, but an overlay can't stand in for the floor
      owner.set_release(release);
      c.SetPolicy(c.orgs[1], owner, true);
      const auto result = RuleInForce(c.Fold(), c.orgs[1].id, "cases", c.now);
      const bool needed = for_all.contains(field->name()) ||
                          (release == v1::PROTECTED && for_protected.contains(field->name()));
      ASSERT_EQ(for_all.count(field->name()) + for_protected.count(field->name()) +
                    never.count(field->name()),
                1u)
          << field->name();
      EXPECT_EQ(result.ok(), !needed) << field->name() << result.status();
      if (needed) {
        EXPECT_EQ(ReasonOf(result.status()), v1::NO_POLICY) << field->name();
      }
    }
  }
}

// ---- The owner's yes to a project, and who vouches for a researcher ----

TEST_F(InForce, AProjectIsApprovedOnceTheYesHasCooledOff) {
  const DocId project = c.SetProject(c.orgs[0], c.CasesProject());
  const auto approved = [&](absl::Time at) {
    return c.Fold().ProjectApprovalBy(c.orgs[1].id, project, at).has_value();
  };
  EXPECT_FALSE(approved(c.now));
  c.ApproveProject(c.orgs[1]);
  EXPECT_FALSE(approved(c.now));
  EXPECT_FALSE(approved(c.now + 10 * kDay - absl::Seconds(1)));
  EXPECT_TRUE(approved(c.now + 10 * kDay));
  EXPECT_FALSE(c.Fold().ProjectApprovalBy(c.orgs[2].id, project, c.now + 10 * kDay).has_value());
  c.now += 10 * kDay;
  c.ApproveProject(c.orgs[1], false);  // a no acts at once, and for good
  EXPECT_FALSE(approved(c.now));
  c.ApproveProject(c.orgs[1], true);
  EXPECT_FALSE(approved(c.now + 10 * kDay - absl::Seconds(1)));
  EXPECT_TRUE(approved(c.now + 10 * kDay));
}

TEST_F(InForce, AnApprovalEndsWhenItSays) {
  const DocId project = c.SetProject(c.orgs[0], c.CasesProject());
  const absl::Time end = c.now + 20 * kDay;
  c.ApproveProject(c.orgs[1], true, absl::ToUnixSeconds(end));
  const auto approved = [&](absl::Time at) {
    return c.Fold().ProjectApprovalBy(c.orgs[1].id, project, at).has_value();
  };
  EXPECT_TRUE(approved(end - absl::Seconds(1)));
  EXPECT_FALSE(approved(end));
}

TEST_F(InForce, AnAccreditationCoolsOffAndEnds) {
  const absl::Time end = c.now + 20 * kDay;
  c.Accredit(c.orgs[2], absl::ToUnixSeconds(end));
  const auto accredited = [&](absl::Time at) {
    return c.Fold().AccreditationOf(c.researcher.public_key(), at).has_value();
  };
  EXPECT_FALSE(accredited(c.now + 10 * kDay - absl::Seconds(1)));
  EXPECT_TRUE(accredited(c.now + 10 * kDay));
  EXPECT_TRUE(accredited(end - absl::Seconds(1)));
  EXPECT_FALSE(accredited(end));
}

TEST_F(InForce, ASuspendedMemberVouchesForNobody) {
  c.Accredit(c.orgs[2]);
  const auto accredited = [&] {
    return c.Fold().AccreditationOf(c.researcher.public_key(), c.now + 10 * kDay).has_value();
  };
  ASSERT_TRUE(accredited());
  v1::Resolution suspend;
  suspend.add_items()->mutable_membership()->set_suspend(c.orgs[2].id.ToBytes());
  c.Resolve(suspend);
  EXPECT_FALSE(accredited());
  c.Accredit(c.orgs[0]);  // any other member's is enough
  EXPECT_TRUE(accredited());
}

TEST(RuleInForce, SaysWhyNothingIs) {
  TestCommons c({.cooling_off = kDay});
  c.Found();
  const auto told = [&] {
    return Told(RuleInForce(c.Fold(), c.orgs[1].id, "cases", c.now).status());
  };
  EXPECT_EQ(told(), "NO_POLICY: no common rules are in force yet");
  c.Resolve(c.CommonRules());
  EXPECT_EQ(told(), "NO_POLICY: no common rules are in force yet");
  c.now += kDay;
  EXPECT_EQ(told(), "NO_POLICY: no rules of the owner are in force for 'cases'");
  c.SetPolicy(c.orgs[1], c.OwnerRule(), false, 0, absl::ToUnixSeconds(c.now + 2 * kDay));
  EXPECT_EQ(told(), "NO_POLICY: no rules of the owner are in force for 'cases' yet");
  c.now += kDay;
  EXPECT_EQ(told(), "OK");
  c.now += kDay;
  EXPECT_EQ(told(), "EXPIRED: the owner's rules have expired");
}

// The rules for every dataset expire for each of them.
TEST(RuleInForce, AnEndOfTheRulesForEveryDatasetEndsAll) {
  TestCommons c({});
  c.Found();
  c.Resolve(c.CommonRules());
  c.SetPolicy(c.orgs[1], c.OwnerRule());
  c.SetPolicy(c.orgs[1], c.OwnerRule(), false, 0, absl::ToUnixSeconds(c.now + kDay), "");
  const auto told = [&] {
    return Told(RuleInForce(c.Fold(), c.orgs[1].id, "cases", c.now).status());
  };
  EXPECT_EQ(told(), "OK");
  c.now += kDay;
  EXPECT_EQ(told(), "EXPIRED: the owner's rules have expired");
}

TEST(RuleInForce, AFieldThatTheCommonRulesLeaveUnsetDenies) {
  for (const char* field : {"release", "noise", "threshold", "rounding", "min_members", "collusion",
                            "exclusive_cells", "yearly_budget_micro_rho"}) {
    TestCommons c({});
    c.Found();
    v1::Resolution r = c.CommonRules();
    v1::Rule& rule = *r.mutable_items(1)->mutable_policy()->mutable_rule();
    rule.GetReflection()->ClearField(&rule, v1::Rule::descriptor()->FindFieldByName(field));
    c.Resolve(r);
    v1::Rule owner = c.FloorRule();  // says it all, but an overlay can't stand in for the floor
    owner.set_release(v1::PROTECTED);
    c.SetPolicy(c.orgs[1], owner);
    const bool in_micro_rho = absl::StrContains(field, "_micro_rho");
    EXPECT_EQ(Told(RuleInForce(c.Fold(), c.orgs[1].id, "cases", c.now).status()),
              absl::StrCat("NO_POLICY: the common rules do not set ",
                           in_micro_rho ? "yearly_budget" : field));
  }
}

TEST(RuleInForce, OpenNeedsTheOwnersStatement) {
  const auto release = [](bool say_open, bool state) {
    TestCommons c({});
    c.Found();
    c.Resolve(c.CommonRules());
    v1::Rule rule;
    rule.add_purposes("health");
    if (say_open) rule.set_release(v1::OPEN);
    c.SetPolicy(c.orgs[1], rule, state);
    return RuleInForce(c.Fold(), c.orgs[1].id, "cases", c.now)->rule.release();
  };
  EXPECT_EQ(release(true, true), v1::OPEN);
  EXPECT_EQ(release(true, false), v1::PROTECTED);
  EXPECT_EQ(release(false, true), v1::PROTECTED);
}

// Each of the owner's rules that says open needs the board's statement, the one for every dataset
// and the dataset's own.
TEST(RuleInForce, OneOpenRuleWithoutTheStatementProtects) {
  const auto release = [](bool own_stated, bool general_stated) {
    TestCommons c({});
    c.Found();
    c.Resolve(c.CommonRules());
    v1::Rule rule = c.OwnerRule();
    rule.set_release(v1::OPEN);
    c.SetPolicy(c.orgs[1], rule, own_stated);
    c.SetPolicy(c.orgs[1], rule, general_stated, 0, 0, "");
    return RuleInForce(c.Fold(), c.orgs[1].id, "cases", c.now)->rule.release();
  };
  EXPECT_EQ(release(true, true), v1::OPEN);
  EXPECT_EQ(release(true, false), v1::PROTECTED);
  EXPECT_EQ(release(false, true), v1::PROTECTED);
}

// ... and so does each version that may be in force.
TEST(RuleInForce, AnOpenVersionWithoutTheStatementProtectsUntilItIsReplaced) {
  TestCommons c({.cooling_off = kDay});
  c.Found();
  c.Resolve(c.CommonRules());
  v1::Rule rule = c.OwnerRule();
  rule.set_release(v1::OPEN);
  c.SetPolicy(c.orgs[1], rule, false);
  c.SetPolicy(c.orgs[1], rule, true);
  c.now += kDay;  // the one with the statement has matured, the one before it rules no more
  const auto release = [&] {
    return RuleInForce(c.Fold(), c.orgs[1].id, "cases", c.now)->rule.release();
  };
  EXPECT_EQ(release(), v1::OPEN);
  c.SetPolicy(c.orgs[1], rule, false);
  EXPECT_EQ(release(), v1::PROTECTED);
}

}  // namespace
}  // namespace commons::governance
