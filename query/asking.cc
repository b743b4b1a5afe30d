#include "query/asking.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/kinds.h"
#include "governance/refusal.h"
#include "privacy/noise.h"
#include "query/catalogue.h"
#include "query/peer_message.h"
#include "query/question.h"
#include "query/release.h"

namespace commons::query {

namespace kinds = governance::kinds;
using governance::Refuse;

namespace {

constexpr absl::Duration kPhase = absl::Seconds(limits::kPhaseSeconds);
// A Submit reply also waits for its slot.
constexpr absl::Duration kSlot = absl::Seconds(1);
constexpr absl::Duration kWithdraw = absl::Milliseconds(500);

std::vector<OrgId> OrgsOf(const std::vector<Voter>& voters) {
  std::vector<OrgId> orgs;
  for (const Voter& voter : voters) orgs.push_back(voter.org);
  return orgs;
}

bool IsOffline(const absl::Status& status) {
  return absl::IsDeadlineExceeded(status) || absl::IsUnavailable(status);
}

bool Fits(const v1::Requirements& wants, const v1::Question& question) {
  return wants.release() == question.release() &&
         (question.release() == v1::OPEN || wants.noise() <= question.noise());
}

// What a member refused, as a status of ours.
absl::Status StatusOf(const v1::Refusal& refusal) {
  return Refuse(refusal.reason(), refusal.message());
}

}  // namespace

Asking::Asking(const NodeContext& context, const FanOut& fan_out, const Prepared& prepared)
    : context_(context), fan_out_(fan_out), prepared_(prepared), reg_(context.reg()),
      standard_(reg_->FindStandard(prepared.plan.question.dataset())),
      deadline_(context.clock->Now() + absl::Seconds(limits::kQuestionSeconds)) {}

bool Asking::Sealed::Complete() const {
  return std::none_of(signatures.begin(), signatures.end(),
                      [](const std::string& s) { return s.empty(); });
}

v1::Answer Asking::Run(absl::string_view researcher_signature, bool per_member) {
  auto answer = Ask(researcher_signature, per_member);
  v1::Answer result;
  if (answer.ok()) {
    result = *std::move(answer);
  } else {
    *result.mutable_refusal() = governance::RefusalOf(answer.status());
  }
  const v1::Question& question = prepared_.plan.question;
  result.set_query_id(prepared_.query_id.ToHex());
  if (standard_ != nullptr) {
    result.set_digest(DigestOf(question, standard_->standard).ToHex());
  }
  result.set_dataset(question.dataset());
  result.set_release(question.release() == v1::OPEN ? "open" : "protected");
  result.set_practice(reg_->charter().practice());
  result.set_sql(prepared_.plan.canonical_sql);
  result.set_purpose(question.purpose());
  result.set_cost_micro_rho(charged_micro_rho_);
  AddMembers(result);
  return result;
}

absl::StatusOr<v1::Answer> Asking::Ask(absl::string_view researcher_signature, bool per_member) {
  RETURN_IF_ERROR(context_.ready());
  if (standard_ == nullptr ||
      absl::string_view(prepared_.plan.question.standard_id()) != standard_->id.view()) {
    return Refuse(v1::STALE, "the common definition changed since the question was prepared");
  }
  std::vector<OrgId> members;
  for (const auto* owner : OwnersOf(*reg_, prepared_.plan.question.dataset())) {
    members.push_back(owner->id);
  }
  for (uint32_t attempt = 1; attempt <= limits::kAttempts; ++attempt) {
    ASSIGN_OR_RETURN(std::vector<Voter> voters,
                     Propose(members, researcher_signature, attempt));
    const std::vector<Voter> all = voters;
    if (absl::Status status = DropUnsatisfied(voters); !status.ok()) {
      Withdraw(all, attempt);
      return status;
    }
    auto sealed = Seal(voters, attempt);
    if (!sealed.ok()) {
      Withdraw(voters, attempt);
      return sealed.status();
    }
    if (!sealed->Complete()) {
      // Nothing is spent: once more without them. The next proposal frees what was reserved.
      std::erase_if(voters, [&](const Voter& v) { return states_[v.org].status() != "answered"; });
      members = OrgsOf(voters);
      if (attempt == limits::kAttempts) Withdraw(voters, attempt);
      continue;
    }
    ASSIGN_OR_RETURN(const auto contributions, Submit(*sealed));
    ASSIGN_OR_RETURN(const std::string release,
                     BuildRelease(prepared_.plan.question, standard_->standard, sealed->roster,
                                  sealed->transcript, contributions));
    ASSIGN_OR_RETURN(v1::Answer answer, Present(*sealed, release, contributions, per_member));
    Publish(*sealed, contributions, release, answer);
    return answer;
  }
  return Refuse(v1::ABORTED, "members were lost twice before anything was spent; ask again");
}

absl::StatusOr<std::vector<Voter>> Asking::Propose(const std::vector<OrgId>& members,
                                                   absl::string_view researcher_signature,
                                                   uint32_t attempt) {
  v1::Propose proposal = prepared_.proposal;
  proposal.set_attempt(attempt);
  proposal.set_researcher_signature(std::string(researcher_signature.data(),
                                                researcher_signature.size()));
  std::vector<Outgoing> messages;
  for (const OrgId& member : members) {
    *proposal.mutable_header() = MakeHeader(reg_->commons_id(), context_.org, member,
                                            context_.clock->Now(), *context_.random);
    messages.push_back({member, SignPeerMessage(kinds::kPropose, proposal, *context_.node_key)});
  }
  const auto replies = Send(Phase::kPropose, messages, kPhase);
  std::vector<Voter> voters;
  const absl::Time now = context_.clock->Now();
  for (size_t i = 0; i < members.size(); ++i) {
    absl::Status status = replies[i].status();
    if (status.ok() && replies[i]->payload_type() == kinds::kProposeReply) {
      auto refused = OpenPeerMessage<v1::ProposeReply>(*replies[i], kinds::kProposeReply, *reg_,
                                                       context_.org, now);
      status = refused.ok() ? StatusOf(refused->message.refusal()) : refused.status();
    } else if (status.ok()) {
      auto voter = OpenVote(*replies[i], *reg_, context_.org, prepared_.query_id, attempt, now);
      status = voter.status();
      if (voter.ok() && voter->org != members[i]) {
        status = Refuse(v1::BAD_SIGNATURE, "another member's vote");
      } else if (voter.ok() && !Fits(voter->vote.requirements(), prepared_.plan.question)) {
        status = Refuse(v1::BAD_ROSTER, "voted for another release or class");
      } else if (voter.ok()) {
        v1::MemberState& state = states_[members[i]];
        state.set_status("answered");
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

absl::Status Asking::DropUnsatisfied(std::vector<Voter>& voters) {
  std::set<v1::Reason> reasons;
  for (const auto& [org, state] : states_) {
    v1::Reason reason = v1::REASON_UNSPECIFIED;
    if (state.status() == "refused" && v1::Reason_Parse(state.reason(), &reason)) {
      reasons.insert(reason);
    }
  }
  uint32_t wanted = 1;
  for (bool changed = true; changed;) {
    const size_t members = voters.size();
    std::erase_if(voters, [&](const Voter& voter) {
      const uint32_t wants = voter.vote.requirements().min_members();
      if (wants <= members) return false;
      wanted = std::max(wanted, wants);
      Lost(voter.org, Refuse(v1::TOO_FEW_MEMBERS,
                             absl::StrCat("wants at least ", wants, " members, ", members,
                                          " would answer")));
      return true;
    });
    changed = voters.size() != members;
  }
  if (!voters.empty()) return absl::OkStatus();
  if (reasons.size() == 1) {
    return Refuse(*reasons.begin(), governance::PlainWords(*reasons.begin()));
  }
  return Refuse(v1::TOO_FEW_MEMBERS,
                absl::StrCat("fewer than ", wanted, " members would answer"));
}

absl::StatusOr<Asking::Sealed> Asking::Seal(std::vector<Voter> voters, uint32_t attempt) {
  Sealed sealed;
  sealed.voters = std::move(voters);
  const v1::Question& question = prepared_.plan.question;
  ASSIGN_OR_RETURN(sealed.roster,
                   MakeRoster(question, standard_->standard,
                              {prepared_.query_id, attempt, context_.org,
                               context_.node_key->public_key()},
                              sealed.voters));
  ASSIGN_OR_RETURN(sealed.transcript, TranscriptOf(sealed.roster, question, standard_->standard,
                                                   reg_->commons_id()));
  v1::Seal seal;
  *seal.mutable_roster() = sealed.roster;
  const auto replies = Exchange<v1::SealReply>(Phase::kSeal, kinds::kSeal, kinds::kSealReply,
                                               OrgsOf(sealed.voters), seal, kPhase);
  const std::string message = SealMessage(sealed.transcript);
  for (size_t i = 0; i < sealed.voters.size(); ++i) {
    absl::Status status = replies[i].status();
    if (status.ok() && !crypto::VerifyWithValidKey(sealed.voters[i].node_key, message,
                                                   replies[i]->signature())) {
      status = Refuse(v1::TRANSCRIPT_MISMATCH, "signed another roster");
    }
    if (!status.ok()) Lost(sealed.voters[i].org, status);
    sealed.signatures.push_back(status.ok() ? replies[i]->signature() : "");
  }
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
  std::vector<std::string> missing;
  for (size_t i = 0; i < replies.size(); ++i) {
    absl::Status status = replies[i].status();
    if (status.ok()) {
      contributions.push_back(std::move(*replies[i]->mutable_contribution()));
      status = CheckContributions({&contributions.back(), 1}, {&sealed.voters[i], 1},
                                  sealed.transcript);
    }
    if (status.ok()) continue;
    Lost(sealed.voters[i].org, status);
    missing.push_back(NameOf(sealed.voters[i].org));
  }
  if (missing.empty()) return contributions;
  std::sort(missing.begin(), missing.end());
  return Refuse(v1::ABORTED, absl::StrCat("lost after the roster was sealed: ",
                                          absl::StrJoin(missing, ", "),
                                          charged_micro_rho_ == 0 ? "" : "; the cost is spent"));
}

void Asking::Publish(const Sealed& sealed, const std::vector<v1::Contribution>& contributions,
                     const std::string& release, v1::Answer& answer) {
  v1::Publish publish;
  publish.set_query_id(sealed.roster.query_id());
  publish.set_attempt(sealed.roster.attempt());
  *publish.mutable_contributions() = {contributions.begin(), contributions.end()};
  publish.set_release(release);
  const auto replies = Exchange<v1::PublishReply>(
      Phase::kPublish, kinds::kPublish, kinds::kPublishReply, OrgsOf(sealed.voters), publish,
      kPhase);
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
    signature.set_signature(
        absl::BytesToHexString(replies[i]->countersignature().signature()));
  }
  for (auto& [name, signature] : signatures) *answer.add_signatures() = std::move(signature);
  std::sort(missing.begin(), missing.end());
  if (!missing.empty()) {
    answer.add_caveats(absl::StrCat("Not countersigned by ", absl::StrJoin(missing, ", "), "."));
  }
}

void Asking::Withdraw(const std::vector<Voter>& voters, uint32_t attempt) {
  if (voters.empty()) return;
  v1::Seal withdrawal;
  withdrawal.set_withdraw(true);
  withdrawal.mutable_roster()->set_query_id(prepared_.query_id.ToBytes());
  withdrawal.mutable_roster()->set_attempt(attempt);
  Exchange<v1::SealReply>(Phase::kSeal, kinds::kSeal, kinds::kSealReply, OrgsOf(voters),
                          withdrawal, kWithdraw);
}

absl::StatusOr<v1::Answer> Asking::Present(const Sealed& sealed, const std::string& release,
                                           const std::vector<v1::Contribution>& contributions,
                                           bool per_member) const {
  const Plan& plan = prepared_.plan;
  v1::ReleaseRecord record;
  if (!record.ParseFromString(release)) return absl::InternalError("release: unreadable");
  v1::Answer answer;
  ASSIGN_OR_RETURN(const auto cells, PresentCells(plan, standard_->standard, record));
  *answer.mutable_cells() = {cells.begin(), cells.end()};
  for (const OutputDimension& dimension : plan.dimensions) answer.add_dimensions(dimension.name);
  for (const OutputMeasure& measure : plan.measures) answer.add_measures(measure.name);
  if (plan.question.release() == v1::OPEN) {
    for (size_t i = 0; per_member && i < contributions.size(); ++i) {
      record.set_totals(contributions[i].values());
      ASSIGN_OR_RETURN(const auto own, PresentCells(plan, standard_->standard, record));
      v1::MemberState state = states_.at(sealed.voters[i].org);
      state.set_member(NameOf(sealed.voters[i].org));
      *state.mutable_cells() = {own.begin(), own.end()};
      *answer.add_members() = std::move(state);
    }
  } else {
    const auto noise = static_cast<privacy::NoiseClass>(plan.question.noise());
    const absl::string_view name = privacy::NoiseClassName(noise);
    answer.set_noise_class(std::string(name.data(), name.size()));
    answer.set_noise_sigma(std::round(SigmaOf(sealed.roster, sealed.voters.size()) * 10) / 10);
    answer.set_threshold(sealed.roster.threshold());
    answer.set_rounding(sealed.roster.rounding());
  }
  std::set<std::string> rules;
  for (const Voter& voter : sealed.voters) {
    for (const std::string& rule : voter.vote.requirements().rules()) {
      rules.insert(absl::BytesToHexString(rule));
    }
  }
  *answer.mutable_rules() = {rules.begin(), rules.end()};
  for (std::string& caveat : Caveats(sealed)) answer.add_caveats(std::move(caveat));
  return answer;
}

std::vector<std::string> Asking::Caveats(const Sealed& sealed) const {
  std::vector<std::string> caveats;
  if (reg_->charter().practice()) caveats.push_back("PRACTICE: not real protection, not real data.");
  std::vector<std::string> missing;
  for (const auto& [org, state] : states_) {
    if (state.status() != "answered") missing.push_back(NameOf(org));
  }
  std::sort(missing.begin(), missing.end());
  if (!missing.empty()) {
    caveats.push_back(absl::StrCat("Without ", absl::StrJoin(missing, ", "),
                                   ": totals are of the members that answered."));
  }
  if (prepared_.plan.question.release() != v1::OPEN) {
    caveats.push_back(absl::StrCat(
        "Protected: random noise was added; the true value lies within margin95 of the value in 95 "
        "of 100 cases. Noise of ", sealed.voters.size(), " members, safe if at most ",
        sealed.roster.colluders(), " of the others pool what they know."));
    const auto& partials = prepared_.plan.question.partials();
    if (std::any_of(partials.begin(), partials.end(),
                    [](const v1::Partial& p) { return p.kind() == v1::SUM_VALUES; })) {
      caveats.push_back("Values outside the declared bounds were moved to the bounds in sums.");
    }
  }
  return caveats;
}

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
  std::vector<absl::StatusOr<v1::Envelope>> replies;
  if (left > absl::ZeroDuration() && !messages.empty()) replies = fan_out_(phase, messages, left);
  replies.resize(messages.size(), absl::DeadlineExceededError("the question's time is over"));
  return replies;
}

void Asking::Lost(const OrgId& member, const absl::Status& why) {
  const v1::Refusal refusal = governance::RefusalOf(why);
  v1::MemberState& state = states_[member];
  state.Clear();
  state.set_status(IsOffline(why) ? "offline" : "refused");
  state.set_reason(v1::Reason_Name(refusal.reason()));
  state.set_message(refusal.message());
}

std::string Asking::NameOf(const OrgId& member) const {
  const auto* organisation = reg_->FindMember(member);
  return organisation == nullptr ? member.ToHex() : organisation->name;
}

void Asking::AddMembers(v1::Answer& answer) const {
  std::map<std::string, v1::MemberState> by_name;
  for (const auto& [org, state] : states_) {
    v1::MemberState& named = by_name[NameOf(org)];
    named = state;
    named.set_member(NameOf(org));
  }
  for (const v1::MemberState& detailed : answer.members()) {
    *by_name[detailed.member()].mutable_cells() = detailed.cells();
  }
  answer.clear_members();
  for (auto& [name, state] : by_name) *answer.add_members() = std::move(state);
}

}  // namespace commons::query
