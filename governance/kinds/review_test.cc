#include "governance/kinds/review.h"

#include <functional>
#include <set>

#include "absl/strings/match.h"
#include "governance/document/chains.h"
#include "governance/document/fingerprint.h"
#include "governance/document/refusal.h"
#include "governance/kinds/commons/charter.h"
#include "governance/kinds/open_document.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/register/next_header.h"
#include "governance/testing/commons_for_test.h"
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
  EXPECT_EQ(
      ReasonOf(
          DraftCharter(cards, "n", "p", absl::ZeroDuration(), false, c.random, c.now).status()),
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

TEST(Review, ShowsAProjectWithItsIssuerAndKeysAlsoBeforeItIsApproved) {
  TestCommons c({});
  c.Open();
  v1::Project project = c.CasesProject();
  const crypto::SigningKey second = c.NewKey();
  project.add_researchers(second.public_key().ToBytes());
  c.SetProject(c.orgs[1], project);
  c.ApproveProject(c.orgs[0]);
  const Register reg = c.Fold();
  for (const auto& entry :
       {c.logs[c.orgs[1].id].entries.back(), c.logs[c.orgs[0].id].entries.back()}) {
    const std::string text = Review(*entry.document, &reg);
    for (const PublicKey& key : {c.researcher.public_key(), second.public_key()}) {
      EXPECT_TRUE(absl::StrContains(text, Fingerprint(key.view()))) << text;
    }
    for (const char* shown : {"project: survey", "project of: org-1", "purposes: health",
                              "datasets: cases", "legal basis: consent"}) {
      EXPECT_TRUE(absl::StrContains(text, shown)) << text;
    }
    EXPECT_TRUE(absl::StrContains(text, Fingerprint(c.project.view()))) << text;
  }
  const auto& approval = *c.logs[c.orgs[0].id].entries.back().document;
  EXPECT_TRUE(absl::StrContains(Review(approval, nullptr), "the project is not shown"));
}

// A yes is read with what it says yes to, who else has spoken, and that it is for good.
TEST(ReviewTest, AWordInABallotShowsWhatItIsAbout) {
  TestCommons c({});
  c.Found();
  v1::Resolution rules;
  *rules.add_items() = TestCommons::CommonRules().items(1);
  rules.mutable_items(0)->mutable_policy()->mutable_rule()->set_threshold(17);
  const DocId id = c.ProposeAs(c.orgs[0], rules);
  c.Approve(c.orgs[1], 2, id);
  const Document& yes = *c.logs[c.orgs[1].id].entries.back().document;
  const Register reg = c.Fold();
  const std::string text = Review(yes, &reg);
  for (const char* shown :
       {"Yes to version 2 of the common rules, ballot 1; it is final",
        "1 of 3 say yes (org-1), 3 are needed", "What this says yes to:", "17"}) {
    EXPECT_TRUE(absl::StrContains(text, shown)) << text;
  }
  EXPECT_FALSE(absl::StrContains(text, "not known here")) << text;
  EXPECT_TRUE(absl::StrContains(Review(yes, nullptr), "what this says yes to is not known here"));
}

// What the board reads of a document that the first organisation drafts.
template <typename Payload>
std::string Shown(TestCommons& c, absl::string_view kind, absl::string_view chain,
                  Payload payload) {
  const Register reg = c.Fold();
  *payload.mutable_header() = kind == kinds::kResolution
                                  ? NextCommonsHeader(reg, c.orgs[0].id, c.now)
                                  : NextHeader(reg, c.orgs[0].id, chain, c.now);
  const auto document = OpenDocument(SignDocument(kind, payload.SerializeAsString(), {}));
  EXPECT_TRUE(document.ok()) << document.status();
  return Review(*document, &reg);
}

std::string ShownInstead(TestCommons& c, const v1::Standard& standard) {
  v1::Resolution resolution;
  resolution.set_ballot(1);
  resolution.add_items()->set_standard(standard.SerializeAsString());
  return Shown(c, kinds::kResolution, "", resolution);
}

TEST(Review, ShowsADefinitionColumnByColumn) {
  TestCommons c({});
  c.Found();
  v1::Standard standard = c.CasesStandard();
  standard.add_purposes("health");
  v1::Column& age = *standard.add_columns();
  age.set_name("age");
  age.set_role(v1::DIMENSION);
  age.set_type(v1::INTEGER);
  age.set_required(true);
  for (const int edge : {0, 40, 120}) age.add_breaks(edge);
  standard.mutable_columns(0)->mutable_codes(1)->set_exclusive_org(c.orgs[1].id.ToBytes());
  standard.set_entity("nhi");
  standard.set_max_rows_per_person(4);
  standard.set_max_owners_per_person(2);
  const std::string text = ShownInstead(c, standard);
  for (const char* line :
       {"people: a person is told by the column nhi, with at most 4 rows and at most 2 owners",
        "column sex: group or filter by it; 2 codes, 1 of one organisation alone",
        "column nhi: kept encrypted, never queryable",
        "column age: group or filter by it; 2 bands from 0, 40, 120", "purposes: health"}) {
    EXPECT_TRUE(absl::StrContains(text, line)) << line << "\n" << text;
  }
  EXPECT_TRUE(
      absl::StrContains(text, Fingerprint(StandardIdOf(standard.SerializeAsString()).view())));
}

TEST(Review, SaysWhatADefinitionChangesAndWarnsWhenItOpensAColumnOrCountsPeopleDifferently) {
  TestCommons c({});
  c.Open();
  v1::Standard standard = c.CasesStandard();
  EXPECT_TRUE(absl::StrContains(ShownInstead(c, standard), "changes: nothing"));

  v1::Column& nhi = *standard.mutable_columns(1);
  nhi.set_role(v1::DIMENSION);
  nhi.set_required(true);
  v1::Code& code = *nhi.add_codes();
  code.set_value("x");
  code.set_label("x");
  std::string text = ShownInstead(c, standard);
  EXPECT_TRUE(absl::StrContains(text,
                                "changes: nhi: could not be asked about and now can; was: kept "
                                "encrypted, never queryable; now: group or filter by it"))
      << text;
  EXPECT_TRUE(absl::StrContains(text, "! column 'nhi': could not be asked about")) << text;

  standard = c.CasesStandard();
  standard.set_max_rows_per_person(3);
  standard.set_entity("nhi");
  text = ShownInstead(c, standard);
  EXPECT_TRUE(absl::StrContains(text, "! people are told apart differently")) << text;
  EXPECT_FALSE(absl::StrContains(text, "could not be asked about")) << text;

  standard = c.CasesStandard();
  standard.mutable_columns()->DeleteSubrange(1, 1);
  v1::Code& more = *standard.mutable_columns(0)->add_codes();
  more.set_value("Other");
  more.set_label("Other");
  text = ShownInstead(c, standard);
  EXPECT_TRUE(absl::StrContains(text, "changes: nhi: gone")) << text;
  EXPECT_TRUE(absl::StrContains(text, "changes: sex: added Other")) << text;

  standard = c.CasesStandard();
  standard.mutable_columns(0)->set_max_responses(2);
  standard.mutable_columns(0)->set_separator(";");
  text = ShownInstead(c, standard);
  EXPECT_TRUE(absl::StrContains(text, "! column 'sex': a row may be in 2 groups, which decides"))
      << text;
}

// A table's groups are what a board agrees on: a swap of two meanings changes no number of codes.
TEST(Review, NamesTheCodesThatCameWentOrMeanSomethingElse) {
  TestCommons c({});
  c.Open();
  const auto changes = [&](const std::function<void(v1::Column&)>& change) {
    v1::Standard standard = c.CasesStandard();
    change(*standard.mutable_columns(0));
    const std::string text = ShownInstead(c, standard);
    const size_t at = text.find("changes: sex: ");
    return at == std::string::npos ? text : text.substr(at, text.find('\n', at) - at);
  };
  EXPECT_EQ(changes([](v1::Column& sex) { sex.mutable_codes(0)->set_label("Wahine"); }),
            "changes: sex: Female becomes Female = Wahine");
  EXPECT_EQ(changes([](v1::Column& sex) { sex.mutable_codes()->SwapElements(0, 1); }),
            "changes: sex: its codes are in another order");
  EXPECT_EQ(changes([](v1::Column& sex) { sex.set_required(false); }),
            "changes: sex: a missing value is: accepted; was rejected");
  EXPECT_EQ(changes([](v1::Column& sex) { sex.add_missing_values("n/a"); }),
            "changes: sex: texts that mean no value: 'n/a'; was none");
  EXPECT_EQ(changes([](v1::Column& sex) {
              sex.set_max_responses(2);
              sex.set_separator(";");
            }),
            "changes: sex: a row may be in 2 groups, which decides what a question grouped by it "
            "costs; was 1");
  EXPECT_EQ(changes([](v1::Column& sex) { sex.mutable_codes(1)->set_value("Tane"); }),
            "changes: sex: added Tane = Male");
}

// Read again later, it changes what it changed when it was decided.
TEST(Review, ADecisionIsComparedWithWhatWasInForceBeforeIt) {
  TestCommons c({});
  c.Open();
  const auto resolve = [&](const char* code) {
    v1::Standard standard = c.CasesStandard();
    v1::Code& added = *standard.mutable_columns(0)->add_codes();
    added.set_value(code);
    added.set_label(code);
    v1::Resolution resolution;
    resolution.add_items()->set_standard(standard.SerializeAsString());
    c.Resolve(resolution);
  };
  const uint64_t first = c.Fold().commons_version() + 1;
  resolve("X");
  resolve("Y");
  const Register reg = c.Fold();
  ASSERT_EQ(reg.commons_version(), first + 1);
  const auto codes = [&](uint64_t version) {
    const auto* before = reg.FindStandardBefore("cases", version);
    return before == nullptr ? "" : before->standard.columns(0).codes().rbegin()->value();
  };
  EXPECT_EQ(codes(first), "Male");
  EXPECT_EQ(codes(first + 1), "X");
  EXPECT_EQ(codes(first + 2), "Y");
  EXPECT_EQ(codes(0), "");
  EXPECT_EQ(reg.FindStandardBefore("other", first), nullptr);
}

TEST(Review, ShowsWhoMayAskTheReplySlotAndWhichDefinitionANoticeMeans) {
  TestCommons c({});
  c.Open();
  v1::OwnerPolicy policy;
  policy.set_dataset("cases");
  *policy.mutable_rule() = c.OwnerRule();
  policy.mutable_rule()->add_asking_orgs(c.orgs[2].id.ToBytes());
  policy.mutable_rule()->add_researchers(c.researcher.public_key().ToBytes());
  policy.mutable_rule()->set_reply_slot_ms(50);
  std::string text = Shown(c, kinds::kOwnerPolicy, PolicyChain("cases"), policy);
  EXPECT_TRUE(absl::StrContains(text, "organisations that may ask: org-2\n")) << text;
  EXPECT_TRUE(absl::StrContains(text, Fingerprint(c.researcher.public_key().view()))) << text;
  EXPECT_TRUE(absl::StrContains(text, "milliseconds): 50")) << text;

  v1::Manifest manifest = c.CasesManifest(2);
  text = Shown(c, kinds::kManifest, ManifestChain("cases"), manifest);
  EXPECT_TRUE(absl::StrContains(text, Fingerprint(c.StandardId().view()))) << text;
  EXPECT_FALSE(absl::StrContains(text, "not the common definition in force")) << text;
  manifest.set_standard_id(std::string(32, 'x'));
  manifest.set_coverage("all \xe2\x80\xae\xc2\x9b[2J");
  text = Shown(c, kinds::kManifest, ManifestChain("cases"), manifest);
  EXPECT_TRUE(absl::StrContains(text, "! that is not the common definition in force")) << text;
  EXPECT_FALSE(absl::StrContains(text, "\xe2\x80\xae")) << "turns the text around";
  EXPECT_FALSE(absl::StrContains(text, "\xc2\x9b")) << "a control sequence of one character";
}

TEST(Review, WarnsOfRulesThatShowExactFiguresAndOfAMissingStatement) {
  constexpr char kExact[] = "! OPEN shows exact figures to everyone and can't be undone\n";
  constexpr char kStatement[] =
      "! without the statement that no protected dataset describes the same records, the dataset "
      "stays protected\n";
  TestCommons c({});
  c.Open();
  for (const v1::Release release : {v1::PROTECTED, v1::OPEN}) {
    for (const bool stated : {false, true}) {
      v1::OwnerPolicy policy;
      policy.set_dataset("cases");
      *policy.mutable_rule() = c.OwnerRule();
      policy.mutable_rule()->set_release(release);
      policy.set_open_describes_no_protected_records(stated);
      const std::string text = Shown(c, kinds::kOwnerPolicy, PolicyChain("cases"), policy);
      EXPECT_EQ(absl::StrContains(text, kExact), release == v1::OPEN) << text;
      EXPECT_EQ(absl::StrContains(text, kStatement), release == v1::OPEN && !stated) << text;
    }
  }
}

TEST(Review, WarnsOfCommonRulesThatNothingSeesTo) {
  TestCommons c({});
  c.Open();
  v1::Resolution resolution;
  resolution.set_ballot(1);
  v1::CommonsPolicy& policy = *resolution.add_items()->mutable_policy();
  *policy.mutable_rule() = c.FloorRule();
  policy.set_roster("all");
  EXPECT_TRUE(absl::StrContains(Shown(c, kinds::kResolution, "", resolution), "nobody answers"));
}

TEST(Review, SaysWhatRulesReplaceAndThatCommonOnesAreForEveryDataset) {
  TestCommons c({});
  c.Open();
  v1::Resolution rules;
  rules.set_ballot(1);
  v1::CommonsPolicy& policy = *rules.add_items()->mutable_policy();
  policy.set_roster("any");
  *policy.mutable_rule() = TestCommons::FloorRule();
  policy.mutable_rule()->set_threshold(5);
  const std::string common = Shown(c, kinds::kResolution, kCommonsChain, rules);
  EXPECT_TRUE(absl::StrContains(common, "common rules (for every dataset)")) << common;
  EXPECT_TRUE(absl::StrContains(common, "WIDER: too small to show below: 5; was 6")) << common;
  v1::OwnerPolicy own;
  own.set_dataset("cases");
  *own.mutable_rule() = TestCommons::OwnerRule();
  own.mutable_rule()->set_noise(v1::LIGHT);
  const std::string owner = Shown(c, kinds::kOwnerPolicy, PolicyChain("cases"), own);
  EXPECT_TRUE(absl::StrContains(owner, "WIDER: protection at least: light; was standard")) << owner;
}

TEST(Review, WarnsOfANameThatIsReadLikeAnothers) {
  TestCommons c({});
  c.Open();
  v1::Project project = c.CasesProject();
  project.set_name("Survey");
  EXPECT_TRUE(absl::StrContains(Shown(c, kinds::kProject, ProjectChain("Survey"), project),
                                "is read like 'survey'"));
  const Register reg = c.Fold();
  const auto card = OpenDocument(c.NewOrg("ORG-1").card);
  EXPECT_TRUE(absl::StrContains(Review(*card, &reg), "is read like 'org-1'"));
  v1::Resolution admits;
  admits.set_ballot(1);
  *admits.add_items()->mutable_membership()->mutable_admit() = c.NewOrg("Org-1").card;
  EXPECT_TRUE(absl::StrContains(Shown(c, kinds::kResolution, kCommonsChain, admits),
                                "is read like 'org-1'"));
  EXPECT_FALSE(absl::StrContains(Review(*OpenDocument(c.orgs[1].card), &reg), "is read like"));
}

// A document that is signed and counts must not cease to.
TEST(Review, WarnsOfWhatNobodySeesInANameThatIsSignedAlready) {
  TestCommons c({});
  const auto card = OpenDocument(c.NewOrg("org\u200b").card);
  ASSERT_TRUE(card.ok()) << card.status();
  EXPECT_TRUE(absl::StrContains(Review(*card, nullptr), "nobody sees"));
}

}  // namespace
}  // namespace commons::governance
