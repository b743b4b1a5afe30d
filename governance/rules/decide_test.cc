#include "governance/rules/decide.h"

#include <functional>
#include <map>
#include <set>

#include "gmock/gmock.h"
#include "governance/document/chains.h"
#include "governance/document/refusal.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/rule_fields_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

v1::Reason ReasonFor(const TestCommons& c, const AskRequest& ask) {
  const auto permission = Decide(c.Fold(), c.orgs[1].id, ask, c.now);
  return permission.ok() ? v1::REASON_UNSPECIFIED : ReasonOf(permission.status());
}

TEST(Decide, SaysYesAndNamesTheDocumentsThatDecided) {
  TestCommons c({});
  c.Open();
  const auto permission = Decide(c.Fold(), c.orgs[1].id, c.Ask(), c.now);
  ASSERT_TRUE(permission.ok()) << permission.status();
  EXPECT_EQ(permission->rule.rule.noise(), v1::STANDARD);
  EXPECT_EQ(permission->rule.rule.threshold(), 6u);
  EXPECT_EQ(permission->rule.documents.size(), 2u);  // common rules, owner's rules
  EXPECT_EQ(permission->documents.size(), 6u);  // + notice, accreditation, project, its approval
  EXPECT_EQ(permission->manifest.epoch(), 1u);
  EXPECT_TRUE(std::is_sorted(permission->documents.begin(), permission->documents.end()));
}

// Whoever adds a field says what reads it: Decide, with the reason it gives, or its caller.
TEST(Decide, EveryFieldOfARuleIsEnforcedOrHandedOn) {
  struct Enforced {
    std::function<void(v1::Rule&)> strict;
    v1::Reason reason;
    const char* words;
    std::function<void(AskRequest&)> ask = [](AskRequest&) {};
  };
  const std::map<std::string, Enforced> enforced = {
      {"release",
       {[](auto& r) { r.set_release(v1::PROTECTED); }, v1::RELEASE_NOT_ALLOWED,
        "the owner's release is protected", [](auto& ask) { ask.release = v1::OPEN; }}},
      {"noise",
       {[](auto& r) { r.set_noise(v1::BROAD); }, v1::NOISE_TOO_FINE, "the owner asks for BROAD"}},
      {"hold_days",
       {[](auto& r) { r.set_hold_days(1000); }, v1::NO_DATA,
        "the edition of 2025-12-01 is held back for 1000 days from that date"}},
      {"exclusive_cells",
       {[](auto& r) { r.set_exclusive_cells(v1::REFUSE); }, v1::EXCLUSIVE_CELLS,
        "a code that only one organisation can have",
        [](auto& ask) { ask.uses_foreign_exclusive_code = true; }}},
      {"purposes",
       {[](auto& r) { r.set_purposes(0, "education"); }, v1::PURPOSE_NOT_ALLOWED,
        "purpose 'health'; allowed: education"}},
      {"columns", {[](auto& r) { r.add_columns("age"); }, v1::COLUMN_NOT_ALLOWED, "column 'sex'"}},
      {"asking_orgs",
       {[](auto& r) { r.add_asking_orgs(std::string(32, 'o')); }, v1::REQUESTER_NOT_ALLOWED,
        "the asking organisation is not on the owner's list"}},
      {"researchers",
       {[](auto& r) { r.add_researchers(std::string(32, 'r')); }, v1::REQUESTER_NOT_ALLOWED,
        "the researcher is not on the owner's list"}},
      {"legal_bases",
       {[](auto& r) { r.add_legal_bases("law"); }, v1::PURPOSE_NOT_ALLOWED,
        "on the project's legal basis 'consent'; allowed: law"}},
      {"prohibited",
       {[](auto& r) { r.add_prohibited("sex"); }, v1::COLUMN_NOT_ALLOWED, "column 'sex'"}},
  };
  const std::set<std::string> handed_on = {"threshold",
                                           "rounding",
                                           "min_members",
                                           "min_membership_days",
                                           "collusion",
                                           "yearly_budget_micro_rho",
                                           "project_budget_micro_rho",
                                           "researcher_budget_micro_rho",
                                           "asker_budget_micro_rho",
                                           "question_budget_micro_rho",
                                           "labels",
                                           "reply_slot_ms"};
  for (const RuleField* field : RuleFields()) {
    TestCommons c({});
    c.Open();
    AskRequest ask = c.Ask();
    v1::Rule rule = c.OwnerRule();
    const auto found = enforced.find(field->name());
    ASSERT_NE(found != enforced.end(), handed_on.contains(field->name())) << field->name();
    if (found != enforced.end()) {
      found->second.ask(ask);
      found->second.strict(rule);
      c.SetPolicy(c.orgs[1], rule);
      const absl::Status no = Decide(c.Fold(), c.orgs[1].id, ask, c.now).status();
      EXPECT_EQ(ReasonOf(no), found->second.reason) << field->name();
      EXPECT_EQ(no.message(), found->second.words) << field->name();
    } else {
      SetRuleField(rule, *field, true);
      c.SetPolicy(c.orgs[1], rule);
      const auto permission = Decide(c.Fold(), c.orgs[1].id, ask, c.now);
      ASSERT_TRUE(permission.ok()) << field->name() << permission.status();
      EXPECT_EQ(SaidIn(permission->rule.rule, *field), SaidIn(rule, *field)) << field->name();
    }
  }
}

// What the notice says of the data goes with the answer, from every version that may be in force.
TEST(Decide, TheLabelsOfTheNoticeAreMet) {
  TestCommons c({.cooling_off = absl::Hours(24)});
  c.Open();
  c.now += absl::Hours(24);
  const auto labels = [&] {
    const auto permission = Decide(c.Fold(), c.orgs[1].id, c.Ask(), c.now);
    EXPECT_TRUE(permission.ok()) << permission.status();
    const auto& met = permission->rule.rule.labels();
    return std::vector<std::string>(met.begin(), met.end());
  };
  EXPECT_THAT(labels(), testing::IsEmpty());
  v1::Manifest manifest = c.CasesManifest();
  manifest.add_labels("taonga");
  c.SetManifest(c.orgs[1], manifest, c.Board(c.orgs[1]));
  EXPECT_THAT(labels(), testing::ElementsAre("taonga"));  // at once: it narrows
  manifest.set_labels(0, "tapu");
  c.SetManifest(c.orgs[1], manifest, c.Board(c.orgs[1]));
  EXPECT_THAT(labels(), testing::ElementsAre("taonga", "tapu"));
  c.now += absl::Hours(24);
  EXPECT_THAT(labels(), testing::ElementsAre("tapu"));
}

// Who voted for it would rely on it; nothing here sees to it.
TEST(Decide, CommonRulesThatAskForEverybodyAreNotSupported) {
  TestCommons c({});
  c.Open();
  v1::Resolution resolution;
  v1::CommonsPolicy& policy = *resolution.add_items()->mutable_policy();
  policy.set_roster("all");
  *policy.mutable_rule() = c.FloorRule();
  c.Resolve(resolution);
  EXPECT_EQ(ReasonFor(c, c.Ask()), v1::NOT_SUPPORTED_YET);
}

// Nothing in an open dataset stands for a person (docs/formats/release.md, 9), whatever rules say.
TEST(Decide, OpenIsOnlyADatasetWithoutPeopleInIt) {
  const auto reason = [](const std::function<void(v1::Standard&)>& change) {
    TestCommons c({});
    c.Open();
    v1::Standard standard = c.CasesStandard();
    standard.mutable_columns(1)->set_role(v1::SKIP);
    change(standard);
    v1::Resolution resolution;
    resolution.add_items()->set_standard(standard.SerializeAsString());
    c.Resolve(resolution);
    AskRequest ask = c.Ask();
    ask.standard_id = StandardIdOf(standard.SerializeAsString());
    ask.release = v1::OPEN;
    v1::Manifest manifest = c.CasesManifest();
    manifest.set_standard_id(ask.standard_id.ToBytes());
    c.SetManifest(c.orgs[1], manifest, c.Board(c.orgs[1]));
    v1::Rule rule = c.OwnerRule();
    rule.set_release(v1::OPEN);
    c.SetPolicy(c.orgs[1], rule, true);
    return v1::Reason_Name(ReasonFor(c, ask));
  };
  EXPECT_EQ(reason([](v1::Standard&) {}), "REASON_UNSPECIFIED");
  EXPECT_EQ(reason([](v1::Standard& s) { s.set_entity("nhi"); }), "RELEASE_NOT_ALLOWED");
  for (const v1::Role role : {v1::IDENTIFIER, v1::LINKAGE_KEY, v1::HIDDEN}) {
    EXPECT_EQ(reason([&](v1::Standard& s) { s.mutable_columns(1)->set_role(role); }),
              "RELEASE_NOT_ALLOWED");
  }
}

TEST(MayBeOpen, OnlyWhereNothingStandsForAPerson) {
  v1::Standard standard = TestCommons::CasesStandard();
  EXPECT_EQ(MayBeOpen(standard).message(), "'cases' keeps 'nhi', so it can't be open");
  standard.mutable_columns()->RemoveLast();
  EXPECT_TRUE(MayBeOpen(standard).ok());
  standard.set_entity("nhi");
  EXPECT_EQ(ReasonOf(MayBeOpen(standard)), v1::RELEASE_NOT_ALLOWED);
  EXPECT_EQ(MayBeOpen(standard).message(),
            "'cases' tells people apart by 'nhi' (commons:entity), so it can't be open");
}

}  // namespace
}  // namespace commons::governance
