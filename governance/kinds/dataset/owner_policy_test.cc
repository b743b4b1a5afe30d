#include "governance/kinds/dataset/owner_policy.h"

#include "base/limits.h"
#include "governance/document/payload.h"
#include "governance/testing/kind_cases_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

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

}  // namespace
}  // namespace commons::governance
