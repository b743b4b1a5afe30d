// A hostile asker in a protected question: rosters that no member may sign, vectors that no member
// may give away.
#include <algorithm>
#include <functional>

#include "crypto/random.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

using query::Voter;

class Rosters : public WithLab<v1::PROTECTED> {
 protected:
  std::string Seal(const v1::Roster& roster) {
    return intruder_.Outcome(kVictim, PeerMethod::kSeal, question_.SealTo(kVictim, roster));
  }
  std::string Submit(const std::vector<std::string>& signatures) {
    return intruder_.Outcome(kVictim, PeerMethod::kSubmit, question_.SubmitTo(kVictim, signatures));
  }
  // Refused, and the honest roster of the same votes is then signed: nothing else was wrong with
  // it.
  void ExpectBad(const std::function<void(v1::Roster&)>& change) {
    const v1::Roster honest = question_.RosterOf(question_.Votes());
    v1::Roster changed = honest;
    change(changed);
    EXPECT_EQ(Seal(changed), "BAD_ROSTER") << changed.ShortDebugString().substr(0, 200);
    EXPECT_EQ(Seal(honest), "ok");
  }
  size_t IndexOf(const std::vector<Voter>& voters, const char* member) const {
    return std::find_if(voters.begin(), voters.end(),
                        [&](const Voter& v) { return v.org == intruder_.OrgOf(member); }) -
           voters.begin();
  }
  Intruder intruder_{*lab};
  HostileQuestion question_{intruder_};
};

TEST_F(Rosters, AnHonestQuestionGoesAllTheWay) {
  const auto signatures = question_.SealAll(question_.Votes());
  EXPECT_EQ(Submit(signatures), "ok");
}

TEST_F(Rosters, TwoVersionsOfARoster) {
  auto voters = question_.Votes();
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "ok");
  const v1::Roster first = question_.RosterOf(voters);
  Voter& own = voters[IndexOf(voters, kAttacker)];
  own = question_.Reissued(own, HostileQuestion::FreshEphemeral(), intruder_.node_key);
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "BAD_ROSTER");
  EXPECT_EQ(Seal(first), "ok");
}

TEST_F(Rosters, TheSecondVersionAloneWouldHaveBeenSigned) {
  auto voters = question_.Votes();
  Voter& own = voters[IndexOf(voters, kAttacker)];
  own = question_.Reissued(own, HostileQuestion::FreshEphemeral(), intruder_.node_key);
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "ok");
}

// Everybody would pay for a table in which every cell is too small to show.
TEST_F(Rosters, AVoteThatDemandsMoreThanItsRules) {
  const auto voters = question_.Votes();
  const size_t own = IndexOf(voters, kAttacker);
  const auto seal = [&](const std::function<void(v1::Requirements&)>& change) {
    auto changed = voters;
    change(*changed[own].vote.mutable_requirements());
    changed[own] =
        question_.Reissued(changed[own], HostileQuestion::FreshEphemeral(), intruder_.node_key);
    return Seal(question_.RosterOf(changed));
  };
  EXPECT_EQ(seal([](v1::Requirements& r) { r.set_threshold(4294967295); }), "BAD_ROSTER");
  EXPECT_EQ(seal([](v1::Requirements& r) { r.set_rounding(4294967295); }), "BAD_ROSTER");
  EXPECT_EQ(seal([](v1::Requirements& r) { r.clear_rules(); }), "BAD_ROSTER");
  EXPECT_EQ(seal([](v1::Requirements&) {}), "ok");
}

TEST_F(Rosters, TheVictimsVoteChanged) {
  ExpectBad([&](v1::Roster& roster) {
    for (v1::Envelope& envelope : *roster.mutable_votes()) {
      v1::Vote vote;
      vote.ParseFromString(envelope.payload());
      if (vote.header().sender() != intruder_.OrgOf(kVictim).ToBytes()) continue;
      vote.mutable_requirements()->set_threshold(1);
      envelope.set_payload(vote.SerializeAsString());
    }
  });
}

TEST_F(Rosters, TheVictimsVoteOfAnEarlierQuestion) {
  HostileQuestion earlier(intruder_);
  const Voter old = earlier.VoteOf(kVictim);
  auto voters = question_.Votes();
  voters[IndexOf(voters, kVictim)] = old;
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "BAD_ROSTER");
}

TEST_F(Rosters, AnothersVoteOfAnEarlierQuestion) {
  HostileQuestion earlier(intruder_);
  const Voter old = earlier.VoteOf(kBystander);
  auto voters = question_.Votes();
  voters[IndexOf(voters, kBystander)] = old;
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "BAD_ROSTER");
}

TEST_F(Rosters, WithoutTheVictim) {
  auto voters = question_.Votes();
  voters.erase(voters.begin() + static_cast<long>(IndexOf(voters, kVictim)));
  for (Voter& voter : voters) voter.vote.mutable_requirements()->set_min_members(1);
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "BAD_ROSTER");
}

// Consistent in itself for two; only the votes say that three are wanted.
TEST_F(Rosters, FewerThanTheMembersWant) {
  auto voters = question_.Votes();
  voters.erase(voters.begin() + static_cast<long>(IndexOf(voters, kBystander)));
  for (Voter& voter : voters) {
    EXPECT_EQ(voter.vote.requirements().min_members(), 3);
    voter.vote.mutable_requirements()->set_min_members(1);
  }
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "BAD_ROSTER");
}

TEST_F(Rosters, LoweredThreshold) {
  ExpectBad([](v1::Roster& roster) { roster.set_threshold(1); });
}

TEST_F(Rosters, LoweredRounding) {
  ExpectBad([](v1::Roster& roster) { roster.set_rounding(1); });
}

TEST_F(Rosters, LessNoise) {
  ExpectBad([](v1::Roster& roster) { roster.set_flips_share(roster.flips_share() / 2); });
}

TEST_F(Rosters, LessNoiseAltogether) {
  ExpectBad([](v1::Roster& roster) {
    roster.set_flips(roster.flips() / 2);
    roster.set_flips_share(roster.flips_share() / 2);
  });
}

TEST_F(Rosters, CheaperThanItIs) {
  ExpectBad([](v1::Roster& roster) { roster.set_cost_micro_rho(1); });
}

TEST_F(Rosters, OpenInsteadOfProtected) {
  ExpectBad([](v1::Roster& roster) { roster.set_release(v1::OPEN); });
}

TEST_F(Rosters, FieldsThatNobodyKnows) {
  ExpectBad([](v1::Roster& roster) {
    roster.GetReflection()->MutableUnknownFields(&roster)->AddVarint(99, 1);
  });
}

TEST_F(Rosters, AMemberTwice) {
  ExpectBad([](v1::Roster& roster) { *roster.add_votes() = roster.votes(2); });
}

TEST_F(Rosters, ANonMember) {
  auto voters = question_.Votes();
  const auto stranger = crypto::SigningKey::Generate(crypto::SystemRandom());
  Voter invented = voters[0];
  const std::string ephemeral = HostileQuestion::FreshEphemeral();
  invented.org = *OrgId::FromBytes(std::string(32, '\xff'));
  invented.node_key = stranger.public_key();
  voters.push_back(question_.Reissued(invented, ephemeral, stranger));
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "BAD_ROSTER");
}

// The attacker would know both ends of the mask.
TEST_F(Rosters, AVoteThatTheAttackerSignedForAnother) {
  auto voters = question_.Votes();
  Voter& other = voters[IndexOf(voters, kBystander)];
  other = question_.Reissued(other, HostileQuestion::FreshEphemeral(), intruder_.node_key);
  EXPECT_EQ(Seal(question_.RosterOf(voters)), "BAD_ROSTER");
}

TEST_F(Rosters, TheVictimsEphemeralKeyAgain) {
  auto voters = question_.Votes();
  const std::string copied = voters[IndexOf(voters, kVictim)].vote.ephemeral();
  v1::Roster roster = question_.RosterOf(voters);
  const size_t own = IndexOf(voters, kAttacker);
  *roster.mutable_votes(static_cast<int>(own)) =
      question_.Reissued(voters[own], copied, intruder_.node_key).envelope;
  EXPECT_EQ(Seal(roster), "BAD_ROSTER");
}

TEST_F(Rosters, SubmitWithoutSeal) {
  question_.VoteOf(kVictim);
  EXPECT_EQ(Submit({"", "", ""}), "UNKNOWN_QUERY");
}

TEST_F(Rosters, SealAndSubmitWithoutAVote) {
  HostileQuestion other(intruder_);
  v1::Roster roster = other.RosterOf(other.Votes());
  roster.set_query_id(question_.terms().query_id.ToBytes());
  EXPECT_EQ(Seal(roster), "UNKNOWN_QUERY");
  EXPECT_EQ(Submit({"", "", ""}), "UNKNOWN_QUERY");
}

TEST_F(Rosters, SubmitOfAnothersQuestion) {
  const auto signatures = question_.SealAll(question_.Votes());
  v1::Submit submit;
  Intruder other(*lab, kBystander);
  *submit.mutable_header() = other.HeaderTo(kVictim);
  submit.set_query_id(question_.terms().query_id.ToBytes());
  submit.set_attempt(1);
  for (const std::string& signature : signatures) submit.add_signatures(signature);
  EXPECT_EQ(other.Outcome(kVictim, PeerMethod::kSubmit, other.Sign(PeerMethod::kSubmit, submit)),
            "UNKNOWN_QUERY");
}

TEST_F(Rosters, SubmitWithoutAllSignatures) {
  const auto signatures = question_.SealAll(question_.Votes());
  EXPECT_EQ(Submit({signatures[0], signatures[1]}), "BAD_SIGNATURE");
  EXPECT_EQ(Submit({}), "BAD_SIGNATURE");
  for (size_t i = 0; i < signatures.size(); ++i) {
    auto missing = signatures;
    missing[i].clear();
    EXPECT_EQ(Submit(missing), "TRANSCRIPT_MISMATCH") << i;
  }
  EXPECT_EQ(Submit(signatures), "ok");
}

TEST_F(Rosters, SubmitWithSignaturesOfOthers) {
  const auto voters = question_.Votes();
  const auto signatures = question_.SealAll(voters);
  auto swapped = signatures;
  std::swap(swapped[0], swapped[1]);
  EXPECT_EQ(Submit(swapped), "TRANSCRIPT_MISMATCH");
  auto own = signatures;
  own[IndexOf(voters, kBystander)] = own[IndexOf(voters, kAttacker)];
  EXPECT_EQ(Submit(own), "TRANSCRIPT_MISMATCH");
}

// The bystander signed another roster than the victim: the masks would not cancel, or worse.
TEST_F(Rosters, SubmitOverTwoTranscripts) {
  auto voters = question_.Votes();
  const v1::Roster first = question_.RosterOf(voters);
  const size_t own = IndexOf(voters, kAttacker), other = IndexOf(voters, kBystander);
  auto changed = voters;
  changed[own] =
      question_.Reissued(voters[own], HostileQuestion::FreshEphemeral(), intruder_.node_key);
  const size_t victim = IndexOf(voters, kVictim);
  std::vector<std::string> signatures(3);
  signatures[own] = question_.SealedBy(voters[own], first);
  signatures[victim] = question_.SealedBy(voters[victim], first);
  signatures[other] = question_.SealedBy(voters[other], question_.RosterOf(changed));
  EXPECT_FALSE(signatures[other].empty());
  EXPECT_EQ(Submit(signatures), "TRANSCRIPT_MISMATCH");
}

TEST_F(Rosters, AnOpenQuestionOfProtectedData) {
  v1::Propose& proposal = question_.proposal();
  proposal.mutable_question()->set_release(v1::OPEN);
  proposal.mutable_question()->clear_noise();
  EXPECT_EQ(intruder_.Outcome(kVictim, PeerMethod::kPropose, question_.ProposalTo(kVictim)),
            "RELEASE_NOT_ALLOWED");
}

}  // namespace
}  // namespace commons::attacks
