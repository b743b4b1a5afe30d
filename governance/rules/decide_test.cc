#include "governance/rules/decide.h"

#include <functional>
#include <map>
#include <set>

#include "governance/document/chains.h"
#include "governance/document/refusal.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/rule_fields_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr int64_t kDay = 86400;

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
        "the edition is held back for 1000 days"}},
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
        "the project's legal basis is not one of the owner's"}},
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

// Each case starts from a yes, changes one thing, and is refused for that reason alone.
struct Case {
  const char* name;
  v1::Reason reason;
  std::function<void(TestCommons&, AskRequest&)> change;
};

v1::Rule With(const std::function<void(v1::Rule&)>& set) {
  v1::Rule rule = TestCommons::OwnerRule();
  set(rule);
  return rule;
}

// The same dataset under a definition that names purposes; everybody holds it under that one.
void Redefine(TestCommons& c, AskRequest& ask, const std::vector<std::string>& purposes) {
  v1::Standard standard = TestCommons::CasesStandard();
  for (const std::string& purpose : purposes) standard.add_purposes(purpose);
  v1::Resolution resolution;
  resolution.add_items()->set_standard(standard.SerializeAsString());
  c.Resolve(resolution);
  ask.standard_id = StandardIdOf(standard.SerializeAsString());
  v1::Manifest manifest = c.CasesManifest(2);
  manifest.set_standard_id(ask.standard_id.ToBytes());
  c.SetManifest(c.orgs[1], manifest, c.Board(c.orgs[1]));
}

const Case kCases[] = {
    {"StrangerAsks", v1::NOT_A_MEMBER,
     [](TestCommons& c, AskRequest& a) { a.asking_org = c.NewOrg("stranger").id; }},
    {"SuspendedAsker", v1::NOT_A_MEMBER,
     [](TestCommons& c, AskRequest& a) {
       a.asking_org = c.orgs[2].id;
       v1::Resolution r;
       r.add_items()->mutable_membership()->set_suspend(c.orgs[2].id.ToBytes());
       c.Resolve(r);
     }},
    {"UnknownDataset", v1::UNKNOWN_DATASET,
     [](TestCommons&, AskRequest& a) { a.dataset = "other"; }},
    {"AnotherDefinitionAsked", v1::WRONG_STANDARD,
     [](TestCommons&, AskRequest& a) { a.standard_id = Hash32(); }},
    {"AnotherDefinitionHeld", v1::WRONG_STANDARD,
     [](TestCommons& c, AskRequest&) {
       v1::Manifest m = c.CasesManifest();
       m.set_standard_id(std::string(32, 'x'));
       c.SetManifest(c.orgs[1], m, c.Board(c.orgs[1]));
     }},
    {"DefinitionReplaced", v1::WRONG_STANDARD,
     [](TestCommons& c, AskRequest&) {
       v1::Standard s = c.CasesStandard();
       s.mutable_columns(0)->mutable_codes(0)->set_label("Women");
       v1::Resolution r;
       r.add_items()->set_standard(s.SerializeAsString());
       c.Resolve(r);
     }},
    {"NoiseTooFine", v1::NOISE_TOO_FINE, [](TestCommons&, AskRequest& a) { a.noise = v1::FINE; }},
    {"NoNoiseNamed", v1::NOISE_TOO_FINE,
     [](TestCommons&, AskRequest& a) { a.noise = v1::NOISE_CLASS_UNSPECIFIED; }},
    {"OpenAskedProtectedOwed", v1::RELEASE_NOT_ALLOWED,
     [](TestCommons&, AskRequest& a) { a.release = v1::OPEN; }},
    {"NoReleaseNamed", v1::RELEASE_NOT_ALLOWED,
     [](TestCommons&, AskRequest& a) { a.release = v1::RELEASE_UNSPECIFIED; }},
    {"OtherPurpose", v1::PURPOSE_NOT_ALLOWED,
     [](TestCommons&, AskRequest& a) { a.purpose = "marketing"; }},
    {"PurposeProhibited", v1::PURPOSE_NOT_ALLOWED,
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.add_prohibited("health"); }));
     }},
    {"PurposeIntersectionEmpty", v1::PURPOSE_NOT_ALLOWED,
     [](TestCommons& c, AskRequest&) {
       v1::Rule rule;
       rule.add_purposes("education");
       c.SetPolicy(c.orgs[1], rule, false, 0, 0, "");
     }},
    {"LegalBasisNotTheOwners", v1::PURPOSE_NOT_ALLOWED,
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.add_legal_bases("statute"); }));
     }},
    {"ColumnNotListed", v1::COLUMN_NOT_ALLOWED,
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.add_columns("age"); }));
     }},
    {"IdentifierColumn", v1::COLUMN_NOT_ALLOWED,
     [](TestCommons&, AskRequest& a) { a.columns.insert(1); }},
    {"ColumnBeyondTheDefinition", v1::MALFORMED,
     [](TestCommons&, AskRequest& a) { a.columns.insert(2); }},
    {"AskingOrgNotListed", v1::REQUESTER_NOT_ALLOWED,
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1],
                   With([&](v1::Rule& r) { r.add_asking_orgs(c.orgs[2].id.ToBytes()); }));
     }},
    {"ResearcherNotListed", v1::REQUESTER_NOT_ALLOWED,
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([&](v1::Rule& r) {
                     r.add_researchers(c.NewKey().public_key().ToBytes());
                   }));
     }},
    {"UnknownResearcher", v1::NOT_ACCREDITED,
     [](TestCommons& c, AskRequest& a) { a.researcher = c.NewKey().public_key(); }},
    {"AccreditationExpired", v1::NOT_ACCREDITED,
     [](TestCommons& c, AskRequest&) {
       c.Accredit(c.orgs[0], absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"UnknownProject", v1::PROJECT_NOT_APPROVED,
     [](TestCommons&, AskRequest& a) { a.project = DocId(); }},
    {"OwnerWithdrewItsYes", v1::PROJECT_NOT_APPROVED,
     [](TestCommons& c, AskRequest&) { c.ApproveProject(c.orgs[1], false); }},
    {"ApprovalExpired", v1::PROJECT_NOT_APPROVED,
     [](TestCommons& c, AskRequest&) {
       c.ApproveProject(c.orgs[1], true, absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"ProjectReplacedAndNotApprovedAgain", v1::PROJECT_NOT_APPROVED,
     [](TestCommons& c, AskRequest& a) { a.project = c.SetProject(c.orgs[0], c.CasesProject()); }},
    {"ProjectHasOtherDatasets", v1::PROJECT_NOT_APPROVED,
     [](TestCommons& c, AskRequest& a) {
       v1::Project p = c.CasesProject();
       p.set_datasets(0, "deaths");
       a.project = c.SetProject(c.orgs[0], p);
       c.ApproveProject(c.orgs[1]);
     }},
    {"ProjectHasOtherPeople", v1::PROJECT_NOT_APPROVED,
     [](TestCommons& c, AskRequest& a) {
       v1::Project p = c.CasesProject();
       p.set_researchers(0, c.NewKey().public_key().ToBytes());
       *p.mutable_header() = NextHeader(c.Fold(), c.orgs[0].id, ProjectChain("survey"), c.now);
       c.project = c.Push(c.orgs[0].id,
                          SignDocument(kinds::kProject, p.SerializeAsString(), c.Board(c.orgs[0])));
       a.project = c.project;
       c.ApproveProject(c.orgs[1]);
     }},
    {"ProjectExpired", v1::EXPIRED,
     [](TestCommons& c, AskRequest& a) {
       a.project = c.SetProject(c.orgs[0], c.CasesProject(), absl::ToUnixSeconds(c.now) + kDay);
       c.ApproveProject(c.orgs[1]);
       c.now += absl::Hours(24);
     }},
    {"RulesExpired", v1::EXPIRED,
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], c.OwnerRule(), false, 0, absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"NoticeExpired", v1::EXPIRED,
     [](TestCommons& c, AskRequest&) {
       c.SetManifest(c.orgs[1], c.CasesManifest(2), c.Board(c.orgs[1]),
                     absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"NothingHeldAnyMore", v1::NO_DATA,
     [](TestCommons& c, AskRequest&) {
       c.SetManifest(c.orgs[1], c.CasesManifest(0), c.Board(c.orgs[1]));
     }},
    {"PurposeNotInTheDefinition", v1::PURPOSE_NOT_ALLOWED,
     [](TestCommons& c, AskRequest& a) { Redefine(c, a, {"research"}); }},
    {"HeldBack", v1::NO_DATA,
     [](TestCommons& c, AskRequest&) {  // as_of is 31 days before the start
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.set_hold_days(32); }));
     }},
    {"ExclusiveCode", v1::EXCLUSIVE_CELLS,
     [](TestCommons& c, AskRequest& a) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.set_exclusive_cells(v1::REFUSE); }));
       a.uses_foreign_exclusive_code = true;
     }},
};

class DecideRefuses : public testing::TestWithParam<Case> {};

TEST_P(DecideRefuses, ForThisReason) {
  TestCommons c({});
  c.Open();
  AskRequest ask = c.Ask();
  ASSERT_EQ(ReasonFor(c, ask), v1::REASON_UNSPECIFIED);
  GetParam().change(c, ask);
  EXPECT_EQ(v1::Reason_Name(ReasonFor(c, ask)), v1::Reason_Name(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(All, DecideRefuses, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(DecideTest, APurposeThatIsRefusedIsToldWhichAreAllowed) {
  TestCommons c({});
  c.Open();
  AskRequest ask = c.Ask();
  Redefine(c, ask, {"health", "research"});
  // The definition narrows what the rules allow, and opens nothing that they do not.
  EXPECT_EQ(ReasonFor(c, ask), v1::REASON_UNSPECIFIED);
  ask.purpose = "research";
  const absl::Status refused = Decide(c.Fold(), c.orgs[1].id, ask, c.now).status();
  EXPECT_EQ(ReasonOf(refused), v1::PURPOSE_NOT_ALLOWED);
  EXPECT_EQ(refused.message(), "purpose 'research'; allowed: health");
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
