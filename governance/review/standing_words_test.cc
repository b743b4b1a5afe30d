#include "governance/review/standing_words.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "governance/register/expiry.h"
#include "governance/rules/decide.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr int64_t kDay = 86400;

class StandingTest : public testing::Test {
 protected:
  StandingTest() { c.Open(); }

  int64_t In(int days) const { return absl::ToUnixSeconds(c.now) + days * kDay; }
  std::vector<std::string> Notes(int org = 1) const {
    std::vector<std::string> lines;
    for (const Note& note : StandingNotes(c.Fold(), c.orgs[org].id, c.now)) {
      EXPECT_TRUE(note.ours);
      lines.push_back(note.what + "; " + note.remedy);
    }
    return lines;
  }
  std::string Closed(uint64_t held = 1) const {
    const auto note = WhyClosed(c.Fold(), c.orgs[1].id, "cases", held, c.now);
    return note.has_value() ? note->what + "; " + note->remedy : "";
  }
  // Whether the owner's rules and notice answer anybody: Decide, asked by one whom all allow.
  bool Answers() const { return Decide(c.Fold(), c.orgs[1].id, c.Ask(), c.now).ok(); }

  TestCommons c{{}};
};

TEST_F(StandingTest, OfWhatStaysNothingIsSaid) {
  EXPECT_THAT(Notes(), IsEmpty());
  EXPECT_EQ(Closed(), "");
}

TEST_F(StandingTest, WarnsBeforeOurRulesEndAndSaysWhenTheyHave) {
  c.SetPolicy(c.orgs[1], TestCommons::OwnerRule(), false, 0, In(91));
  EXPECT_THAT(Notes(), IsEmpty());
  c.now += absl::Hours(24);
  EXPECT_THAT(Notes(),
              ElementsAre(AllOf(HasSubstr("our rules for cases: ends on 2026-04-02, in 90 days"),
                                HasSubstr("the board signs the next one: commons doc new"))));
  c.now += absl::Hours(61 * 24);
  EXPECT_THAT(Notes(), ElementsAre(HasSubstr("in 29 days: renew it this month")));
  c.now += absl::Hours(23 * 24);
  EXPECT_THAT(Notes(), ElementsAre(HasSubstr("in 6 days: renew it now")));
  EXPECT_EQ(Closed(), "");
  EXPECT_TRUE(Answers());
  c.now += absl::Hours(6 * 24);
  EXPECT_THAT(Notes(), ElementsAre(HasSubstr("our rules for cases: ended on 2026-04-02")));
  EXPECT_THAT(Closed(), AllOf(HasSubstr("our rules for cases: ended on 2026-04-02"),
                              HasSubstr("commons doc new owner-policy")));
  EXPECT_FALSE(Answers());
  EXPECT_THAT(Notes(0), IsEmpty());
}

TEST_F(StandingTest, NamesEverythingThatEndsByItsOwnName) {
  const auto& org = c.orgs[0];
  c.SetPolicy(org, TestCommons::OwnerRule(), false, 0, In(10), "");
  c.SetManifest(org, c.CasesManifest(), TestCommons::Board(org), In(10));
  c.Accredit(org, In(10));
  c.SetProject(org, c.CasesProject(), In(10));
  c.ApproveProject(org, true, In(10));
  EXPECT_THAT(Notes(0),
              ElementsAre(HasSubstr("our rules for every dataset"),
                          HasSubstr("our notice of holdings of cases"),
                          HasSubstr("our word for the researcher's key"),
                          HasSubstr("project survey"), HasSubstr("our yes to project survey")));
}

TEST_F(StandingTest, OfARefusedProjectNothingEnds) {
  c.ApproveProject(c.orgs[1], false, In(10));
  EXPECT_THAT(Notes(), IsEmpty());
}

// What opens later is no reason to sign again.
TEST_F(StandingTest, SaysWhenTheNextVersionTakesThePlaceOfWhatHasEnded) {
  c.SetPolicy(c.orgs[1], TestCommons::OwnerRule(), false, 20 * kDay, In(10));
  c.now += absl::Hours(11 * 24);
  c.SetPolicy(c.orgs[1], TestCommons::OwnerRule(), false, 20 * kDay);
  EXPECT_FALSE(Answers());
  EXPECT_THAT(Closed(), AllOf(HasSubstr("ended on 2026-01-11"),
                              HasSubstr("its next version opens on 2026-02-01; ")));
  EXPECT_THAT(Closed(), testing::EndsWith("; "));
}

TEST_F(StandingTest, SaysWhyADatasetIsClosed) {
  c.SetManifest(c.orgs[1], c.CasesManifest(3), TestCommons::Board(c.orgs[1]));
  EXPECT_THAT(Closed(2), HasSubstr("names edition 3, and edition 2 is held; sign one"));
  EXPECT_EQ(Closed(3), "");
  c.SetManifest(c.orgs[1], c.CasesManifest(3), TestCommons::Board(c.orgs[1]), In(1));
  c.now += absl::Hours(48);
  EXPECT_THAT(Closed(3), HasSubstr("our notice of holdings: ended on"));
  const auto other = WhyClosed(c.Fold(), c.orgs[1].id, "births", 1, c.now);
  EXPECT_THAT(other->what, HasSubstr("no rules of the owner are in force for 'births'"));
  EXPECT_THAT(other->remedy, HasSubstr("the board signs rules for it"));
}

TEST_F(StandingTest, AnEditionThatIsHeldBackIsClosedForSoLong) {
  v1::Rule rule = TestCommons::OwnerRule();
  rule.set_hold_days(60);
  c.SetPolicy(c.orgs[1], rule);
  EXPECT_THAT(Closed(), HasSubstr("the edition of 2025-12-01 is held back for 60 days from"));
  EXPECT_FALSE(Answers());
  c.now += absl::Hours(29 * 24);
  EXPECT_EQ(Closed(), "");
  EXPECT_TRUE(Answers());
}

TEST_F(StandingTest, AnEditionOfAnEarlierDefinitionSaysWhatCannotBeAsked) {
  v1::Resolution resolution;
  v1::Standard next = TestCommons::CasesStandard();
  v1::Column& added = *next.add_columns();
  added.set_name("ward");
  added.set_role(v1::DIMENSION);
  added.set_type(v1::STRING);
  v1::Code& code = *added.add_codes();
  code.set_value("A");
  code.set_label("A");
  resolution.add_items()->set_standard(next.SerializeAsString());
  c.Resolve(resolution);
  ASSERT_EQ(c.Fold().FindStandard("cases")->standard.columns_size(), 3);
  EXPECT_THAT(Notes(), ElementsAre(AllOf(HasSubstr("our edition of cases is of an earlier"),
                                         HasSubstr("questions about ward are refused"),
                                         HasSubstr("commons dataset import --dataset cases"))));
  EXPECT_EQ(Closed(), "");
  v1::Resolution other;
  next.mutable_columns(0)->set_required(false);
  other.add_items()->set_standard(next.SerializeAsString());
  c.Resolve(other);
  EXPECT_THAT(Closed(), HasSubstr("of which nothing can be asked any more; import it again"));
}

// A prohibition is by name: a new name for the column would lift it in silence.
TEST_F(StandingTest, AColumnThatIsKeptOutAndWasRenamedIsNamed) {
  v1::Rule rule = TestCommons::OwnerRule();
  for (const char* name : {"sex", "marketing"}) rule.add_prohibited(name);
  c.SetPolicy(c.orgs[1], rule);
  EXPECT_THAT(Notes(), IsEmpty());
  v1::Standard next = TestCommons::CasesStandard();
  next.mutable_columns(0)->set_name("gender");
  v1::Resolution resolution;
  resolution.add_items()->set_standard(next.SerializeAsString());
  c.Resolve(resolution);
  EXPECT_THAT(Notes(),
              testing::Contains(HasSubstr("our rules for cases keep 'sex' out, which the")));
  EXPECT_THAT(Notes(), testing::Not(testing::Contains(HasSubstr("marketing"))));
}

TEST_F(StandingTest, OpenRulesOverPeopleAreNamed) {
  v1::Rule rule = TestCommons::OwnerRule();
  rule.set_release(v1::OPEN);
  for (const TestOrg& org : c.orgs) c.SetPolicy(org, rule, true);
  v1::Resolution floor = TestCommons::CommonRules();
  floor.mutable_items()->DeleteSubrange(0, 1);
  floor.mutable_items(0)->mutable_policy()->mutable_rule()->set_release(v1::OPEN);
  c.Resolve(floor);
  EXPECT_THAT(Closed(), HasSubstr("our rules say open, and 'cases' keeps 'nhi'"));
}

TEST_F(StandingTest, ASuspendedOrganisationIsTold) {
  v1::Resolution resolution;
  resolution.add_items()->mutable_membership()->set_suspend(c.orgs[1].id.ToBytes());
  c.Resolve(resolution);
  EXPECT_THAT(Notes(), ElementsAre(HasSubstr("the members have suspended this organisation")));
  EXPECT_THAT(Notes(0), IsEmpty());
}

// The oracle is the clock: a chain is closed by expiry at some time from now on exactly when
// EndOf is not 0, and first at that second.
TEST(EndOf, IsWhenTheChainIsFirstClosedByExpiry) {
  SeededRandom random("ends");
  for (int round = 0; round < 2000; ++round) {
    Chain<v1::OwnerPolicy> chain;
    const auto payload = std::make_shared<const v1::OwnerPolicy>();
    for (uint64_t v = 0, n = 1 + random.Below(4); v < n; ++v) {
      chain.versions.push_back({DocId(), payload,
                                absl::FromUnixSeconds(static_cast<int64_t>(random.Below(20))),
                                static_cast<int64_t>(random.Below(3) == 0 ? 0 : random.Below(20))});
    }
    const int64_t from = static_cast<int64_t>(random.Below(20));
    const int64_t end = EndOf(chain, absl::FromUnixSeconds(from));
    int64_t first = 0;
    for (int64_t at = from; at < 25 && first == 0; ++at) {
      if (IsClosedByExpiry(chain, absl::FromUnixSeconds(at))) first = at;
    }
    // What ended before `from` is closed at once.
    ASSERT_EQ(end != 0 && end < from ? from : end, first) << "round " << round;
  }
}

}  // namespace
}  // namespace commons::governance
