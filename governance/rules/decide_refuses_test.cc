// Every way in which Decide says no, with its words: several ways share a reason.
#include <functional>

#include "governance/document/chains.h"
#include "governance/register/next_header.h"
#include "governance/rules/decide.h"
#include "governance/testing/commons_for_test.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

constexpr int64_t kDay = 86400;

absl::Status Decided(const TestCommons& c, const AskRequest& ask) {
  return Decide(c.Fold(), c.orgs[1].id, ask, c.now).status();
}

void Suspend(TestCommons& c, const TestOrg& org) {
  v1::Resolution r;
  r.add_items()->mutable_membership()->set_suspend(org.id.ToBytes());
  c.Resolve(r);
}

// A fourth member whose card has an end.
TestOrg Expiring(TestCommons& c, int64_t expires_at) {
  TestOrg org = c.NewOrg("fourth");
  v1::OrgRoot root;
  root.ParseFromString(org.card.payload());
  root.mutable_header()->set_expires_at(expires_at);
  org.card = SignDocument(kinds::kOrgRoot, root.SerializeAsString(), c.Board(org));
  org.id = crypto::Retype<OrgId>(IdOf(org.card));
  v1::Resolution admit;
  *admit.add_items()->mutable_membership()->mutable_admit() = org.card;
  c.Push(org.id, org.card);
  c.Resolve(admit);
  return org;
}

// Each case starts from a yes, changes one thing, and is refused for that reason alone.
struct Case {
  const char* name;
  v1::Reason reason;
  const char* words;
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
    {"StrangerAsks", v1::NOT_A_MEMBER, "the asking organisation is not an active member",
     [](TestCommons& c, AskRequest& a) { a.asking_org = c.NewOrg("stranger").id; }},
    {"SuspendedAsker", v1::NOT_A_MEMBER, "the asking organisation is not an active member",
     [](TestCommons& c, AskRequest& a) {
       a.asking_org = c.orgs[2].id;
       ASSERT_EQ(Told(Decided(c, a)), "OK");
       Suspend(c, c.orgs[2]);
     }},
    {"UnknownDataset", v1::UNKNOWN_DATASET, "no common definition of 'other'",
     [](TestCommons&, AskRequest& a) { a.dataset = "other"; }},
    {"AnotherDefinitionAsked", v1::WRONG_STANDARD,
     "the question is about another definition than the one in force",
     [](TestCommons&, AskRequest& a) { a.standard_id = Hash32(); }},
    {"AnotherDefinitionHeld", v1::WRONG_STANDARD,
     "'cases' is held under a definition that was never agreed on",
     [](TestCommons& c, AskRequest&) {
       v1::Manifest m = c.CasesManifest();
       m.set_standard_id(std::string(32, 'x'));
       c.SetManifest(c.orgs[1], m, c.Board(c.orgs[1]));
     }},
    {"HeldUnderAnEarlierDefinition", v1::WRONG_STANDARD,
     "cases is held under an earlier definition, which lacks 'ward'; its owner has to import again",
     [](TestCommons& c, AskRequest& a) {
       v1::Standard s = c.CasesStandard();
       v1::Column& ward = *s.add_columns();
       ward.set_name("ward");
       ward.set_role(v1::DIMENSION);
       ward.set_type(v1::STRING);
       v1::Code& code = *ward.add_codes();
       code.set_value("1");
       code.set_label("1");
       v1::Resolution r;
       r.add_items()->set_standard(s.SerializeAsString());
       c.Resolve(r);
       a.standard_id = StandardIdOf(s.SerializeAsString());
       a.columns = {0};
       ASSERT_EQ(Told(Decided(c, a)), "OK");
       a.columns = {0, 2};
     }},
    {"ColumnNotHeld", v1::COLUMN_NOT_HELD, "column 'sex' is not in the data that this owner holds",
     [](TestCommons& c, AskRequest& a) {
       v1::Manifest m = c.CasesManifest();
       m.add_not_held("sex");
       c.SetManifest(c.orgs[1], m, c.Board(c.orgs[1]));
       a.columns.clear();
       ASSERT_EQ(Told(Decided(c, a)), "OK");
       a.columns = {0};
     }},
    {"DefinitionReplaced", v1::WRONG_STANDARD,
     "the question is about another definition than the one in force",
     [](TestCommons& c, AskRequest&) {
       v1::Standard s = c.CasesStandard();
       s.mutable_columns(0)->mutable_codes(0)->set_label("Women");
       v1::Resolution r;
       r.add_items()->set_standard(s.SerializeAsString());
       c.Resolve(r);
     }},
    {"NoiseTooFine", v1::NOISE_TOO_FINE, "the owner asks for STANDARD",
     [](TestCommons&, AskRequest& a) { a.noise = v1::FINE; }},
    {"NoNoiseNamed", v1::NOISE_TOO_FINE, "the owner asks for STANDARD",
     [](TestCommons&, AskRequest& a) { a.noise = v1::NOISE_CLASS_UNSPECIFIED; }},
    {"OpenAskedProtectedOwed", v1::RELEASE_NOT_ALLOWED, "the owner's release is protected",
     [](TestCommons&, AskRequest& a) { a.release = v1::OPEN; }},
    {"NoReleaseNamed", v1::RELEASE_NOT_ALLOWED, "the question names no release",
     [](TestCommons&, AskRequest& a) { a.release = v1::RELEASE_UNSPECIFIED; }},
    {"OtherPurpose", v1::PURPOSE_NOT_ALLOWED, "purpose 'marketing'; allowed: health",
     [](TestCommons&, AskRequest& a) { a.purpose = "marketing"; }},
    {"PurposeProhibited", v1::PURPOSE_NOT_ALLOWED, "purpose 'health'; allowed: health",
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.add_prohibited("health"); }));
     }},
    {"PurposeIntersectionEmpty", v1::PURPOSE_NOT_ALLOWED, "purpose 'health'; allowed: none",
     [](TestCommons& c, AskRequest&) {
       v1::Rule rule;
       rule.add_purposes("education");
       c.SetPolicy(c.orgs[1], rule, false, 0, 0, "");
     }},
    {"LegalBasisNotTheOwners", v1::PURPOSE_NOT_ALLOWED,
     "on the project's legal basis 'consent'; allowed: statute",
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.add_legal_bases("statute"); }));
     }},
    {"ColumnNotListed", v1::COLUMN_NOT_ALLOWED, "column 'sex'",
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.add_columns("age"); }));
     }},
    {"ColumnProhibited", v1::COLUMN_NOT_ALLOWED, "column 'sex'",
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.add_prohibited("sex"); }));
     }},
    {"IdentifierColumn", v1::COLUMN_NOT_ALLOWED, "column 'nhi'",
     [](TestCommons&, AskRequest& a) { a.columns.insert(1); }},
    {"ColumnBeyondTheDefinition", v1::MALFORMED, "column 2 of the definition",
     [](TestCommons&, AskRequest& a) { a.columns.insert(2); }},
    {"AskingOrgNotListed", v1::REQUESTER_NOT_ALLOWED,
     "the asking organisation is not on the owner's list",
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1],
                   With([&](v1::Rule& r) { r.add_asking_orgs(c.orgs[2].id.ToBytes()); }));
     }},
    {"ResearcherNotListed", v1::REQUESTER_NOT_ALLOWED, "the researcher is not on the owner's list",
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], With([&](v1::Rule& r) {
                     r.add_researchers(c.NewKey().public_key().ToBytes());
                   }));
     }},
    {"UnknownResearcher", v1::NOT_ACCREDITED,
     "no accreditation of the researcher's key is in force",
     [](TestCommons& c, AskRequest& a) { a.researcher = c.NewKey().public_key(); }},
    {"AccreditationExpired", v1::NOT_ACCREDITED,
     "no accreditation of the researcher's key is in force",
     [](TestCommons& c, AskRequest&) {
       c.Accredit(c.orgs[0], absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"UnknownProject", v1::PROJECT_NOT_APPROVED, "no such project is in force",
     [](TestCommons&, AskRequest& a) { a.project = DocId(); }},
    {"OwnerWithdrewItsYes", v1::PROJECT_NOT_APPROVED, "the owner has not approved the project",
     [](TestCommons& c, AskRequest&) { c.ApproveProject(c.orgs[1], false); }},
    {"ApprovalExpired", v1::PROJECT_NOT_APPROVED, "the owner has not approved the project",
     [](TestCommons& c, AskRequest&) {
       c.ApproveProject(c.orgs[1], true, absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"ProjectReplacedAndNotApprovedAgain", v1::PROJECT_NOT_APPROVED,
     "the owner has not approved the project",
     [](TestCommons& c, AskRequest& a) { a.project = c.SetProject(c.orgs[0], c.CasesProject()); }},
    {"ProjectOfASuspendedOrganisation", v1::PROJECT_NOT_APPROVED,
     "the project's organisation is suspended",
     [](TestCommons& c, AskRequest& a) {
       a.project = c.SetProject(c.orgs[2], c.CasesProject());
       c.ApproveProject(c.orgs[1]);
       ASSERT_EQ(Told(Decided(c, a)), "OK");
       Suspend(c, c.orgs[2]);
     }},
    {"ProjectHasOtherPurposes", v1::PROJECT_NOT_APPROVED, "not the project's purpose",
     [](TestCommons& c, AskRequest& a) {
       v1::Project p = c.CasesProject();
       p.set_purposes(0, "research");
       a.project = c.SetProject(c.orgs[0], p);
       c.ApproveProject(c.orgs[1]);
     }},
    {"ProjectHasOtherDatasets", v1::PROJECT_NOT_APPROVED, "not the project's dataset",
     [](TestCommons& c, AskRequest& a) {
       v1::Project p = c.CasesProject();
       p.set_datasets(0, "deaths");
       a.project = c.SetProject(c.orgs[0], p);
       c.ApproveProject(c.orgs[1]);
     }},
    {"ProjectHasOtherPeople", v1::PROJECT_NOT_APPROVED, "the researcher is not in the project",
     [](TestCommons& c, AskRequest& a) {
       v1::Project p = c.CasesProject();
       p.set_researchers(0, c.NewKey().public_key().ToBytes());
       *p.mutable_header() = NextHeader(c.Fold(), c.orgs[0].id, ProjectChain("survey"), c.now);
       c.project = c.Push(c.orgs[0].id,
                          SignDocument(kinds::kProject, p.SerializeAsString(), c.Board(c.orgs[0])));
       a.project = c.project;
       c.ApproveProject(c.orgs[1]);
     }},
    {"ProjectExpired", v1::EXPIRED, "the project",
     [](TestCommons& c, AskRequest& a) {
       a.project = c.SetProject(c.orgs[0], c.CasesProject(), absl::ToUnixSeconds(c.now) + kDay);
       c.ApproveProject(c.orgs[1]);
       c.now += absl::Hours(24);
     }},
    {"RulesExpired", v1::EXPIRED, "the owner's rules have expired",
     [](TestCommons& c, AskRequest&) {
       c.SetPolicy(c.orgs[1], c.OwnerRule(), false, 0, absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"NoticeExpired", v1::EXPIRED, "the notice of holdings",
     [](TestCommons& c, AskRequest&) {
       c.SetManifest(c.orgs[1], c.CasesManifest(2), c.Board(c.orgs[1]),
                     absl::ToUnixSeconds(c.now) + kDay);
       c.now += absl::Hours(24);
     }},
    {"NothingHeldAnyMore", v1::NO_DATA, "'cases' is not held any more",
     [](TestCommons& c, AskRequest&) {
       c.SetManifest(c.orgs[1], c.CasesManifest(0), c.Board(c.orgs[1]));
     }},
    {"PurposeNotInTheDefinition", v1::PURPOSE_NOT_ALLOWED, "purpose 'health'; allowed: none",
     [](TestCommons& c, AskRequest& a) { Redefine(c, a, {"research"}); }},
    {"HeldBack", v1::NO_DATA, "the edition of 2025-12-01 is held back for 32 days from that date",
     [](TestCommons& c, AskRequest&) {  // as_of is 31 days before the start
       c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.set_hold_days(32); }));
     }},
    {"ExclusiveCode", v1::EXCLUSIVE_CELLS, "a code that only one organisation can have",
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
  ASSERT_EQ(Told(Decided(c, ask)), "OK");
  GetParam().change(c, ask);
  EXPECT_EQ(Told(Decided(c, ask)),
            absl::StrCat(v1::Reason_Name(GetParam().reason), ": ", GetParam().words));
}

INSTANTIATE_TEST_SUITE_P(All, DecideRefuses, testing::ValuesIn(kCases),
                         [](const auto& info) { return info.param.name; });

TEST(DecideRefuses, APurposeThatTheDefinitionNamesAndTheRulesDoNot) {
  TestCommons c({});
  c.Open();
  AskRequest ask = c.Ask();
  Redefine(c, ask, {"health", "research"});
  // The definition narrows what the rules allow, and opens nothing that they do not.
  EXPECT_EQ(Told(Decided(c, ask)), "OK");
  ask.purpose = "research";
  EXPECT_EQ(Told(Decided(c, ask)), "PURPOSE_NOT_ALLOWED: purpose 'research'; allowed: health");
}

// Decided by the day: the edition is from 31 days before the start.
TEST(DecideRefuses, OnTheLastDayOfAHold) {
  TestCommons c({});
  c.Open();
  c.SetPolicy(c.orgs[1], With([](v1::Rule& r) { r.set_hold_days(32); }));
  const AskRequest ask = c.Ask();
  c.now += absl::Hours(24) - absl::Seconds(1);
  EXPECT_EQ(Told(Decided(c, ask)),
            "NO_DATA: the edition of 2025-12-01 is held back for 32 days from that date");
  c.now += absl::Seconds(1);
  EXPECT_EQ(Told(Decided(c, ask)), "OK");
}

TEST(DecideRefuses, ACardThatHasExpired) {
  TestCommons c({});
  c.Open();
  const TestOrg fourth = Expiring(c, absl::ToUnixSeconds(c.now) + kDay);
  AskRequest ask = c.Ask();
  ask.asking_org = fourth.id;
  c.now += absl::Seconds(kDay - 1);
  EXPECT_EQ(Told(Decided(c, ask)), "OK");
  c.now += absl::Seconds(1);
  EXPECT_EQ(Told(Decided(c, ask)), "EXPIRED: the organisation card of 'fourth'");
}

TEST(DecideRefuses, AProjectBeforeItTakesEffect) {
  TestCommons c({});
  c.Open();
  v1::Project p = c.CasesProject();
  *p.mutable_header() = NextHeader(c.Fold(), c.orgs[0].id, ProjectChain("survey"), c.now);
  p.mutable_header()->set_effective_at(absl::ToUnixSeconds(c.now) + kDay);
  c.project = c.Push(c.orgs[0].id,
                     SignDocument(kinds::kProject, p.SerializeAsString(), c.Board(c.orgs[0])));
  c.ApproveProject(c.orgs[1]);
  const AskRequest ask = c.Ask();
  c.now += absl::Seconds(kDay - 1);
  EXPECT_EQ(Told(Decided(c, ask)), "PROJECT_NOT_APPROVED: no such project is in force");
  c.now += absl::Seconds(1);
  EXPECT_EQ(Told(Decided(c, ask)), "OK");
}

// The owner is held to membership like the asker.
TEST(DecideRefuses, ForAnOwnerThatIsSuspended) {
  TestCommons c({});
  c.Open();
  Suspend(c, c.orgs[1]);
  EXPECT_EQ(Told(Decided(c, c.Ask())), "NOT_A_MEMBER: the owner is not an active member");
}

}  // namespace
}  // namespace commons::governance
