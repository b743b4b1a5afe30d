// What a vote and a roster may hold. Each case changes one field of one member's vote, which that
// member then signs itself: what is refused is refused for the field.
#include "query/release/roster.h"

#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "governance/testing/told_for_test.h"
#include "gtest/gtest.h"
#include "query/testing/exchange.h"

namespace commons::query {
namespace {

namespace kinds = governance::kinds;
using governance::Told;
using testing::Exchange;
using testing::Federation;

using Change = std::function<void(v1::Vote&)>;

// Three members have voted; `voters` are theirs by organisation.
class RosterTest : public ::testing::Test {
 protected:
  RosterTest() : x(f) { x.Vote(); }

  v1::Envelope Changed(size_t voter, const Change& change) {
    v1::Vote vote = x.voters[voter].vote;
    change(vote);
    return SignPeerMessage(kinds::kVote, vote, f.nodes[f.IndexOf(x.voters[voter].org)]->key);
  }
  std::string Name(size_t voter) { return f.nodes[f.IndexOf(x.voters[voter].org)]->name; }
  absl::StatusOr<Voter> Open(const v1::Envelope& vote) {
    return OpenVote(vote, *f.reg(), f.nodes[0]->org, x.prepared.query_id, 1, f.clock.Now());
  }
  // What the others say to a roster with that vote, all other fields left as they were.
  std::string Checked(size_t voter, const Change& change) {
    v1::Roster roster = x.roster;
    *roster.mutable_votes(static_cast<int>(voter)) = Changed(voter, change);
    return Told(CheckRoster(roster, x.prepared.plan.question, f.standard(), x.Terms(), *f.reg(),
                            f.clock.Now())
                    .status());
  }
  absl::StatusOr<v1::Roster> Made(const std::function<void(std::vector<Voter>&)>& change) {
    std::vector<Voter> voters = x.voters;
    change(voters);
    return MakeRoster(x.prepared.plan.question, f.standard(), x.Terms(), *f.reg(), voters);
  }

  Federation f;
  Exchange x;
};

TEST_F(RosterTest, AVoteHoldsWhatItShould) {
  const std::string of = absl::StrCat("MALFORMED: vote of ", Name(1), ": ");
  const struct {
    Change change;
    std::string told;
  } cases[] = {
      {[](v1::Vote&) {}, "OK"},
      {[](v1::Vote& v) { v.mutable_query_id()->back() ^= 1; },
       absl::StrCat("BAD_ROSTER: roster: the vote of ", Name(1), " is for another question")},
      {[](v1::Vote& v) { v.set_attempt(2); },
       absl::StrCat("BAD_ROSTER: roster: the vote of ", Name(1), " is for another question")},
      {[](v1::Vote& v) { v.mutable_state_id()->pop_back(); }, of + "state"},
      {[](v1::Vote& v) { v.mutable_state_id()->push_back('x'); }, of + "state"},
      {[](v1::Vote& v) { v.clear_state_id(); }, of + "state"},
      {[](v1::Vote& v) { v.mutable_requirements()->add_rules(std::string(31, 'x')); },
       of + "a rule's id"},
      {[](v1::Vote& v) { v.set_as_of("2023-11"); }, of + "the date of its data"},
      {[](v1::Vote& v) { v.clear_as_of(); }, "OK"},
      {[](v1::Vote& v) { v.set_ephemeral(std::string(32, '\0')); }, of + "key"},
      {[](v1::Vote& v) { v.mutable_ephemeral()->pop_back(); }, of + "key"},
      {[](v1::Vote& v) { v.set_ledger_head(std::string(limits::kVoteBytes, 'x')); },
       absl::StrCat(of, "more than ", limits::kVoteBytes, " bytes")},
      {[](v1::Vote& v) {
         v.mutable_requirements()
             ->GetReflection()
             ->MutableUnknownFields(v.mutable_requirements())
             ->AddVarint(900, 1);
       },
       of + "unknown field in Requirements"},
  };
  for (const auto& [change, told] : cases) {
    EXPECT_EQ(Told(Open(Changed(1, change)).status()), told);
  }
}

// The envelope of a vote goes on to all like the vote.
TEST_F(RosterTest, AnEnvelopeOfAVoteHoldsNothingElse) {
  v1::Envelope vote = x.voters[1].envelope;
  v1::Signature* signature = vote.mutable_signatures(0);
  signature->GetReflection()->MutableUnknownFields(signature)->AddVarint(900, 1);
  EXPECT_EQ(Told(Open(vote).status()),
            absl::StrCat("MALFORMED: vote of ", Name(1), ": unknown field in Signature"));
}

// An asker that passes over what a member demands gets no other member's signature either.
TEST_F(RosterTest, WhatOneMemberDemandsEveryMemberChecks) {
  const struct {
    void (*change)(v1::Requirements&);
    const char* told;
  } cases[] = {
      {[](v1::Requirements& r) { r.set_min_members(3); }, "OK"},
      {[](v1::Requirements& r) { r.set_min_members(4); },
       "BAD_ROSTER: roster: a member wants at least 4 members, 3 take part"},
      {[](v1::Requirements& r) { r.set_noise(v1::LIGHT); }, "OK"},
      {[](v1::Requirements& r) { r.set_noise(v1::BROAD); },
       "BAD_ROSTER: roster: a member wants more noise than the question names"},
      {[](v1::Requirements& r) { r.set_release(v1::OPEN); },
       "BAD_ROSTER: roster: a member wants another release"},
      {[](v1::Requirements& r) { r.set_threshold(7); },
       "BAD_ROSTER: roster: modified: threshold: 7 -> 6; "},
      {[](v1::Requirements& r) { r.set_rounding(5); },
       "BAD_ROSTER: roster: modified: rounding: 5 -> 3; "},
      {[](v1::Requirements& r) { r.set_threshold(1), r.set_rounding(1); }, "OK"},
  };
  for (size_t voter = 0; voter < 3; ++voter) {
    for (const auto& wants : cases) {
      const auto change = [&](v1::Vote& vote) {
        wants.change(*vote.mutable_requirements());
        vote.set_register_head(std::string(32, 'x'));  // it may know rules that have not come here
      };
      EXPECT_EQ(Checked(voter, change), wants.told);
    }
  }
}

// Of a member with the same register everybody knows what its rules say.
TEST_F(RosterTest, WhatAVoteDemandsIsWhatItsRulesSay) {
  const std::string of = "BAD_ROSTER: roster: a vote ";
  const struct {
    void (*change)(v1::Requirements&);
    const char* told;
  } cases[] = {
      {[](v1::Requirements&) {}, "OK"},
      {[](v1::Requirements& r) { r.set_threshold(4294967295); },
       "demands threshold 4294967295, the rules that it names say 6"},
      {[](v1::Requirements& r) { r.set_rounding(4294967295); },
       "demands rounding 4294967295, the rules that it names say 3"},
      {[](v1::Requirements& r) { r.set_threshold(1); },
       "demands threshold 1, the rules that it names say 6"},
      {[](v1::Requirements& r) { r.set_min_members(4); },
       "demands min_members 4, the rules that it names say 3"},
      {[](v1::Requirements& r) { r.set_collusion(v1::ALL); },
       "demands collusion 2, the rules that it names say 1"},
      {[](v1::Requirements& r) { r.set_noise(v1::LIGHT); },
       "demands noise 1, the rules that it names say 3"},
      {[](v1::Requirements& r) { r.clear_rules(); },
       "its demands name no rules that this node has of it"},
  };
  for (const auto& wants : cases) {
    const std::string told =
        Checked(1, [&](v1::Vote& vote) { wants.change(*vote.mutable_requirements()); });
    EXPECT_EQ(told, wants.told == std::string("OK") ? "OK" : of + wants.told);
  }
}

// One member that trusts no other makes every member throw all the coins.
TEST_F(RosterTest, OneMemberThatTrustsNobodyIsEnough) {
  const auto minority = Made([](auto&) {});
  const auto all =
      Made([](auto& voters) { voters[2].vote.mutable_requirements()->set_collusion(v1::ALL); });
  ASSERT_TRUE(minority.ok() && all.ok());
  EXPECT_EQ(all->colluders(), 2u);
  EXPECT_EQ(all->flips_share(), all->flips());
  EXPECT_GT(all->flips_share(), minority->flips_share());
  EXPECT_EQ(Checked(2,
                    [](v1::Vote& v) {
                      v.mutable_requirements()->set_collusion(v1::ALL);
                      v.set_register_head(std::string(32, 'x'));
                    })
                .rfind("BAD_ROSTER: roster: modified: colluders: 2 -> 1", 0),
            0u);
}

// Who takes part is the asker's choice, how many may collude is not: of seven members three may, so
// that each of a roster of three throws all the coins. With t from the roster's own three a share
// of 200 was signed.
TEST(SmallRosterTest, CarriesTheNoiseOfTheCommons) {
  testing::Options options;
  options.members = 7;
  Federation f(options);
  Exchange x(f);
  for (size_t i = 0; i < 3; ++i) {
    x.voters.push_back(
        *OpenVote(x.Propose(i), *f.reg(), f.nodes[0]->org, x.prepared.query_id, 1, f.clock.Now()));
  }
  std::sort(x.voters.begin(), x.voters.end(),
            [](const Voter& a, const Voter& b) { return a.org < b.org; });
  v1::Roster roster =
      *MakeRoster(x.prepared.plan.question, f.standard(), x.Terms(), *f.reg(), x.voters);
  EXPECT_EQ(roster.colluders(), 2u);
  EXPECT_EQ(roster.flips_share(), 400u);
  v1::Partial sum;
  sum.set_kind(v1::SUM_VALUES);
  EXPECT_EQ(FlipsShareOf(roster, sum), 400u * 1024);
  v1::Roster weaker = roster;
  weaker.set_colluders(1);
  weaker.set_flips_share(200);
  EXPECT_EQ(x.Seal(weaker, 1).refusal().reason(), v1::BAD_ROSTER);
  EXPECT_FALSE(x.Seal(roster, 1).has_refusal());
}

TEST_F(RosterTest, SeatsAreOnesOwn) {
  const auto told = [&](const std::function<void(std::vector<Voter>&)>& change) {
    return Told(Made(change).status());
  };
  EXPECT_EQ(told([](auto&) {}), "OK");
  EXPECT_EQ(told([](auto& voters) { voters.clear(); }), "BAD_ROSTER: roster: nobody takes part");
  const std::string order = "BAD_ROSTER: roster: votes are not sorted by distinct organisations";
  EXPECT_EQ(told([](auto& voters) { std::swap(voters[0], voters[1]); }), order);
  EXPECT_EQ(told([](auto& voters) { voters[1].org = voters[0].org; }), order);
  EXPECT_EQ(told([](auto& voters) { voters[2].node_key = voters[0].node_key; }),
            "BAD_ROSTER: roster: a node key twice");
  EXPECT_EQ(told([](auto& voters) { voters[2].ephemeral = voters[0].ephemeral; }),
            "BAD_ROSTER: roster: an ephemeral key twice");
  EXPECT_EQ(told([](auto& voters) { voters.resize(limits::kMembers + 1, voters[0]); }),
            "BAD_ROSTER: roster: too many members");
}

// Between the members of one exchange, in roster order, each over this transcript.
TEST_F(RosterTest, ContributionsAreEachMembersOwn) {
  std::vector<v1::Contribution> good;
  for (const Voter& voter : x.voters) {
    v1::Contribution contribution;
    contribution.set_org_id(voter.org.ToBytes());
    contribution.set_values("values");
    contribution.set_signature(
        f.nodes[f.IndexOf(voter.org)]->key.Sign(ContributionMessage(x.transcript, "values")));
    good.push_back(contribution);
  }
  const auto told = [&](const std::function<void(std::vector<v1::Contribution>&)>& change) {
    std::vector<v1::Contribution> changed = good;
    change(changed);
    return Told(CheckContributions(changed, x.voters, x.transcript));
  };
  EXPECT_EQ(told([](auto&) {}), "OK");
  EXPECT_EQ(told([](auto& c) { c.pop_back(); }), "MALFORMED: contributions: 2 for 3 members");
  EXPECT_EQ(told([](auto& c) { c.push_back(c[2]); }), "MALFORMED: contributions: 4 for 3 members");
  EXPECT_EQ(told([](auto& c) { std::swap(c[0], c[1]); }),
            "MALFORMED: contributions: not in roster order");
  EXPECT_EQ(told([](auto& c) { c[1].set_org_id(c[0].org_id()); }),
            "MALFORMED: contributions: not in roster order");
  EXPECT_EQ(told([](auto& c) { c[1].mutable_values()->back() ^= 1; }),
            "BAD_SIGNATURE: contribution 2 of 3: its signature is wrong");
  EXPECT_EQ(told([](auto& c) { c[1].set_signature(c[0].signature()); }),
            "BAD_SIGNATURE: contribution 2 of 3: its signature is wrong");
  EXPECT_EQ(
      told([](auto& c) { c[2].GetReflection()->MutableUnknownFields(&c[2])->AddVarint(900, 1); }),
      "MALFORMED: unknown field in Contribution");
  const Hash32 another;
  EXPECT_EQ(Told(CheckContributions(good, x.voters, another)),
            "BAD_SIGNATURE: contribution 1 of 3: its signature is wrong");
}

}  // namespace
}  // namespace commons::query
