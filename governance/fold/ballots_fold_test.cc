// Ballots after the first: how they are opened, proved dead and decided.
#include <functional>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "governance/document/refusal.h"
#include "governance/kinds/commons/withdrawal.h"
#include "governance/kinds/open_document.h"
#include "governance/testing/ballots_for_test.h"
#include "governance/testing/next_card_for_test.h"
#include "governance/testing/problems_for_test.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(Voting, SplitVoteRecovers) {  // [split_vote_recovers]
  Split();
  const Register split = c.Fold();
  EXPECT_EQ(split.ballots().ballot, 2u);
  EXPECT_EQ(split.ballots().dead.size(), 2u);
  EXPECT_TRUE(split.ballots().Find(rivals[0])->lost());
  const DocId agreed = c.ProposeAs(c.orgs[2], RulesOf(9));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(
        ProblemOf(c.Fold(), agreed),
        absl::StrCat("UNDER_SIGNED: version 2 has the approval of ", i, " of 3 members, needs 3"));
    c.Approve(c.orgs[i], 2, agreed, true, 2);
  }
  EXPECT_EQ(ProblemOf(c.Fold(), agreed), "counts");
  EXPECT_EQ(c.Fold().commons_head(), agreed);
  EXPECT_EQ(c.Fold().ballots().ballot, 1u) << "of the next version";
}

TEST_F(Voting, AThirdFollowsADeadSecond) {
  Split();
  const DocId second = c.ProposeAs(c.orgs[2], RulesOf(9));
  c.Approve(c.orgs[0], 2, DocId(), false, 2);
  EXPECT_EQ(c.Fold().ballots().ballot, 2u) << "two may still suspend the one";
  c.Approve(c.orgs[1], 2, second, true, 2);
  EXPECT_EQ(c.Fold().ballots().ballot, 3u);
  const DocId third = c.ProposeAs(c.orgs[0], RulesOf(10));
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, third, true, 3);
  EXPECT_EQ(c.Fold().commons_head(), third);
  EXPECT_NE(ProblemOf(c.Fold(), second), "counts");
}

// A yes for another ballot's document is a yes for nothing.
TEST_F(Voting, AYesIsForOneBallot) {
  Split();
  const DocId agreed = c.ProposeAs(c.orgs[2], RulesOf(9));
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, agreed, true, 3);
  c.Approve(c.orgs[2], 2, agreed, true, 1);
  EXPECT_EQ(Version(), 1u);
}

TEST_F(Voting, ANoIsToEveryProposalInItsBallot) {
  const DocId id = c.Propose(RulesOf());
  c.Approve(c.orgs[2], 2, DocId(), false);
  const Register reg = c.Fold();
  const Proposal& proposal = *reg.ballots().Find(id);
  EXPECT_EQ(proposal.against, std::set<OrgId>{c.orgs[2].id});
  EXPECT_TRUE(proposal.lost());
  EXPECT_EQ(reg.ballots().ballot, 1u) << "two may still suspend the one";
  EXPECT_TRUE(reg.ballots().spent());
  EXPECT_EQ(reg.ballots().unheard, (std::set<OrgId>{c.orgs[0].id, c.orgs[1].id}));
  c.Approve(c.orgs[1], 2, DocId(), false);
  EXPECT_EQ(c.Fold().ballots().ballot, 2u);
  EXPECT_FALSE(c.Fold().ballots().spent());
}

TEST_F(Voting, SayWhoseWordIsMissing) {
  const DocId id = c.Propose(RulesOf());
  c.Approve(c.orgs[1], 2, id);
  const Register reg = c.Fold();
  ASSERT_EQ(reg.ballots().proposals.size(), 1u);
  const Proposal& proposal = reg.ballots().proposals[0];
  EXPECT_EQ(reg.ballots().version, 2u);
  EXPECT_EQ(proposal.issuer, c.orgs[0].id);
  EXPECT_EQ(proposal.yes, std::set<OrgId>{c.orgs[1].id});
  EXPECT_EQ(proposal.unheard, (std::set<OrgId>{c.orgs[0].id, c.orgs[2].id}));
  EXPECT_EQ(proposal.needed, 3u);
  EXPECT_FALSE(proposal.lost());
}

TEST_F(Voting, AWithdrawalIsAdvice) {
  const DocId id = c.Propose(RulesOf());
  const auto withdraw = [&](const TestOrg& org) {
    c.Push(org.id,
           SignDocument(kinds::kWithdrawal,
                        DraftWithdrawal(c.Fold(), org.id,
                                        *c.logs[c.orgs[0].id].entries.back().document, c.now),
                        c.Board(org)));
  };
  withdraw(c.orgs[1]);
  EXPECT_FALSE(c.Fold().ballots().Find(id)->withdrawn) << "by another than its proposer";
  withdraw(c.orgs[0]);
  EXPECT_TRUE(c.Fold().ballots().Find(id)->withdrawn);
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, id);
  EXPECT_EQ(c.Fold().commons_head(), id) << "no clock says which came first";
}

// What a proposal carries to show that the ballot before is dead, changed by one thing.
class Proofs : public Voting {
 protected:
  Proofs() { Split(); }

  v1::Resolution Proven() const {
    v1::Resolution r;
    r.ParseFromString(DraftResolution(c.Fold(), c.orgs[2].id, RulesOf(9), c.now));
    return r;
  }
  absl::Status Opened(const v1::Resolution& r) const {
    return OpenDocument(SignDocument(kinds::kResolution, r.SerializeAsString(), {})).status();
  }
  // What is said of it when everybody says yes.
  std::string Said(const v1::Resolution& r) {
    if (const absl::Status opened = Opened(r); !opened.ok()) {
      return absl::StrCat(ReasonName(ReasonOf(opened)), ": ", opened.message());
    }
    const auto logs = c.logs;
    const DocId id =
        c.Push(c.orgs[2].id, SignDocument(kinds::kResolution, r.SerializeAsString(), {}));
    for (const TestOrg& org : c.orgs) c.Approve(org, 2, id, true, r.ballot());
    const std::string said = ProblemOf(c.Fold(), id);
    EXPECT_EQ(c.Fold().commons_version(), said == "counts" ? 2u : 1u);
    c.logs = logs;
    return said;
  }
  v1::Envelope Word(const TestOrg& org, uint64_t version, const DocId& document, bool yes,
                    uint32_t ballot) const {
    return c.Approval(org, version, document, yes, c.Board(org), ballot);
  }
};

TEST_F(Proofs, AreTakenAsTheyAreDrafted) {
  EXPECT_EQ(Proven().ballot(), 2u);
  EXPECT_EQ(Proven().dead_ballot_size(), 2);
  EXPECT_EQ(Said(Proven()), "counts");
}

// A log may be full of them: each is held as what it says, beside the bytes it came in.
TEST_F(Proofs, AreHeldOnce) {
  const auto proposal = OpenDocument(
      SignDocument(kinds::kResolution, Proven().SerializeAsString(), c.Board(c.orgs[0])));
  ASSERT_TRUE(proposal.ok()) << proposal.status();
  EXPECT_TRUE(proposal->As<v1::Resolution>().dead_ballot().empty());
  ASSERT_EQ(proposal->cited.size(), 2u);
  for (const CitedApproval& said : proposal->cited) {
    EXPECT_EQ(said.version, 2u);
    EXPECT_EQ(said.ballot, 1u);
    EXPECT_EQ(said.commons, c.commons_id);
    EXPECT_EQ(said.signers.size(), 1u);
  }
}

TEST_F(Proofs, ThatProveNothingAreRefused) {
  const std::string not_dead = "OUT_OF_ORDER: ballot 2 of version 2: ";
  const TestOrg stranger = c.NewOrg("stranger");
  using Change = std::function<void(v1::Resolution&)>;
  const std::pair<Change, std::string> cases[] = {
      {[](auto& r) { r.clear_dead_ballot(); },
       not_dead + "0 statements do not show that ballot 1 is dead"},
      {[](auto& r) { r.mutable_dead_ballot()->RemoveLast(); },
       not_dead + "1 statements do not show that ballot 1 is dead"},
      {[](auto& r) { *r.add_dead_ballot() = r.dead_ballot(0); },
       "MALFORMED: resolution: two statements of one organisation"},
      {[&](auto& r) {  // the same organisation, another word
         *r.mutable_dead_ballot(1) = r.dead_ballot(0);
         *r.mutable_dead_ballot(0) = Word(c.orgs[0], 2, DocId(), false, 1);
         *r.mutable_dead_ballot(1) = Word(c.orgs[0], 2, rivals[0], true, 1);
       },
       "MALFORMED: resolution: two statements of one organisation"},
      {[&](auto& r) { *r.mutable_dead_ballot(0) = Word(c.orgs[0], 3, rivals[0], true, 1); },
       "MALFORMED: resolution: a statement about another ballot than the one before"},
      {[&](auto& r) { *r.mutable_dead_ballot(0) = Word(c.orgs[0], 2, rivals[0], true, 2); },
       "MALFORMED: resolution: a statement about another ballot than the one before"},
      {[&](auto& r) { r.set_ballot(3); },
       "MALFORMED: resolution: a statement about another ballot than the one before"},
      {[&](auto& r) { r.set_ballot(1); }, "MALFORMED: resolution: no ballot is before the first"},
      {[&](auto& r) {
         v1::Approval other = MakeApproval(c.commons_id, c.orgs[0].id, 2, rivals[0], true, c.now);
         other.mutable_header()->set_commons_id(std::string(32, 'c'));
         *r.mutable_dead_ballot(0) =
             SignDocument(kinds::kApproval, other.SerializeAsString(), c.Board(c.orgs[0]));
       },
       "WRONG_COMMONS: resolution: a statement of another commons"},
      {[&](auto& r) { *r.add_dead_ballot() = Word(stranger, 2, DocId(), false, 1); },
       "NOT_A_MEMBER: ballot 2 of version 2: a statement of who has no vote"},
      {[](auto& r) { r.mutable_dead_ballot(0)->clear_signatures(); },
       "BAD_SIGNATURE: ballot 2 of version 2: the board of "},
      {[&](auto& r) {  // in another's name
         const v1::Approval forged =
             MakeApproval(c.commons_id, c.orgs[2].id, 2, DocId(), false, c.now);
         *r.add_dead_ballot() =
             SignDocument(kinds::kApproval, forged.SerializeAsString(), c.Board(c.orgs[0]));
       },
       "BAD_SIGNATURE: ballot 2 of version 2: the board of 'org-2' has not signed"},
      {[](auto& r) { r.mutable_dead_ballot(0)->set_payload_type(kinds::kLeave); },
       "UNKNOWN_KIND: unknown kind 'commons/leave/1'"},
      {[](auto& r) { r.mutable_dead_ballot(0)->set_payload("junk"); }, "MALFORMED: not a Approval"},
  };
  for (const auto& [change, words] : cases) {
    v1::Resolution r = Proven();
    change(r);
    EXPECT_THAT(Said(r), HasSubstr(words));
  }
}

// What a board said before its card changed is in its log; what it signs afterwards is no word.
TEST_F(Proofs, StandWhenACardChanges) {
  const TestOrg& org = c.orgs[0];
  const crypto::SigningKey x = c.NewKey();
  TestCommons::Keys both = c.Board(org);
  both.push_back(&x);
  v1::Resolution r = Proven();
  c.Push(org.id, SignedCard(NextCard(c, org, {.seats = SeatsOf({&x})}), both));
  EXPECT_THAT(Said(r), HasSubstr("has the approval of 2 of 3")) << "the proof stands";
  const auto say = [&](const TestCommons::Keys& keys) {
    v1::Resolution changed = r;
    for (v1::Envelope& word : *changed.mutable_dead_ballot()) {
      v1::Approval approval;
      approval.ParseFromString(word.payload());
      if (approval.header().issuer() == org.id.view()) {
        word = c.Approval(org, 2, DocId(std::array<uint8_t, 32>{7}), true, keys, 1);
      }
    }
    return Said(changed);
  };
  EXPECT_THAT(say(c.Board(org)), HasSubstr("BAD_SIGNATURE"));
  EXPECT_THAT(say({&x}), Not(HasSubstr("BAD_SIGNATURE")));
}

TEST_F(Proofs, OfABallotThatNobodyOpenedProveNothing) {
  v1::Resolution third = Proven();
  third.set_ballot(3);
  third.clear_dead_ballot();
  for (const TestOrg& org : c.orgs) *third.add_dead_ballot() = Word(org, 2, DocId(), false, 2);
  EXPECT_EQ(Said(third), "OUT_OF_ORDER: ballot 3 of version 2: no proposal has opened ballot 2");
}

TEST_F(Proofs, CarryNoMoreSignaturesThanTheirBoardsNeed) {
  TestCommons big({.seats = 5, .board_k = 2});
  big.Found();
  for (const TestOrg& org : big.orgs) big.Approve(org, 2, DocId(), false);
  v1::Resolution r;
  ASSERT_TRUE(r.ParseFromString(DraftResolution(big.Fold(), big.orgs[0].id, RulesOf(), big.now)));
  ASSERT_EQ(r.dead_ballot_size(), 3);
  for (const auto& statement : r.dead_ballot()) EXPECT_EQ(statement.signatures_size(), 2);
}

TEST(Ballot, IsNotShownDeadByWhoHasNoVote) {
  TestCommons c({.orgs = 4});
  c.Found();
  c.Resolve(Suspend(c.orgs[3].id));
  for (int i = 0; i < 3; ++i) c.Approve(c.orgs[i], 3, DocId(), false);
  v1::Resolution r;
  ASSERT_TRUE(r.ParseFromString(DraftResolution(c.Fold(), c.orgs[0].id, RulesOf(), c.now)));
  *r.add_dead_ballot() = c.Approval(c.orgs[3], 3, DocId(), false, c.Board(c.orgs[3]));
  const DocId id =
      c.Push(c.orgs[0].id, SignDocument(kinds::kResolution, r.SerializeAsString(), {}));
  EXPECT_EQ(ProblemOf(c.Fold(), id),
            "NOT_A_MEMBER: ballot 2 of version 3: a statement of who has no vote");
}

// A proof names documents; what kind they are is known once they are here. Until then each may be a
// suspension, which needs less.
TEST(Ballot, WaitsForTheProposalsThatItsProofNames) {
  TestCommons c({});
  c.Found();
  const DocId first = c.Propose(RulesOf(7));
  const auto proposal = c.logs[c.orgs[0].id].entries.back();
  c.Approve(c.orgs[0], 2, first);
  c.Approve(c.orgs[1], 2, first);
  c.Approve(c.orgs[2], 2, DocId(), false);
  const DocId second = c.ProposeAs(c.orgs[2], RulesOf(8));
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, second, true, 2);
  EXPECT_EQ(c.Fold().commons_head(), second);
  auto& log = c.logs[c.orgs[0].id].entries;
  const auto whole = log;
  std::erase_if(log, [&](const auto& entry) { return entry.document == proposal.document; });
  EXPECT_THAT(ProblemOf(c.Fold(), second), HasSubstr("do not show that ballot 1 is dead"));
  log = whole;
  EXPECT_EQ(c.Fold().commons_head(), second);
}

// Everybody's yes to what cannot be is no end of common decisions.
TEST_F(Voting, AYesOfAllToWhatCannotBeHoldsNothingUp) {
  TestOrg fresh = c.NewOrg("org-1");
  const DocId clash = c.Propose(Admit(fresh));
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, clash);
  EXPECT_EQ(Version(), 1u);
  EXPECT_EQ(c.Fold().ballots().ballot, 2u);
  const DocId second = c.ProposeAs(c.orgs[1], RulesOf());
  for (const TestOrg& org : c.orgs) c.Approve(org, 2, second, true, 2);
  EXPECT_EQ(c.Fold().commons_head(), second);
}

}  // namespace
}  // namespace commons::governance
