#include "query/member/contributor.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/member/budget.h"
#include "query/member/contributor_phases.h"
#include "query/member/permit.h"
#include "query/peer/peer_message.h"
#include "query/question/question.h"
#include "query/release/question_version.h"

namespace commons::query {

namespace kinds = governance::kinds;

OrgId ContributorPhases::SenderOf(const v1::Envelope& request) const {
  if (request.signatures_size() == 0) return OrgId();
  const auto key = PublicKey::FromBytes(request.signatures(0).key());
  const auto reg = context.reg();
  const auto* sender = key.ok() ? reg->FindByNodeKey(*key) : nullptr;
  return sender == nullptr ? OrgId() : sender->id;
}

absl::Status ContributorPhases::NoteOutcome(const Session& session, v1::AuditOutcome::Step step,
                                            absl::Time now, absl::string_view release) {
  v1::AuditOutcome outcome;
  outcome.set_query_id(session.terms.query_id.ToBytes());
  outcome.set_attempt(session.terms.attempt);
  outcome.set_step(step);
  if (step == v1::AuditOutcome::RELEASED) {
    outcome.set_release(crypto::Sha256(release).ToBytes());
    for (const Voter& voter : session.voters) {
      const auto* member = session.reg->FindMember(voter.org);
      outcome.add_members(member == nullptr ? voter.org.ToHex() : member->name);
    }
    std::sort(outcome.mutable_members()->begin(), outcome.mutable_members()->end());
  }
  return context.audit->CameToThis(outcome, now);
}

absl::Status ContributorPhases::NoteIfStopped(Session& session, absl::Status status,
                                              absl::Time now) {
  if (status.ok() || session.stop_noted) return status;
  v1::AuditOutcome outcome;
  outcome.set_query_id(session.terms.query_id.ToBytes());
  outcome.set_attempt(session.terms.attempt);
  outcome.set_step(v1::AuditOutcome::STOPPED);
  *outcome.mutable_refusal() = governance::RefusalOf(status);
  RETURN_IF_ERROR(context.audit->CameToThis(outcome, now));
  session.stop_noted = true;
  return status;
}

absl::StatusOr<v1::PreviewReply> ContributorPhases::Preview(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Preview>(request, kinds::kPreview));
  RETURN_IF_ERROR(
      replays.Admit(in.sender->id, in.message.header().nonce(), in.now, in.now + 2 * kFreshness));
  ASSIGN_OR_RETURN(const PublicKey researcher, PublicKey::FromBytes(in.message.researcher()));
  ASSIGN_OR_RETURN(const Permit permit, PermitQuestion(context, *in.reg, in.message.question(),
                                                       {in.sender->id, researcher}));
  RETURN_IF_ERROR(CheckVersion(in.message.header(), in.sender->name, in.message.question(),
                               permit.standard->standard));
  v1::PreviewReply reply;
  *reply.mutable_requirements() = permit.requirements;
  ASSIGN_OR_RETURN(const DocId project, DocId::FromBytes(in.message.question().project()));
  ASSIGN_OR_RETURN(const Spending cost,
                   SpendingOf(in.message.question(), permit.standard->standard));
  const v1::Rule& rule = permit.permission.rule.rule;
  storage::Ledger::Charge charge;
  charge.dataset = in.message.question().dataset();
  charge.cost = cost;
  charge.budget_micro_rho = rule.yearly_budget_micro_rho();
  charge.asking_org = in.sender->id;
  charge.project = project;
  charge.researcher = researcher;
  charge.limits_micro_rho = LimitsOf(rule);
  if (permit.cost_micro_rho > 0) {
    RETURN_IF_ERROR(CheckAborted(*context.ledger, charge.dataset, charge.asking_org,
                                 charge.budget_micro_rho, in.now));
    RETURN_IF_ERROR(CheckAccounts(*context.ledger, charge, in.now));
  }
  RETURN_IF_ERROR(CheckBudget(*context.ledger, charge.dataset, permit.cost_micro_rho,
                              charge.budget_micro_rho, in.now));
  reply.set_budget_left_micro_rho(LeftFor(*context.ledger, charge, in.now));
  return reply;
}

Contributor::Contributor(MemberContext context)
    : phases_(new ContributorPhases(std::move(context))) {}
Contributor::~Contributor() = default;

v1::Envelope Contributor::OnPreview(const v1::Envelope& request) {
  auto reply = phases_->Preview(request);
  if (reply.ok()) return phases_->Sign(request, kinds::kPreviewReply, *std::move(reply));
  return phases_->Refused<v1::PreviewReply>(request, kinds::kPreviewReply, reply.status());
}

v1::Envelope Contributor::OnPropose(const v1::Envelope& request) {
  auto vote = phases_->Propose(request);
  if (vote.ok()) return *std::move(vote);
  return phases_->Refused<v1::ProposeReply>(request, kinds::kProposeReply, vote.status());
}

v1::Envelope Contributor::OnSeal(const v1::Envelope& request) {
  auto reply = phases_->Seal(request);
  if (reply.ok()) return *std::move(reply);
  return phases_->Refused<v1::SealReply>(request, kinds::kSealReply, reply.status());
}

v1::Envelope Contributor::OnSubmit(const v1::Envelope& request) {
  auto reply = phases_->Submit(request);
  if (reply.ok()) return *std::move(reply);
  return phases_->Refused<v1::SubmitReply>(request, kinds::kSubmitReply, reply.status());
}

v1::Envelope Contributor::OnPublish(const v1::Envelope& request) {
  auto reply = phases_->Publish(request);
  if (reply.ok()) return *std::move(reply);
  return phases_->Refused<v1::PublishReply>(request, kinds::kPublishReply, reply.status());
}

}  // namespace commons::query
