// Submit and Publish: the charge becomes final, the vector leaves, the release is checked and kept.
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/member/contributor_phases.h"
#include "query/member/reply_slot.h"
#include "query/release/release.h"
#include "query/release/roster.h"

namespace commons::query {

namespace kinds = governance::kinds;
using governance::Refuse;

namespace {

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

absl::Status ContributorPhases::Charge(const Checked<v1::Submit>& in, Session& session) {
  RETURN_IF_ERROR(CheckStillPermitted(*in.reg, session));
  if (!session.is_free()) {
    RETURN_IF_ERROR(NoteOutcome(session, v1::AuditOutcome::PAID, in.now));
    const absl::Status spent =
        context.ledger->Finalise(session.terms.query_id, session.terms.attempt, in.now);
    if (absl::IsFailedPrecondition(spent)) {
      return Refuse(v1::UNKNOWN_QUERY, "submit: the reservation lapsed");
    }
    RETURN_IF_ERROR(spent);
  }
  scans.Paid(session.terms.asking_org, WeightOf(session, session.roster));
  return absl::OkStatus();
}

absl::StatusOr<v1::Envelope> ContributorPhases::Submit(const v1::Envelope& request) {
  std::shared_ptr<Session> session;
  ASSIGN_OR_RETURN(v1::Envelope vector, PaidVector(request, session));
  // Nothing leaves that was stopped while it was charged or waited for its slot, nor a second time.
  const absl::Status stopped = CheckNotStopped(context, *context.reg(), session->question,
                                               {session->terms.asking_org, session->researcher});
  std::lock_guard lock(session->mu);
  RETURN_IF_ERROR(NoteIfStopped(*session, stopped, context.clock->Now()));
  return vector;
}

absl::StatusOr<v1::Envelope> ContributorPhases::PaidVector(const v1::Envelope& request,
                                                           std::shared_ptr<Session>& session) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Submit>(request, kinds::kSubmit));
  ASSIGN_OR_RETURN(
      session, sessions.Find(in.message.query_id(), in.message.attempt(), in.sender->id, in.now));
  const SlotLock lock(context, *session, in.now);
  if (!session->sealed) return Refuse(v1::UNKNOWN_QUERY, "submit: nothing was sealed");
  RETURN_IF_ERROR(CheckSignatures(in.message, *session));
  if (!session->submit_reply.payload().empty()) return session->submit_reply;
  v1::SubmitReply reply;
  reply.set_query_id(session->terms.query_id.ToBytes());
  reply.set_attempt(session->terms.attempt);
  RETURN_IF_ERROR(NoteIfStopped(*session, Charge(in, *session), in.now));
  *reply.mutable_contribution() = session->contribution;
  session->submit_reply = Sign(request, kinds::kSubmitReply, std::move(reply));
  sessions.Extend(*session, in.now + storage::Ledger::kPublishWithin);
  session->slot_end = EndOfSlot(in.now, context.clock->Now(), *session);
  return session->submit_reply;
}

absl::StatusOr<v1::Signature> ContributorPhases::Countersign(const Checked<v1::Publish>& in,
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
  RETURN_IF_ERROR(NoteOutcome(session, v1::AuditOutcome::RELEASED, in.now, release));
  RETURN_IF_ERROR(context.releases->Put(
      {session.terms.query_id, session.terms.attempt, release, in.now, session.is_free()}));
  context.ledger->Published(session.terms.query_id, session.terms.attempt);
  v1::Signature countersignature;
  countersignature.set_key(context.node_key->public_key().ToBytes());
  countersignature.set_signature(context.node_key->Sign(ReleaseMessage(release)));
  return countersignature;
}

absl::StatusOr<v1::Envelope> ContributorPhases::Publish(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Publish>(request, kinds::kPublish));
  ASSIGN_OR_RETURN(const auto session, sessions.Find(in.message.query_id(), in.message.attempt(),
                                                     in.sender->id, in.now));
  const SlotLock lock(context, *session, in.now);
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

}  // namespace commons::query
