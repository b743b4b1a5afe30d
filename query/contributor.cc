#include "query/contributor.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "crypto/mask.h"
#include "governance/decide.h"
#include "governance/kinds.h"
#include "governance/refusal.h"
#include "query/contribution.h"
#include "query/peer_message.h"
#include "query/permit.h"
#include "query/question.h"
#include "query/release.h"
#include "query/roster.h"
#include "query/sessions.h"

namespace commons::query {

namespace kinds = governance::kinds;
using governance::Refuse;

namespace {

constexpr absl::Duration kNotAfterMax = absl::Minutes(1);
constexpr absl::Duration kPublishWithin = absl::Seconds(60);

absl::Status CheckSignatures(const v1::Submit& submit, const Session& session) {
  if (submit.signatures_size() != static_cast<int>(session.voters.size())) {
    return Refuse(v1::BAD_SIGNATURE, absl::StrCat("submit: ", submit.signatures_size(),
                                                  " signatures of ", session.voters.size()));
  }
  const std::string message = SealMessage(session.transcript);
  for (size_t i = 0; i < session.voters.size(); ++i) {
    if (!crypto::VerifyWithValidKey(session.voters[i].node_key, message, submit.signatures(i))) {
      return Refuse(v1::TRANSCRIPT_MISMATCH,
                    absl::StrCat("submit: signature ", i + 1, " of ", session.voters.size(),
                                 " is not the member's over this roster"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

struct Contributor::Impl {
  explicit Impl(NodeContext c) : context(std::move(c)), sessions(context.ledger) {}

  // A message and everything about it that was checked.
  template <typename T>
  struct Incoming {
    std::shared_ptr<const governance::Register> reg;
    T message;
    const governance::Organisation* sender;
    absl::Time now;
  };
  template <typename T>
  absl::StatusOr<Incoming<T>> Open(const v1::Envelope& request, absl::string_view kind) {
    auto reg = context.reg();
    const absl::Time now = context.clock->Now();
    ASSIGN_OR_RETURN(auto opened, OpenPeerMessage<T>(request, kind, *reg, context.org, now));
    return Incoming<T>{std::move(reg), std::move(opened.message), opened.sender, now};
  }

  template <typename Reply>
  v1::Envelope Sign(const v1::Envelope& request, absl::string_view kind, Reply reply) {
    *reply.mutable_header() = MakeHeader(context.reg()->commons_id(), context.org,
                                         SenderOf(request), context.clock->Now(), *context.random);
    return SignPeerMessage(kind, reply, *context.node_key);
  }
  template <typename Reply>
  v1::Envelope Refused(const v1::Envelope& request, absl::string_view kind,
                       const absl::Status& status) {
    Reply reply;
    *reply.mutable_refusal() = governance::RefusalOf(status);
    return Sign(request, kind, std::move(reply));
  }
  // Whom to answer: whoever's node key the request carries, verified or not.
  OrgId SenderOf(const v1::Envelope& request) const {
    if (request.signatures_size() == 0) return OrgId();
    const auto key = PublicKey::FromBytes(request.signatures(0).key());
    const auto reg = context.reg();
    const auto* sender = key.ok() ? reg->FindByNodeKey(*key) : nullptr;
    return sender == nullptr ? OrgId() : sender->id;
  }

  absl::StatusOr<v1::PreviewReply> Preview(const v1::Envelope& request);
  absl::StatusOr<v1::Vote> Propose(const v1::Envelope& request, std::shared_ptr<Session>& session);
  absl::Status CheckProposal(const Incoming<v1::Propose>& in, const v1::Standard& standard) const;
  absl::Status Reserve(const Incoming<v1::Propose>& in, const Session& session,
                       uint64_t yearly_budget);
  absl::StatusOr<v1::Envelope> Seal(const v1::Envelope& request);
  absl::Status SealRoster(const Incoming<v1::Seal>& in, Session& session);
  absl::StatusOr<v1::Envelope> Submit(const v1::Envelope& request);
  absl::StatusOr<v1::Contribution> Contribute(const Incoming<v1::Submit>& in, Session& session);
  void WaitForSlot(absl::Time received, const Session& session) const;
  absl::StatusOr<v1::Envelope> Publish(const v1::Envelope& request);
  absl::StatusOr<v1::Signature> Countersign(const Incoming<v1::Publish>& in, Session& session);

  NodeContext context;
  SessionTable sessions;
  ReplayGuard replays;
};

absl::StatusOr<v1::PreviewReply> Contributor::Impl::Preview(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Preview>(request, kinds::kPreview));
  RETURN_IF_ERROR(replays.Admit(in.sender->id, in.message.header().nonce(), in.now,
                                in.now + 2 * kFreshness));
  ASSIGN_OR_RETURN(const PublicKey researcher, PublicKey::FromBytes(in.message.researcher()));
  ASSIGN_OR_RETURN(const Permit permit,
                   PermitQuestion(context, *in.reg, in.message.question(),
                                  {in.sender->id, researcher}));
  v1::PreviewReply reply;
  *reply.mutable_requirements() = permit.requirements;
  const auto balance = context.ledger->BalanceOf(in.message.question().dataset(), in.now);
  const uint64_t budget = permit.permission.rule.rule.yearly_budget_micro_rho();
  const uint64_t used = balance.spent_micro_rho + balance.reserved_micro_rho;
  reply.set_budget_left_micro_rho(budget > used ? budget - used : 0);
  if (reply.budget_left_micro_rho() < permit.cost_micro_rho) {
    return Refuse(v1::BUDGET_EXHAUSTED,
                  absl::StrCat(in.message.question().dataset(), ": ",
                               reply.budget_left_micro_rho(), " micro-rho left this year"));
  }
  return reply;
}

absl::Status Contributor::Impl::CheckProposal(const Incoming<v1::Propose>& in,
                                              const v1::Standard& standard) const {
  const v1::Propose& proposal = in.message;
  if (proposal.attempt() < 1 || proposal.attempt() > limits::kAttempts) {
    return Refuse(v1::MALFORMED, absl::StrCat("proposal: attempt ", proposal.attempt()));
  }
  if (absl::string_view(proposal.asking_key()) != in.sender->node_key.view()) {
    return Refuse(v1::BAD_SIGNATURE, "proposal: the asking key is not the sender's node key");
  }
  const absl::Time not_after = absl::FromUnixMillis(proposal.not_after_ms());
  if (not_after < in.now) return Refuse(v1::EXPIRED, "proposal: its time is over");
  if (not_after > in.now + kNotAfterMax) {
    return Refuse(v1::MALFORMED, "proposal: valid for more than a minute");
  }
  const QueryId query_id = QueryIdOf(proposal, DigestOf(proposal.question(), standard));
  if (proposal.nonce().size() != 16 ||
      absl::string_view(proposal.query_id()) != query_id.view()) {
    return Refuse(v1::MALFORMED, "proposal: the question number does not follow from its fields");
  }
  ASSIGN_OR_RETURN(const PublicKey researcher, PublicKey::FromBytes(proposal.researcher()));
  if (!crypto::VerifyStrict(researcher, ResearcherMessage(query_id),
                            proposal.researcher_signature())) {
    return Refuse(v1::BAD_SIGNATURE, "proposal: the researcher's signature is wrong");
  }
  return absl::OkStatus();
}

absl::Status Contributor::Impl::Reserve(const Incoming<v1::Propose>& in, const Session& session,
                                        uint64_t yearly_budget) {
  const v1::Question& question = session.question;
  const auto reserved = context.ledger->Reserve(
      {.dataset = question.dataset(),
       .query = session.terms.query_id,
       .attempt = session.terms.attempt,
       .cost_micro_rho = session.cost_micro_rho,
       .budget_micro_rho = yearly_budget,
       .asking_org = in.sender->id,
       .digest = DigestOf(question, session.standard())},
      in.now);
  if (reserved.ok()) return absl::OkStatus();
  if (absl::IsAlreadyExists(reserved.status())) {
    return Refuse(v1::REPLAYED, "proposal: this attempt was made before");
  }
  if (!absl::IsResourceExhausted(reserved.status())) return reserved.status();
  const auto balance = context.ledger->BalanceOf(question.dataset(), in.now);
  const uint64_t used = balance.spent_micro_rho + balance.reserved_micro_rho;
  if (used <= yearly_budget && session.cost_micro_rho <= yearly_budget - used) {
    return Refuse(v1::BUSY, "proposal: too many questions are open, try again in a minute");
  }
  return Refuse(v1::BUDGET_EXHAUSTED,
                absl::StrCat(question.dataset(), ": not enough of the year's budget is left"));
}

absl::StatusOr<v1::Vote> Contributor::Impl::Propose(const v1::Envelope& request,
                                                    std::shared_ptr<Session>& session) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Propose>(request, kinds::kPropose));
  const v1::Propose& proposal = in.message;
  ASSIGN_OR_RETURN(const PublicKey researcher, PublicKey::FromBytes(proposal.researcher()));
  ASSIGN_OR_RETURN(const Permit permit, PermitQuestion(context, *in.reg, proposal.question(),
                                                       {in.sender->id, researcher}));
  RETURN_IF_ERROR(CheckProposal(in, permit.standard->standard));
  const QueryId query_id = *QueryId::FromBytes(proposal.query_id());
  // Nothing is accepted after not_after, so it may be forgotten then.
  RETURN_IF_ERROR(replays.Admit(in.sender->id, absl::StrCat(query_id.view(), proposal.attempt()),
                                in.now, absl::FromUnixMillis(proposal.not_after_ms())));

  session = std::make_shared<Session>(crypto::EphemeralKey::Generate(*context.random));
  session->reg = in.reg;
  session->standard_in_force = permit.standard;
  session->question = proposal.question();
  session->researcher = researcher;
  session->terms = {query_id, proposal.attempt(), in.sender->id, in.sender->node_key};
  session->cost_micro_rho = permit.cost_micro_rho;
  session->epoch = permit.epoch;
  session->reply_slot = absl::Milliseconds(permit.permission.rule.rule.reply_slot_ms());
  session->usable_until = in.now + absl::Seconds(limits::kReservationSeconds);
  RETURN_IF_ERROR(sessions.Add(session, in.now));
  if (absl::Status status =
          session->is_open() ? absl::OkStatus()
                             : Reserve(in, *session,
                                       permit.permission.rule.rule.yearly_budget_micro_rho());
      !status.ok()) {
    sessions.Remove(session->terms);
    return status;
  }
  const auto position = context.ledger->position();
  v1::Vote vote;
  vote.set_query_id(query_id.ToBytes());
  vote.set_attempt(proposal.attempt());
  vote.set_ephemeral(session->ephemeral.public_key().ToBytes());
  vote.set_state_id(crypto::FieldHasher("commons/state/1")
                        .AddU64(permit.epoch)
                        .AddU64(0)  // consent version: none yet
                        .AddU64(0)  // retention cut-off: none yet
                        .Add(permit.permission.manifest_id)
                        .Finish()
                        .ToBytes());
  *vote.mutable_requirements() = permit.requirements;
  vote.set_register_head(in.reg->head().ToBytes());
  vote.set_ledger_sequence(position.sequence);
  vote.set_ledger_head(position.head.ToBytes());
  vote.set_epoch(permit.epoch);
  vote.set_as_of(permit.permission.manifest.as_of());
  return vote;
}

absl::Status Contributor::Impl::SealRoster(const Incoming<v1::Seal>& in, Session& session) {
  const v1::Roster& roster = in.message.roster();
  if (session.sealed) {
    // One transcript for each attempt: two versions of a roster would unmask whoever differs.
    if (roster.SerializeAsString() == session.roster.SerializeAsString()) return absl::OkStatus();
    return Refuse(v1::BAD_ROSTER, "seal: another roster was signed for this attempt");
  }
  RETURN_IF_ERROR(context.ready());
  ASSIGN_OR_RETURN(std::vector<Voter> voters,
                   CheckRoster(roster, session.question, session.standard(), session.terms,
                               *in.reg, in.now));
  const auto own = std::find_if(voters.begin(), voters.end(),
                                [&](const Voter& v) { return v.org == context.org; });
  if (own == voters.end() ||
      own->envelope.SerializeAsString() != session.vote.SerializeAsString()) {
    return Refuse(v1::BAD_ROSTER, "roster: this member's vote is missing or another");
  }
  ASSIGN_OR_RETURN(session.transcript, TranscriptOf(roster, session.question, session.standard(),
                                                    in.reg->commons_id()));
  const Hash32 rounding_key = crypto::FieldHasher("commons/rounding/1", context.noise_secret)
                                  .Add(session.question.dataset())
                                  .Finish();
  ASSIGN_OR_RETURN(LocalPartials partials,
                   context.execute(session.question, session.standard(), rounding_key));
  if (partials.epoch != session.epoch) {
    return Refuse(v1::STALE, "seal: a new edition came in since the vote");
  }
  if (partials.values.size() != CellSpace(session.question, session.standard()).values()) {
    return absl::InternalError("seal: the scan gave another number of values");
  }
  session.partials = std::move(partials.values);
  session.own_index = own - voters.begin();
  session.voters = std::move(voters);
  session.roster = roster;
  session.sealed = true;
  return absl::OkStatus();
}

absl::StatusOr<v1::Envelope> Contributor::Impl::Seal(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Seal>(request, kinds::kSeal));
  ASSIGN_OR_RETURN(const auto session, sessions.Find(in.message.roster().query_id(),
                                                     in.message.roster().attempt(),
                                                     in.sender->id, in.now));
  std::lock_guard lock(session->mu);
  if (in.message.withdraw()) {
    sessions.Remove(session->terms);
    return Refuse(v1::ABORTED, "seal: withdrawn by the asking member");
  }
  if (session->vote.payload().empty()) return Refuse(v1::UNKNOWN_QUERY, "seal: no vote yet");
  RETURN_IF_ERROR(SealRoster(in, *session));
  if (session->seal_reply.payload().empty()) {
    v1::SealReply reply;
    reply.set_query_id(session->terms.query_id.ToBytes());
    reply.set_attempt(session->terms.attempt);
    reply.set_transcript(session->transcript.ToBytes());
    reply.set_signature(context.node_key->Sign(SealMessage(session->transcript)));
    session->seal_reply = Sign(request, kinds::kSealReply, std::move(reply));
  }
  return session->seal_reply;
}

absl::StatusOr<v1::Contribution> Contributor::Impl::Contribute(const Incoming<v1::Submit>& in,
                                                               Session& session) {
  ASSIGN_OR_RETURN(const Permit permit,
                   PermitQuestion(context, *in.reg, session.question,
                                  {session.terms.asking_org, session.researcher}));
  if (permit.epoch != session.epoch || permit.standard->id != session.standard_in_force->id) {
    return Refuse(v1::STALE, "submit: a new edition came in since the vote");
  }
  if (!session.is_open()) {
    const absl::Status spent =
        context.ledger->Finalise(session.terms.query_id, session.terms.attempt, in.now);
    if (absl::IsFailedPrecondition(spent)) {
      return Refuse(v1::UNKNOWN_QUERY, "submit: the reservation lapsed");
    }
    RETURN_IF_ERROR(spent);
  }
  // From here on it is charged; whatever fails now, no second vector is ever made.
  session.charged = true;
  ASSIGN_OR_RETURN(
      std::string values,
      ContributionOf(session.question, session.roster, session.partials,
                     {&session.ephemeral, session.voters, session.own_index, session.transcript,
                      context.noise_secret, context.random}));
  v1::Contribution contribution;
  contribution.set_org_id(context.org.ToBytes());
  contribution.set_signature(
      context.node_key->Sign(ContributionMessage(session.transcript, values)));
  contribution.set_values(std::move(values));
  return contribution;
}

void Contributor::Impl::WaitForSlot(absl::Time received, const Session& session) const {
  if (!context.wait || session.reply_slot <= absl::ZeroDuration()) return;
  const absl::Duration used = std::max(context.clock->Now() - received, absl::ZeroDuration());
  context.wait(session.reply_slot - absl::Nanoseconds(absl::ToInt64Nanoseconds(used) %
                                                      absl::ToInt64Nanoseconds(session.reply_slot)));
}

absl::StatusOr<v1::Envelope> Contributor::Impl::Submit(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Submit>(request, kinds::kSubmit));
  ASSIGN_OR_RETURN(const auto session, sessions.Find(in.message.query_id(), in.message.attempt(),
                                                     in.sender->id, in.now));
  std::lock_guard lock(session->mu);
  if (!session->sealed) return Refuse(v1::UNKNOWN_QUERY, "submit: nothing was sealed");
  RETURN_IF_ERROR(CheckSignatures(in.message, *session));
  if (!session->submit_reply.payload().empty()) return session->submit_reply;
  if (session->charged) return Refuse(v1::ABORTED, "submit: failed before");
  v1::SubmitReply reply;
  reply.set_query_id(session->terms.query_id.ToBytes());
  reply.set_attempt(session->terms.attempt);
  ASSIGN_OR_RETURN(*reply.mutable_contribution(), Contribute(in, *session));
  session->contribution = reply.contribution();
  session->partials.clear();
  session->submit_reply = Sign(request, kinds::kSubmitReply, std::move(reply));
  sessions.Extend(*session, in.now + kPublishWithin);
  WaitForSlot(in.now, *session);
  return session->submit_reply;
}

absl::StatusOr<v1::Signature> Contributor::Impl::Countersign(const Incoming<v1::Publish>& in,
                                                             Session& session) {
  const std::vector<v1::Contribution> contributions(in.message.contributions().begin(),
                                                    in.message.contributions().end());
  RETURN_IF_ERROR(CheckContributions(contributions, session.voters, session.transcript));
  if (contributions[session.own_index].values() != session.contribution.values()) {
    return Refuse(v1::TRANSCRIPT_MISMATCH, "publish: this member's vector is another");
  }
  ASSIGN_OR_RETURN(const std::string release,
                   BuildRelease(session.question, session.standard(), session.roster,
                                session.transcript, contributions));
  if (release != in.message.release()) {
    return Refuse(v1::TRANSCRIPT_MISMATCH, "publish: the release does not follow from the vectors");
  }
  RETURN_IF_ERROR(context.releases->Put(
      {session.terms.query_id, session.terms.attempt, release, in.now}));
  v1::Signature countersignature;
  countersignature.set_key(context.node_key->public_key().ToBytes());
  countersignature.set_signature(context.node_key->Sign(ReleaseMessage(release)));
  return countersignature;
}

absl::StatusOr<v1::Envelope> Contributor::Impl::Publish(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Publish>(request, kinds::kPublish));
  ASSIGN_OR_RETURN(const auto session, sessions.Find(in.message.query_id(), in.message.attempt(),
                                                     in.sender->id, in.now));
  std::lock_guard lock(session->mu);
  if (session->submit_reply.payload().empty()) {
    return Refuse(v1::UNKNOWN_QUERY, "publish: nothing was submitted");
  }
  v1::PublishReply reply;
  reply.set_query_id(session->terms.query_id.ToBytes());
  reply.set_attempt(session->terms.attempt);
  ASSIGN_OR_RETURN(*reply.mutable_countersignature(), Countersign(in, *session));
  sessions.Remove(session->terms);
  return Sign(request, kinds::kPublishReply, std::move(reply));
}

Contributor::Contributor(NodeContext context) : impl_(new Impl(std::move(context))) {}
Contributor::~Contributor() = default;

v1::Envelope Contributor::OnPreview(const v1::Envelope& request) {
  auto reply = impl_->Preview(request);
  if (reply.ok()) return impl_->Sign(request, kinds::kPreviewReply, *std::move(reply));
  return impl_->Refused<v1::PreviewReply>(request, kinds::kPreviewReply, reply.status());
}

v1::Envelope Contributor::OnPropose(const v1::Envelope& request) {
  std::shared_ptr<Session> session;
  auto vote = impl_->Propose(request, session);
  if (!vote.ok()) {
    return impl_->Refused<v1::ProposeReply>(request, kinds::kProposeReply, vote.status());
  }
  std::lock_guard lock(session->mu);
  session->vote = impl_->Sign(request, kinds::kVote, *std::move(vote));
  return session->vote;
}

v1::Envelope Contributor::OnSeal(const v1::Envelope& request) {
  auto reply = impl_->Seal(request);
  if (reply.ok()) return *std::move(reply);
  return impl_->Refused<v1::SealReply>(request, kinds::kSealReply, reply.status());
}

v1::Envelope Contributor::OnSubmit(const v1::Envelope& request) {
  auto reply = impl_->Submit(request);
  if (reply.ok()) return *std::move(reply);
  return impl_->Refused<v1::SubmitReply>(request, kinds::kSubmitReply, reply.status());
}

v1::Envelope Contributor::OnPublish(const v1::Envelope& request) {
  auto reply = impl_->Publish(request);
  if (reply.ok()) return *std::move(reply);
  return impl_->Refused<v1::PublishReply>(request, kinds::kPublishReply, reply.status());
}

}  // namespace commons::query
