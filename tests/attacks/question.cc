// A hostile asker's question, message by message.
#include <algorithm>

#include "crypto/mask.h"
#include "crypto/random.h"
#include "governance/document/payload_types.h"
#include "query/asker/asker.h"
#include "query/peer/peer_message.h"
#include "query/release/release.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {

HostileQuestion::HostileQuestion(Intruder& intruder, const std::string& sql)
    : intruder_(intruder), reg_(std::make_shared<governance::Register>(intruder.reg())) {
  const crypto::SigningKey researcher = intruder.lab.Researcher();
  query::NodeContext context{};
  context.org = intruder.OrgOf(intruder.member);
  context.node_key = &intruder.node_key;
  context.reg = [this] { return reg_; };
  context.clock = &intruder.clock;
  context.random = &crypto::SystemRandom();
  v1::PrepareRequest request;
  request.set_sql(sql);
  request.set_researcher(researcher.public_key().ToBytes());
  const auto ready = query::Asker(context, nullptr).Prepare(request);
  EXPECT_TRUE(ready.ok()) << ready.status();
  if (!ready.ok()) return;
  proposal_ = ready->proposal;
  proposal_.set_researcher_signature(
      researcher.Sign(governance::ResearcherMessage(ready->query_id)));
  terms_ = {ready->query_id, 1, context.org, intruder.node_key.public_key()};
}

HostileQuestion::~HostileQuestion() {
  for (const std::string& member : intruder_.lab.members()) {
    if (member == intruder_.member) continue;
    v1::Seal seal;
    *seal.mutable_header() = intruder_.HeaderTo(member);
    seal.mutable_roster()->set_query_id(terms_.query_id.ToBytes());
    seal.mutable_roster()->set_attempt(terms_.attempt);
    seal.set_withdraw(true);
    intruder_.Outcome(member, PeerMethod::kSeal, intruder_.Sign(PeerMethod::kSeal, seal));
  }
}

v1::Envelope HostileQuestion::ProposalTo(const std::string& member) {
  *proposal_.mutable_header() = intruder_.HeaderTo(member);
  return intruder_.Sign(PeerMethod::kPropose, proposal_);
}

absl::StatusOr<query::Voter> HostileQuestion::TryVoteOf(const std::string& member) {
  v1::Envelope envelope;
  envelope.ParseFromString(
      intruder_.Send(member, PeerMethod::kPropose, ProposalTo(member).SerializeAsString()).bytes);
  return query::OpenVote(envelope, *reg_, terms_.asking_org, terms_.query_id, terms_.attempt,
                         intruder_.clock.Now());
}

absl::StatusOr<std::vector<query::Voter>> HostileQuestion::TryVotes() {
  std::vector<query::Voter> voters;
  for (const std::string& member : intruder_.lab.members()) {
    if (member == intruder_.member) continue;
    auto vote = TryVoteOf(member);
    if (!vote.ok()) return vote.status();
    voters.push_back(*std::move(vote));
  }
  query::Voter own = voters[0];
  own.org = terms_.asking_org;
  own.node_key = terms_.asking_key;
  // All members of the lab have the same rules; these are the intruder's own.
  const auto* rules = reg_->OwnerPolicies(own.org, proposal_.question().dataset());
  EXPECT_NE(rules, nullptr);
  for (const auto& version : rules->versions) {
    own.vote.mutable_requirements()->add_rules(version.id.ToBytes());
  }
  voters.push_back(Reissued(own, FreshEphemeral(), intruder_.node_key));
  std::sort(voters.begin(), voters.end(),
            [](const query::Voter& a, const query::Voter& b) { return a.org < b.org; });
  return voters;
}

query::Voter HostileQuestion::VoteOf(const std::string& member) {
  auto vote = TryVoteOf(member);
  EXPECT_TRUE(vote.ok()) << vote.status();
  return vote.ok() ? *std::move(vote) : query::Voter();
}

std::vector<query::Voter> HostileQuestion::Votes() {
  auto voters = TryVotes();
  EXPECT_TRUE(voters.ok()) << voters.status();
  return voters.ok() ? *std::move(voters)
                     : std::vector<query::Voter>(intruder_.lab.members().size());
}

std::string HostileQuestion::FreshEphemeral() {
  return crypto::EphemeralKey::Generate(crypto::SystemRandom()).public_key().ToBytes();
}

query::Voter HostileQuestion::Reissued(query::Voter voter, const std::string& ephemeral,
                                       const crypto::SigningKey& key) const {
  *voter.vote.mutable_header() = query::MakeHeader(reg_->commons_id(), voter.org, terms_.asking_org,
                                                   intruder_.clock.Now(), crypto::SystemRandom());
  voter.vote.set_ephemeral(ephemeral);
  voter.envelope = query::SignPeerMessage(kinds::kVote, voter.vote, key);
  voter.ephemeral = *PublicKey::FromBytes(ephemeral);
  return voter;
}

const v1::Standard& HostileQuestion::standard() const {
  return reg_->FindStandard(proposal_.question().dataset())->standard;
}

v1::Roster HostileQuestion::RosterOf(const std::vector<query::Voter>& voters) const {
  const auto roster = query::MakeRoster(proposal_.question(), standard(), terms_, *reg_, voters);
  EXPECT_TRUE(roster.ok()) << roster.status();
  return roster.value_or(v1::Roster());
}

v1::Envelope HostileQuestion::SealTo(const std::string& member, const v1::Roster& roster) const {
  v1::Seal seal;
  *seal.mutable_header() = intruder_.HeaderTo(member);
  *seal.mutable_roster() = roster;
  return intruder_.Sign(PeerMethod::kSeal, seal);
}

v1::Envelope HostileQuestion::SubmitTo(const std::string& member,
                                       const std::vector<std::string>& signatures) const {
  v1::Submit submit;
  *submit.mutable_header() = intruder_.HeaderTo(member);
  submit.set_query_id(terms_.query_id.ToBytes());
  submit.set_attempt(terms_.attempt);
  for (const std::string& signature : signatures) submit.add_signatures(signature);
  return intruder_.Sign(PeerMethod::kSubmit, submit);
}

std::string HostileQuestion::SealedBy(const query::Voter& voter, const v1::Roster& roster) {
  if (voter.org == terms_.asking_org) {
    const auto transcript =
        query::TranscriptOf(roster, proposal_.question(), standard(), reg_->commons_id());
    return intruder_.node_key.Sign(query::SealMessage(*transcript));
  }
  const std::string& name = reg_->FindMember(voter.org)->name;
  return intruder_.Ask<v1::SealReply>(name, PeerMethod::kSeal, SealTo(name, roster)).signature();
}

std::vector<std::string> HostileQuestion::SealAll(const std::vector<query::Voter>& voters) {
  const v1::Roster roster = RosterOf(voters);
  std::vector<std::string> signatures;
  for (const query::Voter& voter : voters) {
    signatures.push_back(SealedBy(voter, roster));
    EXPECT_FALSE(signatures.back().empty());
  }
  return signatures;
}

}  // namespace commons::attacks
