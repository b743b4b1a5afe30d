// Who says two things in one ballot is named, and both its words count.
#include <string>

#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/ballots_for_test.h"
#include "governance/testing/problems_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

class DoubleVoter : public Voting {
 protected:
  // org-0 says yes to one rival in its log and hands out a no to both: org-2 takes ballot 1 for
  // dead, and ballot 2 goes on beside what its log shows later.
  DoubleVoter() {
    first = c.Propose(RulesOf(7));
    v1::Resolution r;
    *r.add_items() = RulesOf(8).items(0);
    c.Approve(c.orgs[1], 2, first);
    c.Approve(c.orgs[2], 2, first);
    *r.mutable_header() = NextCommonsHeader(c.Fold(), c.orgs[2].id, c.now);
    r.set_ballot(2);
    *r.add_dead_ballot() = c.Approval(c.orgs[0], 2, DocId(), false, c.Board(c.orgs[0]));
    *r.add_dead_ballot() = c.Approval(c.orgs[1], 2, first, true, c.Board(c.orgs[1]));
    second = c.Push(c.orgs[2].id, SignDocument(kinds::kResolution, r.SerializeAsString(), {}));
  }
  DocId first, second;
};

TEST_F(DoubleVoter, IsNamedAndBothItsWordsCount) {
  EXPECT_TRUE(c.Fold().double_votes().empty());
  c.Approve(c.orgs[0], 2, first);
  const Register reg = c.Fold();
  ASSERT_EQ(reg.double_votes().size(), 1u);
  EXPECT_EQ(reg.double_votes()[0], (DoubleVote{c.orgs[0].id, {2, 1}}));
  EXPECT_EQ(reg.commons_head(), first);
}

TEST_F(DoubleVoter, CannotUndoLaterWhatOthersBuiltOn) {
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, second, true, 2);
  EXPECT_EQ(c.Fold().commons_head(), second);
  const DocId third = c.ProposeAs(c.orgs[1], RulesOf(9));
  for (const TestOrg& org : c.orgs) c.Approve(org, 3, third);
  c.Approve(c.orgs[0], 2, first);
  const Register reg = c.Fold();
  EXPECT_EQ(reg.commons_head(), third);
  EXPECT_EQ(reg.commons_version(), 3u);
  EXPECT_EQ(reg.double_votes().size(), 1u);
}

TEST_F(DoubleVoter, OfTwoCertificatesThatOfTheLowerBallotCounts) {
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, second, true, 2);
  c.Approve(c.orgs[0], 2, first);
  EXPECT_EQ(c.Fold().commons_head(), first);
  EXPECT_EQ(c.Fold().double_votes().size(), 1u);
}

TEST_F(DoubleVoter, IsNotWhoseBoardDidNotSign) {
  v1::Resolution r;
  *r.add_items() = RulesOf(8).items(0);
  *r.mutable_header() = NextCommonsHeader(c.Fold(), c.orgs[2].id, c.now);
  r.set_ballot(2);
  *r.add_dead_ballot() = c.Approval(c.orgs[1], 2, DocId(), false, c.Board(c.orgs[2]));
  c.Push(c.orgs[2].id, SignDocument(kinds::kResolution, r.SerializeAsString(), {}));
  EXPECT_TRUE(c.Fold().double_votes().empty());
}

}  // namespace
}  // namespace commons::governance
