// What the asking node sends in each phase, and what it takes from the replies.
#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/keys.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/asker/asking.h"
#include "query/peer/peer_message.h"
#include "query/question/cell_space.h"
#include "query/release/demands.h"
#include "query/release/release.h"
#include "query/release/wire.h"

namespace commons::query {

namespace kinds = governance::kinds;
using governance::Refuse;

namespace {

constexpr absl::Duration kPhase = absl::Seconds(limits::kPhaseSeconds);
// Replies to Seal and Submit also wait for their slot.
constexpr absl::Duration kSlot = absl::Seconds(1);
constexpr absl::Duration kWithdraw = absl::Milliseconds(500);

}  // namespace

template <typename Reply, typename Message>
std::vector<absl::StatusOr<Reply>> Asking::Exchange(Phase phase, const char* kind,
                                                    const char* reply_kind,
                                                    const std::vector<OrgId>& members,
                                                    Message message, absl::Duration timeout) {
  std::vector<Outgoing> messages;
  for (const OrgId& member : members) {
    *message.mutable_header() = MakeHeader(reg_->commons_id(), context_.org, member,
                                           context_.clock->Now(), *context_.random);
    messages.push_back({member, SignPeerMessage(kind, message, *context_.node_key)});
  }
  const auto envelopes = Send(phase, messages, timeout);
  const absl::Time now = context_.clock->Now();
  std::vector<absl::StatusOr<Reply>> replies;
  for (size_t i = 0; i < members.size(); ++i) {
    if (!envelopes[i].ok()) {
      replies.push_back(envelopes[i].status());
      continue;
    }
    auto opened = OpenPeerMessage<Reply>(*envelopes[i], reply_kind, *reg_, context_.org, now);
    if (!opened.ok()) {
      replies.push_back(opened.status());
    } else if (opened->sender->id != members[i]) {
      replies.push_back(Refuse(v1::BAD_SIGNATURE, "another member's reply"));
    } else if (opened->message.has_refusal()) {
      replies.push_back(StatusOf(opened->message.refusal()));
    } else {
      replies.push_back(std::move(opened->message));
    }
  }
  return replies;
}

std::vector<absl::StatusOr<v1::Envelope>> Asking::Send(Phase phase,
                                                       const std::vector<Outgoing>& messages,
                                                       absl::Duration timeout) {
  const absl::Duration left = std::min(timeout, deadline_ - context_.clock->Now());
  phase_was_whole_ = left >= timeout;
  std::vector<absl::StatusOr<v1::Envelope>> replies;
  replies.reserve(messages.size());
  if (left > absl::ZeroDuration() && !messages.empty()) {
    auto incoming = fan_out_(phase, messages, left);
    incoming.resize(messages.size(), {absl::DeadlineExceededError("no reply"), left});
    for (size_t i = 0; i < messages.size(); ++i) {
      took_[messages[i].to] += incoming[i].took;
      replies.push_back(std::move(incoming[i].message));
    }
  }
  replies.resize(messages.size(), absl::DeadlineExceededError("the question's time is over"));
  return replies;
}

absl::Status Asking::CheckVote(const Voter& voter) const {
  const v1::Question& question = prepared_.plan.question;
  const v1::Requirements& wants = voter.vote.requirements();
  if (wants.release() != question.release() ||
      (question.release() != v1::OPEN && wants.noise() > question.noise())) {
    return Refuse(v1::BAD_ROSTER, "voted for another release or class");
  }
  return CheckDemands(wants, voter.org, question, *reg_);
}

absl::StatusOr<std::vector<Voter>> Asking::Propose(const std::vector<OrgId>& members,
                                                   absl::string_view researcher_signature,
                                                   uint32_t attempt) {
  v1::Propose proposal = prepared_.proposal;
  proposal.set_attempt(attempt);
  proposal.set_researcher_signature(
      std::string(researcher_signature.data(), researcher_signature.size()));
  std::vector<Outgoing> messages;
  for (const OrgId& member : members) {
    *proposal.mutable_header() = MakeHeader(reg_->commons_id(), context_.org, member,
                                            context_.clock->Now(), *context_.random);
    proposal.mutable_header()->set_version(prepared_.version);
    messages.push_back({member, SignPeerMessage(kinds::kPropose, proposal, *context_.node_key)});
  }
  holding_ = {members.begin(), members.end()};
  const auto replies = Send(Phase::kPropose, messages, kPhase);
  std::vector<Voter> voters;
  const absl::Time now = context_.clock->Now();
  for (size_t i = 0; i < members.size(); ++i) {
    absl::Status status = replies[i].status();
    if (status.ok() && replies[i]->payload_type() == kinds::kProposeReply) {
      auto refused = OpenPeerMessage<v1::ProposeReply>(*replies[i], kinds::kProposeReply, *reg_,
                                                       context_.org, now);
      status = refused.ok() ? StatusOf(refused->message.refusal()) : refused.status();
      if (refused.ok()) holding_.erase(members[i]);
    } else if (status.ok()) {
      auto voter = OpenVote(*replies[i], *reg_, context_.org, prepared_.query_id, attempt, now);
      status = voter.status();
      if (voter.ok() && voter->org != members[i]) {
        status = Refuse(v1::BAD_SIGNATURE, "another member's vote");
      } else if (voter.ok()) {
        status = CheckVote(*voter);
      }
      if (status.ok()) {
        v1::MemberState& state = states_[members[i]];
        state.set_status(v1::MemberState::ANSWERED);
        state.set_epoch(voter->vote.epoch());
        state.set_as_of(voter->vote.as_of());
        voters.push_back(*std::move(voter));
      }
    }
    if (!status.ok()) Lost(members[i], status);
  }
  std::sort(voters.begin(), voters.end(),
            [](const Voter& a, const Voter& b) { return a.org < b.org; });
  return voters;
}

absl::StatusOr<Asking::Sealed> Asking::Seal(std::vector<Voter> voters, uint32_t attempt) {
  Sealed sealed;
  sealed.voters = std::move(voters);
  const v1::Question& question = prepared_.plan.question;
  ASSIGN_OR_RETURN(sealed.roster, MakeRoster(question, standard_->standard,
                                             {prepared_.query_id, attempt, context_.org,
                                              context_.node_key->public_key()},
                                             *reg_, sealed.voters));
  ASSIGN_OR_RETURN(sealed.transcript,
                   TranscriptOf(sealed.roster, question, standard_->standard, reg_->commons_id()));
  v1::Seal seal;
  *seal.mutable_roster() = sealed.roster;
  const auto replies = Exchange<v1::SealReply>(Phase::kSeal, kinds::kSeal, kinds::kSealReply,
                                               OrgsOf(sealed.voters), seal, kPhase + kSlot);
  const std::string message = SealMessage(sealed.transcript);
  std::vector<absl::Status> outcomes;
  outcomes.reserve(replies.size());
  for (size_t i = 0; i < sealed.voters.size(); ++i) {
    absl::Status status = replies[i].status();
    if (status.ok() &&
        !crypto::VerifyWithValidKey(sealed.voters[i].node_key, message, replies[i]->signature())) {
      status = Refuse(v1::TRANSCRIPT_MISMATCH, "signed another roster");
    }
    sealed.signatures.push_back(status.ok() ? replies[i]->signature() : "");
    outcomes.push_back(std::move(status));
  }
  Missing(sealed.voters, outcomes);
  return sealed;
}

absl::StatusOr<std::vector<v1::Contribution>> Asking::Submit(const Sealed& sealed) {
  v1::Submit submit;
  submit.set_query_id(sealed.roster.query_id());
  submit.set_attempt(sealed.roster.attempt());
  for (const std::string& signature : sealed.signatures) submit.add_signatures(signature);
  // Once a Submit is out it counts as charged, whoever answers.
  charged_micro_rho_ = sealed.roster.cost_micro_rho();
  auto replies = Exchange<v1::SubmitReply>(Phase::kSubmit, kinds::kSubmit, kinds::kSubmitReply,
                                           OrgsOf(sealed.voters), submit, kPhase + kSlot);
  std::vector<v1::Contribution> contributions;
  std::vector<absl::Status> outcomes;
  outcomes.reserve(replies.size());
  for (size_t i = 0; i < replies.size(); ++i) {
    absl::Status status = replies[i].status();
    if (status.ok()) {
      contributions.push_back(std::move(*replies[i]->mutable_contribution()));
      status = CheckVector(contributions.back(), sealed.voters[i], sealed.transcript);
    }
    outcomes.push_back(std::move(status));
  }
  const std::vector<OrgId> missing = Missing(sealed.voters, outcomes);
  if (missing.empty()) {
    for (const Voter& voter : sealed.voters) attendance_.WentOn(voter.org);
    return contributions;
  }
  std::vector<std::string> names;
  names.reserve(missing.size());
  for (const OrgId& member : missing) names.push_back(NameOf(member));
  std::sort(names.begin(), names.end());
  return Refuse(v1::ABORTED,
                absl::StrCat("lost after the roster was sealed: ", absl::StrJoin(names, ", "),
                             charged_micro_rho_ == 0 ? "" : "; the cost is spent"));
}

absl::Status Asking::CheckVector(const v1::Contribution& contribution, const Voter& voter,
                                 const Hash32& transcript) const {
  RETURN_IF_ERROR(CheckContributions({&contribution, 1}, {&voter, 1}, transcript));
  const v1::Question& question = prepared_.plan.question;
  return DecodeContribution(contribution.values(),
                            CellSpace(question, standard_->standard).values(),
                            question.release() == v1::OPEN)
      .status();
}

void Asking::Publish(const Sealed& sealed, const std::vector<v1::Contribution>& contributions,
                     const std::string& release, v1::Answer& answer) {
  v1::Publish publish;
  publish.set_query_id(sealed.roster.query_id());
  publish.set_attempt(sealed.roster.attempt());
  *publish.mutable_contributions() = {contributions.begin(), contributions.end()};
  publish.set_release(release);
  const auto replies =
      Exchange<v1::PublishReply>(Phase::kPublish, kinds::kPublish, kinds::kPublishReply,
                                 OrgsOf(sealed.voters), publish, kPhase);
  const std::string message = ReleaseMessage(release);
  std::map<std::string, v1::CounterSignature> signatures;
  std::vector<std::string> missing;
  for (size_t i = 0; i < replies.size(); ++i) {
    const Voter& voter = sealed.voters[i];
    const std::string name = NameOf(voter.org);
    if (!replies[i].ok() ||
        !crypto::VerifyWithValidKey(voter.node_key, message,
                                    replies[i]->countersignature().signature())) {
      missing.push_back(name);
      continue;
    }
    v1::CounterSignature& signature = signatures[name];
    signature.set_member(name);
    signature.set_key(voter.node_key.ToHex());
    signature.set_signature(absl::BytesToHexString(replies[i]->countersignature().signature()));
  }
  for (auto& [name, signature] : signatures) *answer.add_signatures() = std::move(signature);
  std::sort(missing.begin(), missing.end());
  if (!missing.empty()) {
    answer.add_caveats(absl::StrCat("Not countersigned by ", absl::StrJoin(missing, ", "), "."));
  }
}

void Asking::Withdraw(const std::vector<Voter>& but, uint32_t attempt) {
  for (const Voter& voter : but) holding_.erase(voter.org);
  v1::Seal withdrawal;
  withdrawal.set_withdraw(true);
  withdrawal.mutable_roster()->set_query_id(prepared_.query_id.ToBytes());
  withdrawal.mutable_roster()->set_attempt(attempt);
  Exchange<v1::SealReply>(Phase::kSeal, kinds::kSeal, kinds::kSealReply,
                          {holding_.begin(), holding_.end()}, withdrawal, kWithdraw);
  holding_.clear();
  for (const Voter& voter : but) holding_.insert(voter.org);
}

}  // namespace commons::query
