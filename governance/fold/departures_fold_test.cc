// Who leaves: what it said stays, its data closes, its seat counts until the others list it.
#include <string>

#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/ballots_for_test.h"
#include "governance/testing/problems_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;

TEST_F(Voting, LeaveCannotCertify) {  // [leave_cannot_certify]
  const DocId id = c.Propose(RulesOf());
  c.Approve(c.orgs[0], 2, id);
  c.Approve(c.orgs[1], 2, id);
  c.Leave(c.orgs[2]);
  EXPECT_EQ(Version(), 1u) << "two of two would do; two of three do not";
  EXPECT_EQ(ProblemOf(c.Fold(), id),
            "UNDER_SIGNED: version 2 has the approval of 2 of 3 members, needs 3");
  c.Approve(c.orgs[2], 2, id);
  EXPECT_EQ(Version(), 1u) << "who has left votes no more";
  EXPECT_THAT(ProblemOf(c.Fold(), c.logs[c.orgs[2].id].entries.back().document->id),
              HasSubstr("NOT_A_MEMBER: the organisation has left"));
}

TEST_F(Voting, WhatWasSaidBeforeLeavingStays) {
  const DocId id = c.Propose(RulesOf());
  c.Approve(c.orgs[2], 2, id);
  c.Leave(c.orgs[2]);
  c.Approve(c.orgs[0], 2, id);
  c.Approve(c.orgs[1], 2, id);
  EXPECT_EQ(Version(), 2u);
}

// Three where one has left without a word: what the two have said yes to can't be decided any more,
// and in the next ballot they suspend it, list its departure, and go on.
TEST_F(Voting, OfThreeTwoGoOnWithoutWhoLeft) {
  const DocId stuck = c.Propose(RulesOf(7));
  c.Approve(c.orgs[0], 2, stuck);
  c.Approve(c.orgs[1], 2, stuck);
  EXPECT_EQ(c.Fold().ballots().ballot, 1u);
  c.Leave(c.orgs[2]);
  const Register left = c.Fold();
  EXPECT_TRUE(left.FindMember(c.orgs[2].id)->left);
  EXPECT_EQ(left.active_members(), 2u);
  EXPECT_EQ(left.ballots().Find(stuck)->gone, std::set<OrgId>{c.orgs[2].id});
  EXPECT_EQ(left.ballots().ballot, 2u);
  const DocId suspension = c.ProposeAs(c.orgs[0], Suspend(c.orgs[2].id));
  for (int i = 0; i < 2; ++i) c.Approve(c.orgs[i], 2, suspension, true, 2);
  EXPECT_EQ(Version(), 2u);
  const DocId departure = c.ProposeAs(c.orgs[1], Departure(c.orgs[2].id));
  for (int i = 0; i < 2; ++i) c.Approve(c.orgs[i], 3, departure);
  EXPECT_EQ(Version(), 3u);
  EXPECT_EQ(c.Fold().FindMember(c.orgs[2].id), nullptr);
  EXPECT_NE(c.Fold().FindOnceMember(c.orgs[2].id), nullptr);
}

class FiveMembers : public Voting {
 protected:
  FiveMembers() : Voting({.orgs = 5}) {}
  // Four of five decide.
  DocId Decide(const v1::Resolution& resolution) {
    const uint64_t version = Version() + 1;
    const DocId id = c.ProposeAs(c.orgs[0], resolution);
    for (int i = 0; i < 4; ++i) c.Approve(c.orgs[i], version, id);
    return id;
  }
};

TEST_F(FiveMembers, ADepartureIsListedOnceItWasSaid) {
  const TestOrg& goes = c.orgs[4];
  const DocId early = Decide(Departure(goes.id));
  EXPECT_THAT(ProblemOf(c.Fold(), early),
              HasSubstr("OUT_OF_ORDER: a departure of 'org-4', which has not said that it leaves"));
  EXPECT_EQ(Version(), 1u);
  c.Leave(goes);
  EXPECT_EQ(Version(), 2u) << "whichever came first";
  EXPECT_EQ(c.Fold().FindMember(goes.id), nullptr);
  EXPECT_EQ(c.Fold().members().size(), 4u);
  const DocId late = Decide(Departure(goes.id));
  EXPECT_EQ(ProblemOf(c.Fold(), late),
            "NOT_A_MEMBER: a departure of an organisation that is not a member");
}

TEST_F(FiveMembers, WhoLeftComesBackWhenItIsAdmittedAgain) {
  const TestOrg& goes = c.orgs[4];
  c.Leave(goes);
  v1::Resolution back = Admit(goes);
  EXPECT_THAT(std::string(CheckChanges(back, c.Fold()).message()), HasSubstr("--departure"));
  back.add_departures(goes.id.ToBytes());
  EXPECT_TRUE(CheckChanges(back, c.Fold()).ok());
  Decide(back);
  ASSERT_EQ(Version(), 2u);
  EXPECT_FALSE(c.Fold().FindMember(goes.id)->left);
  EXPECT_EQ(c.Fold().FindMember(goes.id)->admitted_version, 2u);
  // It votes again, and may leave again.
  const DocId id = c.ProposeAs(c.orgs[0], RulesOf());
  for (int i = 1; i < 5; ++i) c.Approve(c.orgs[i], 3, id);
  EXPECT_EQ(Version(), 3u);
  c.Leave(goes);
  EXPECT_TRUE(c.Fold().FindMember(goes.id)->left);
}

TEST_F(FiveMembers, WhoLeftAsksAndAnswersNoMore) {
  c.Resolve(TestCommons::CommonRules());
  c.Accredit(c.orgs[0]);
  c.SetProject(c.orgs[0], c.CasesProject());
  for (const TestOrg& org : c.orgs) {
    c.SetPolicy(org, c.OwnerRule());
    c.SetManifest(org, c.CasesManifest(), c.Board(org));
    c.ApproveProject(org);
  }
  const TestOrg& goes = c.orgs[4];
  ASSERT_TRUE(governance::Decide(c.Fold(), goes.id, c.Ask(), c.now).ok());
  c.Leave(goes);
  EXPECT_EQ(governance::Decide(c.Fold(), goes.id, c.Ask(), c.now).status().message(),
            "'org-4' has left the commons");
  EXPECT_TRUE(governance::Decide(c.Fold(), c.orgs[1].id, c.Ask(), c.now).ok());
  c.Leave(c.orgs[0]);  // whose researcher and project these are
  const auto refused = governance::Decide(c.Fold(), c.orgs[1].id, c.Ask(), c.now).status();
  EXPECT_EQ(ReasonOf(refused), v1::NOT_A_MEMBER);
  EXPECT_FALSE(c.Fold().AccreditationOf(c.researcher.public_key(), c.now).has_value());
}

}  // namespace
}  // namespace commons::governance
