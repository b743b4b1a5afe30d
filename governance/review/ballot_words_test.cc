#include "governance/review/ballot_words.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/kinds/commons/withdrawal.h"
#include "governance/testing/commons_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class BallotWords : public testing::Test {
 protected:
  BallotWords() { c.Found(); }
  DocId Propose(int org, uint32_t threshold = 6) {
    v1::Resolution r;
    *r.add_items() = TestCommons::CommonRules().items(1);
    r.mutable_items(0)->mutable_policy()->mutable_rule()->set_threshold(threshold);
    return c.ProposeAs(c.orgs[org], r);
  }
  std::string Short(const DocId& id) const { return id.ToHex().substr(0, 16); }
  std::vector<Note> Notes(int own) const { return VoteNotes(c.Fold(), c.orgs[own].id); }
  TestCommons c{{}};
};

TEST_F(BallotWords, SayWhoSpokeHowManyAreNeededAndWhoseWordIsMissing) {
  const DocId id = Propose(0);
  c.Approve(c.orgs[1], 2, id);
  const Register reg = c.Fold();
  const Proposal& proposal = *reg.ballots().Find(id);
  EXPECT_EQ(ProposalWords(proposal, reg),
            absl::StrCat("the proposal ", Short(id),
                         " of org-0 for version 2 of the common rules, ballot 1"));
  EXPECT_EQ(VotesWords(proposal, reg),
            "1 of 3 say yes (org-1), 3 are needed; not heard: org-0, org-2");
  EXPECT_EQ(AfterAYes(proposal, c.orgs[0].id, reg), "it needs 1 more of: org-2");
  EXPECT_THAT(
      BeforeVoting(proposal, true, reg),
      ElementsAre(HasSubstr("votes so far: 1 of 3"), HasSubstr("a yes is final: in ballot 1")));
  EXPECT_THAT(BeforeVoting(proposal, false, reg),
              ElementsAre(HasSubstr("votes so far"), HasSubstr("to every proposal in ballot 1")));
  c.Approve(c.orgs[2], 2, id);
  const Register later = c.Fold();
  EXPECT_EQ(AfterAYes(*later.ballots().Find(id), c.orgs[0].id, later),
            "it has all the votes it needs");
}

TEST_F(BallotWords, NameRivals) {
  const DocId first = Propose(0), second = Propose(1, 7);
  c.Approve(c.orgs[0], 2, first);
  const Register reg = c.Fold();
  EXPECT_EQ(RivalsOf(first, reg).size(), 0u) << "with a yes to the first the second is lost";
  ASSERT_EQ(RivalsOf(second, reg).size(), 1u);
  EXPECT_THAT(BeforeVoting(*reg.ballots().Find(second), true, reg)[1],
              HasSubstr(absl::StrCat("a rival: the proposal ", Short(first))));
}

TEST_F(BallotWords, TellWhatToDoNext) {
  EXPECT_TRUE(Notes(0).empty());
  const DocId id = Propose(0);
  c.Approve(c.orgs[1], 2, id);
  ASSERT_EQ(Notes(0).size(), 1u);
  EXPECT_TRUE(Notes(0)[0].ours);
  EXPECT_EQ(Notes(0)[0].remedy, absl::StrCat("say yes: commons doc approve ", Short(id),
                                             ", or no: the same with --no"));
  EXPECT_FALSE(Notes(1)[0].ours);
  EXPECT_EQ(Notes(1)[0].remedy, "ask them: org-0, org-2");
  c.Approve(c.orgs[2], 2, DocId(), false);
  const auto dead = Notes(0);
  ASSERT_EQ(dead.size(), 2u);
  EXPECT_THAT(dead[0].what, HasSubstr("it can't be decided in this ballot any more"));
  EXPECT_EQ(dead[1].what,
            "no proposal for version 2 of the common rules can have the votes it needs in ballot 1 "
            "any more");
  EXPECT_THAT(dead[1].remedy, HasSubstr("commons doc propose"));
  EXPECT_TRUE(dead[1].ours);
  Propose(2, 7);
  for (const Note& note : Notes(0)) EXPECT_THAT(note.remedy, testing::Not(HasSubstr("again")));
}

// One no, where all are needed: nothing proposed can be decided, but two might suspend the third.
TEST_F(BallotWords, TellWhoseNoLetsTheNextBallotBegin) {
  Propose(0);
  c.Approve(c.orgs[2], 2, DocId(), false);
  const auto notes = Notes(0);
  ASSERT_EQ(notes.size(), 2u);
  EXPECT_THAT(notes[1].what, HasSubstr("in ballot 1, unless it suspends somebody"));
  EXPECT_THAT(notes[1].remedy, HasSubstr("commons doc approve --no 2"));
  EXPECT_TRUE(notes[1].ours);
  EXPECT_THAT(Notes(2)[1].remedy,
              HasSubstr("ask them to say no, so that the next ballot can begin"));
  EXPECT_FALSE(Notes(2)[1].ours);
}

TEST_F(BallotWords, TellOfWhoWithdrewAndWhoLeft) {
  const DocId id = Propose(0);
  c.Push(c.orgs[0].id,
         SignDocument(kinds::kWithdrawal,
                      DraftWithdrawal(c.Fold(), c.orgs[0].id,
                                      *c.logs[c.orgs[0].id].entries.back().document, c.now),
                      c.Board(c.orgs[0])));
  c.Leave(c.orgs[2]);
  const Register reg = c.Fold();
  EXPECT_THAT(
      VotesWords(*reg.ballots().Find(id), reg),
      HasSubstr("left without a word: org-2; not heard: org-0, org-1; its proposer withdrew"));
  const auto notes = Notes(1);
  EXPECT_FALSE(notes[0].ours) << "nobody is asked for a word to what was withdrawn";
  EXPECT_EQ(Notes(2).size(), 1u) << "who left has no vote to be asked for";
  EXPECT_THAT(Notes(2)[0].what, HasSubstr("this organisation has left"));
}

// Of three, all decide: with the seat of who left counted nobody can list its departure.
TEST_F(BallotWords, SuspendASeatThatIsLeftWhereTooFewAreThere) {
  c.Leave(c.orgs[2]);
  EXPECT_THAT(Notes(0).back().remedy, HasSubstr("first suspend it"));
  v1::Resolution suspend;
  suspend.add_items()->mutable_membership()->set_suspend(c.orgs[2].id.ToBytes());
  const DocId suspension = c.ProposeAs(c.orgs[0], suspend);
  for (int i = 0; i < 2; ++i) c.Approve(c.orgs[i], 2, suspension);
  EXPECT_EQ(Notes(0).back().remedy, "propose it: commons doc propose --departure org-2");
  v1::Resolution list;
  list.add_departures(c.orgs[2].id.ToBytes());
  const DocId departure = c.ProposeAs(c.orgs[1], list);
  for (int i = 0; i < 2; ++i) c.Approve(c.orgs[i], 3, departure);
  EXPECT_EQ(c.Fold().FindMember(c.orgs[2].id), nullptr);
}

TEST(BallotWordsOfFive, ListWhoLeftAtOnce) {
  TestCommons c({.orgs = 5});
  c.Found();
  c.Leave(c.orgs[4]);
  EXPECT_EQ(VoteNotes(c.Fold(), c.orgs[0].id).back().remedy,
            "propose it: commons doc propose --departure org-4");
}

TEST(BallotWordsOfTheCharter, NameTheFoundersThatAreMissing) {
  TestCommons c({});
  c.Push(c.orgs[0].id, c.charter);
  c.Approve(c.orgs[0], 1, IdOf(c.charter));
  const Register reg = c.Fold();
  const Proposal* charter = reg.ballots().Find(IdOf(c.charter));
  ASSERT_NE(charter, nullptr);
  EXPECT_EQ(VotesWords(*charter, reg),
            "1 of 3 say yes (org-0), 3 are needed; not heard: org-1, org-2");
  EXPECT_EQ(BeforeVoting(*charter, true, reg)[1],
            "every founder must say yes; what a founder says is final");
}

}  // namespace
}  // namespace commons::governance
