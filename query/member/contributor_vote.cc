// Propose: whether this member takes part, and the budget it sets aside for that.
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/audit/asked.h"
#include "query/member/budget.h"
#include "query/member/contributor_phases.h"
#include "query/question/question.h"
#include "query/release/question_version.h"
#include "query/release/roster.h"

namespace commons::query {

namespace kinds = governance::kinds;
using governance::Refuse;

namespace {
constexpr absl::Duration kNotAfterMax = absl::Minutes(1);
}  // namespace

absl::Status ContributorPhases::CheckProposal(const Checked<v1::Propose>& in,
                                              const v1::Standard& standard) const {
  const v1::Propose& proposal = in.message;
  if (proposal.attempt() < 1 || proposal.attempt() > limits::kAttempts) {
    return Refuse(v1::MALFORMED, absl::StrCat("proposal: attempt ", proposal.attempt()));
  }
  if (absl::string_view(proposal.asking_key()) != in.sender->node_key.view()) {
    return Refuse(v1::BAD_SIGNATURE, "proposal: the asking key is not the sender's node key");
  }
  // By the asker's clock throughout, which the header showed to be near enough to this node's.
  const absl::Time sent = absl::FromUnixMillis(proposal.header().sent_at_ms());
  const absl::Time not_after = absl::FromUnixMillis(proposal.not_after_ms());
  if (not_after < sent) return Refuse(v1::EXPIRED, "proposal: its time is over");
  if (not_after > sent + kNotAfterMax) {
    return Refuse(v1::MALFORMED, "proposal: valid for more than a minute");
  }
  const QueryId query_id = QueryIdOf(proposal, DigestOf(proposal.question(), standard));
  if (proposal.nonce().size() != 16 || absl::string_view(proposal.query_id()) != query_id.view()) {
    return Refuse(v1::MALFORMED, "proposal: the question number does not follow from its fields");
  }
  ASSIGN_OR_RETURN(const PublicKey researcher, PublicKey::FromBytes(proposal.researcher()));
  if (!SignedByResearcher(query_id, researcher, proposal.researcher_signature())) {
    return Refuse(v1::BAD_SIGNATURE, "proposal: the researcher's signature is wrong");
  }
  return absl::OkStatus();
}

v1::Vote ContributorPhases::VoteOf(const Session& session, const Permit& permit) const {
  const auto position = context.ledger->position();
  v1::Vote vote;
  vote.set_query_id(session.terms.query_id.ToBytes());
  vote.set_attempt(session.terms.attempt);
  vote.set_ephemeral(session.ephemeral.public_key().ToBytes());
  vote.set_state_id(crypto::FieldHasher("commons/state/1")
                        .AddU64(permit.edition)
                        .AddU64(0)  // consent version: none yet
                        .AddU64(0)  // retention cut-off: none yet
                        .Add(permit.permission.manifest_id)
                        .Finish()
                        .ToBytes());
  *vote.mutable_requirements() = permit.requirements;
  vote.set_register_head(session.reg->head().ToBytes());
  vote.set_ledger_sequence(position.sequence);
  vote.set_ledger_head(position.head.ToBytes());
  vote.set_epoch(permit.edition);
  vote.set_as_of(permit.permission.manifest.as_of());
  return vote;
}

absl::Status ContributorPhases::Reserve(const Session& session, const Permit& permit,
                                        absl::Time now) {
  if (session.is_free()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Spending cost, SpendingOf(session.question, session.standard()));
  ASSIGN_OR_RETURN(const DocId project, DocId::FromBytes(session.question.project()));
  std::lock_guard lock(reserving);
  return ReserveBudget(*context.ledger,
                       {.dataset = session.question.dataset(),
                        .query = session.terms.query_id,
                        .attempt = session.terms.attempt,
                        .cost = cost,
                        .budget_micro_rho = permit.permission.rule.rule.yearly_budget_micro_rho(),
                        .asking_org = session.terms.asking_org,
                        .digest = DigestOf(session.question, session.standard()),
                        .project = project,
                        .researcher = session.researcher,
                        .limits_micro_rho = LimitsOf(permit.permission.rule.rule)},
                       now);
}

// Whatever is decided is written down before it is said.
absl::StatusOr<v1::Envelope> ContributorPhases::Propose(const v1::Envelope& request) {
  ASSIGN_OR_RETURN(const auto in, Open<v1::Propose>(request, kinds::kPropose));
  ASSIGN_OR_RETURN(const PublicKey researcher, PublicKey::FromBytes(in.message.researcher()));
  v1::AuditQuestion asked =
      AskedOf(*in.reg, in.message.question(), in.sender->id, researcher, in.now);
  asked.set_query_id(in.message.query_id());
  asked.set_attempt(in.message.attempt());
  absl::StatusOr<v1::Envelope> vote = Decide(request, in, researcher, asked);
  if (!vote.ok()) *asked.mutable_refusal() = governance::RefusalOf(vote.status());
  if (absl::Status written = context.audit->Asked(std::move(asked), in.now); !written.ok()) {
    if (!vote.ok()) return written;
    sessions.Remove({*QueryId::FromBytes(in.message.query_id()), in.message.attempt(),
                     in.sender->id, in.sender->node_key});
    return written;
  }
  return vote;
}

absl::StatusOr<v1::Envelope> ContributorPhases::Decide(const v1::Envelope& request,
                                                       const Checked<v1::Propose>& in,
                                                       const PublicKey& researcher,
                                                       v1::AuditQuestion& asked) {
  const v1::Propose& proposal = in.message;
  ASSIGN_OR_RETURN(const Permit permit, PermitQuestion(context, *in.reg, proposal.question(),
                                                       {in.sender->id, researcher}));
  RETURN_IF_ERROR(CheckVersion(proposal.header(), in.sender->name, proposal.question(),
                               permit.standard->standard));
  RETURN_IF_ERROR(CheckProposal(in, permit.standard->standard));
  const QueryId query_id = *QueryId::FromBytes(proposal.query_id());
  // No header that goes with it is fresh for longer than this, so it may be forgotten then.
  RETURN_IF_ERROR(replays.Admit(in.sender->id, absl::StrCat(query_id.view(), proposal.attempt()),
                                in.now,
                                absl::FromUnixMillis(proposal.not_after_ms()) + kFreshness));

  auto session = std::make_shared<Session>(crypto::EphemeralKey::Generate(*context.random));
  session->reg = in.reg;
  session->standard_in_force = permit.standard;
  session->question = proposal.question();
  session->researcher = researcher;
  session->terms = {query_id, proposal.attempt(), in.sender->id, in.sender->node_key};
  session->rule = permit.permission.rule.rule.SerializeAsString();
  session->edition = permit.edition;
  session->reply_slot = absl::Milliseconds(permit.permission.rule.rule.reply_slot_ms());
  session->usable_until = in.now + absl::Seconds(limits::kReservationSeconds);
  std::lock_guard lock(session->mu);  // whoever finds it in the table waits for the vote
  RETURN_IF_ERROR(sessions.Add(session, in.now));
  if (absl::Status status = Reserve(*session, permit, in.now); !status.ok()) {
    sessions.Remove(session->terms);
    return status;
  }
  asked.set_cost_micro_rho(permit.cost_micro_rho);
  asked.set_epoch(permit.edition);
  for (const DocId& id : permit.permission.documents) asked.add_documents(id.ToBytes());
  session->vote = Sign(request, kinds::kVote, VoteOf(*session, permit));
  return session->vote;
}

}  // namespace commons::query
