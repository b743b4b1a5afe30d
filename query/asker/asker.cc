#include "query/asker/asker.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/payload_types.h"
#include "governance/document/refusal.h"
#include "query/asker/asking.h"
#include "query/asker/explain.h"
#include "query/asker/plan_under.h"
#include "query/peer/peer_message.h"
#include "query/question/owners.h"
#include "query/question/question.h"
#include "query/release/answer_size.h"
#include "query/release/question_version.h"
#include "query/release/roster.h"

namespace commons::query {

using governance::Refuse;

namespace {
// Less than the minute that members allow, for clocks that differ.
constexpr absl::Duration kNotAfter = absl::Seconds(50);
constexpr size_t kQueryNonceBytes = 16;
}  // namespace

Asker::Asker(NodeContext context, FanOut fan_out)
    : context_(std::move(context)), fan_out_(std::move(fan_out)) {}

absl::StatusOr<Prepared> Asker::Prepare(const v1::PrepareRequest& request) {
  const auto reg = context_.reg();
  const absl::Time now = context_.clock->Now();
  const auto researcher = PublicKey::FromBytes(request.researcher());
  if (!researcher.ok()) return Refuse(v1::MALFORMED, "researcher: no key was given");
  Prepared prepared;
  ASSIGN_OR_RETURN(prepared.plan, PlanUnder(*reg, context_.org, request, now));
  const auto* standard = reg->FindStandard(prepared.plan.question.dataset());
  const size_t owners = OwnersOf(*reg, prepared.plan.question.dataset()).size();
  RETURN_IF_ERROR(CheckAnswerSize(prepared.plan.question, standard->standard, owners));
  RETURN_IF_ERROR(CheckCellsSize(prepared.plan, standard->standard, 1));
  // The fewest coins that there can be; who takes part decides at Seal, before anything is spent.
  const uint32_t colluders =
      privacy::ColludersOf(owners, reg->active_members(), privacy::Collusion::kMinority);
  RETURN_IF_ERROR(CheckCoins(prepared.plan.question, standard->standard, owners, colluders));
  prepared.scans = WeightOf(prepared.plan.question, standard->standard,
                            CoinsOf(prepared.plan.question, standard->standard,
                                    static_cast<uint32_t>(owners), colluders));
  prepared.version = VersionOf(prepared.plan.question, standard->standard);
  prepared.researcher = *researcher;
  v1::Propose& proposal = prepared.proposal;
  *proposal.mutable_question() = prepared.plan.question;
  proposal.set_nonce(context_.random->Bytes(kQueryNonceBytes));
  proposal.set_not_after_ms(absl::ToUnixMillis(now + kNotAfter));
  proposal.set_asking_key(context_.node_key->public_key().ToBytes());
  proposal.set_researcher(request.researcher());
  proposal.set_attempt(1);
  prepared.query_id = QueryIdOf(proposal, DigestOf(prepared.plan.question, standard->standard));
  proposal.set_query_id(prepared.query_id.ToBytes());
  return prepared;
}

v1::Answer Asker::Run(const Prepared& prepared, absl::string_view researcher_signature,
                      bool per_member) {
  return Asking(context_, fan_out_, prepared, {attendance_, restraint_})
      .Run(researcher_signature, per_member);
}

v1::ExplainReply Asker::Explain(const v1::PrepareRequest& request) {
  const auto prepared = Prepare(request);
  if (prepared.ok()) return ExplainQuestion(context_, fan_out_, *prepared, attendance_);
  v1::ExplainReply reply;
  *reply.mutable_refusal() = governance::RefusalOf(prepared.status());
  return reply;
}

}  // namespace commons::query
