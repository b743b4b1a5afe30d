#include "node/services/ask_service.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/rules/frozen.h"
#include "node/log/log.h"
#include "node/peer/peer_fault.h"
#include "node/peer/peer_words.h"
#include "node/services/question_load.h"
#include "node/transport/guard.h"
#include "query/audit/asked.h"
#include "query/question/owners.h"
#include "query/release/roster.h"

namespace commons::node {
namespace {

// Of what own people write, in the audit.
constexpr size_t kSqlShown = 8 << 10;
constexpr size_t kNameShown = 128;

std::function<bool()> GoneOf(grpc::ServerContext* context) {
  return [context] { return context != nullptr && context->IsCancelled(); };
}

// One that is BUSY where the others answer without it slows nobody down: it might always say so.
bool PeersWereBusy(const v1::Answer& answer) {
  return answer.has_refusal() && std::any_of(answer.members().begin(), answer.members().end(),
                                             [](const v1::MemberState& member) {
                                               return member.reason() == v1::Reason_Name(v1::BUSY);
                                             });
}

}  // namespace

grpc::Status AskService::Prepare(grpc::ServerContext*, const v1::PrepareRequest* request,
                                 v1::PrepareReply* reply) {
  return Guarded("Ask.Prepare", [&]() -> grpc::Status {
    auto prepared = asker_->Prepare(*request);
    if (!prepared.ok()) {
      *reply->mutable_refusal() = governance::RefusalOf(prepared.status());
      WriteDownRefused(*request, reply->refusal());
      return grpc::Status::OK;
    }
    const QueryId query_id = prepared->query_id;
    reply->set_query_id(query_id.ToBytes());
    reply->set_ticket(tickets_.Keep(*std::move(prepared), clock_->Now()));
    return grpc::Status::OK;
  });
}

// What goes to no member: only this node can tell that it was tried.
void AskService::WriteDownRefused(const v1::PrepareRequest& request, const v1::Refusal& refusal) {
  v1::AuditDeed deed;
  deed.set_kind(v1::AuditDeed::ASKED);
  v1::AuditQuestion& asked = *deed.mutable_question();
  asked.set_sql(governance::OneLine(request.sql(), kSqlShown));
  asked.set_purpose(governance::OneLine(request.purpose(), kNameShown));
  asked.set_project_name(governance::OneLine(request.project(), kNameShown));
  if (request.researcher().size() == PublicKey::kSize) asked.set_researcher(request.researcher());
  asked.set_asking_org(own_.ToBytes());
  *deed.mutable_refusal() = refusal;
  const absl::Status written = audit_->Did(deed, clock_->Now());
  if (!written.ok()) LogFault("Ask.Prepare", written);
}

// A question must begin so long before its time is over that it can end in it.
absl::Duration AskService::PatienceFor(const query::Prepared& prepared) const {
  const absl::Time last = absl::FromUnixMillis(prepared.proposal.not_after_ms()) -
                          absl::Seconds(limits::kQuestionSeconds);
  return std::clamp(last - clock_->Now(), absl::ZeroDuration(), patience_);
}

v1::Answer AskService::Ask(const query::Prepared& prepared, const v1::RunRequest& request,
                           QuestionLine::Turn& turn) {
  const absl::Time begun = absl::Now();
  v1::Answer answer = asker_->Run(prepared, request.researcher_signature(), request.per_member());
  // The members have written it down already; what they charged stays charged.
  if (absl::Status written = WriteDown(prepared, answer); !written.ok()) {
    LogFault("Ask.Run", written);
  }
  if (PeersWereBusy(answer)) turn.PeersWereBusy();
  ShortenPeerWords(answer);
  LogInfo("question",
          {{"query_id", prepared.query_id.ToHex()},
           {"dataset", prepared.plan.question.dataset()},
           {"purpose", prepared.plan.question.purpose()},
           {"outcome",
            answer.has_refusal() ? governance::ReasonName(answer.refusal().reason()) : "answered"},
           {"cost_micro_rho", answer.cost_micro_rho()},
           {"ms", absl::ToInt64Milliseconds(absl::Now() - begun)}});
  return answer;
}

absl::Status AskService::WriteDown(const query::Prepared& prepared, const v1::Answer& answer) {
  const auto now = snapshots_->latest();
  v1::AuditDeed deed;
  deed.set_kind(v1::AuditDeed::ASKED);
  deed.set_dataset(prepared.plan.question.dataset());
  *deed.mutable_question() =
      query::AskedOf(*now->reg, prepared.plan.question, own_, prepared.researcher, clock_->Now());
  query::MakeBrief(*deed.mutable_question());
  deed.mutable_question()->set_query_id(prepared.query_id.ToBytes());
  deed.mutable_question()->set_cost_micro_rho(answer.cost_micro_rho());
  if (answer.has_refusal()) *deed.mutable_refusal() = answer.refusal();
  return audit_->Did(deed, clock_->Now());
}

grpc::Status AskService::Run(grpc::ServerContext* context, const v1::RunRequest* request,
                             v1::Answer* answer) {
  return Guarded("Ask.Run", [&]() -> grpc::Status {
    // First, so that a question that is refused keeps no place.
    const auto prepared = tickets_.Take(request->ticket(), clock_->Now());
    if (!prepared.has_value()) {
      *answer->mutable_refusal() = governance::RefusalOf(
          governance::Refuse(v1::UNKNOWN_QUERY, "no such question is waiting, or it lapsed"));
      return grpc::Status::OK;
    }
    // Before it takes a place in the line, which is the researcher's whose key it names.
    if (!query::SignedByResearcher(prepared->query_id, prepared->researcher,
                                   request->researcher_signature())) {
      *answer->mutable_refusal() = governance::RefusalOf(
          governance::Refuse(v1::BAD_SIGNATURE, "the researcher's signature is wrong"));
      return grpc::Status::OK;
    }
    const QuestionLoad load = LoadOf(*prepared, *snapshots_->latest()->reg, clock_->Now());
    const auto turn = line_.Enter(
        {prepared->researcher, request->ticket(), load, PatienceFor(*prepared), GoneOf(context)});
    if (turn.ok()) {
      *answer = Ask(*prepared, *request, **turn);
    } else {
      *answer->mutable_refusal() = governance::RefusalOf(turn.status());
    }
    return grpc::Status::OK;
  });
}

grpc::Status AskService::Place(grpc::ServerContext*, const v1::PlaceRequest* request,
                               v1::PlaceReply* reply) {
  return Guarded("Ask.Place", [&]() -> grpc::Status {
    const auto place = line_.PlaceOf(request->ticket());
    if (!place.has_value()) return grpc::Status::OK;
    reply->set_waiting(true);
    reply->set_before(static_cast<uint32_t>(place->before));
    reply->set_about_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(place->about)));
    return grpc::Status::OK;
  });
}

grpc::Status AskService::Explain(grpc::ServerContext* context, const v1::PrepareRequest* request,
                                 v1::ExplainReply* reply) {
  return Guarded("Ask.Explain", [&]() -> grpc::Status {
    const auto researcher = PublicKey::FromBytes(request->researcher());
    const auto turn = line_.Enter({researcher.value_or(PublicKey()), /*ticket=*/"", QuestionLoad(),
                                   patience_, GoneOf(context)});
    if (turn.ok()) {
      *reply = asker_->Explain(*request);
      ShortenPeerWords(*reply);
    } else {
      *reply->mutable_refusal() = governance::RefusalOf(turn.status());
    }
    return grpc::Status::OK;
  });
}

grpc::Status AskService::Catalogue(grpc::ServerContext*, const v1::CatalogueRequest*,
                                   v1::CatalogueReply* reply) {
  return Guarded("Ask.Catalogue", [&]() -> grpc::Status {
    const auto now = snapshots_->latest();
    for (const std::string& name : now->reg->Datasets()) {
      v1::CatalogueReply::Dataset& dataset = *reply->add_datasets();
      dataset.set_name(name);
      *dataset.mutable_standard() = now->reg->FindStandard(name)->standard;
      for (const auto& [org, member] : now->reg->members()) {
        const auto* manifests = now->reg->Manifests(org, name);
        if (!member.active() || manifests == nullptr || manifests->versions.empty()) continue;
        const v1::Manifest& newest = *manifests->versions.back().payload;
        if (newest.epoch() == 0) continue;  // holds it no more
        v1::CatalogueReply::Holder& holder = *dataset.add_holders();
        holder.set_member(member.name);
        holder.set_epoch(newest.epoch());
        holder.set_as_of(newest.as_of());
        holder.set_frozen(governance::FrozenForAll(*now->reg, org, name) != nullptr);
        holder.set_coverage(PeerWords(newest.coverage()));
        for (const std::string& column : newest.not_held()) {
          holder.add_not_held(PeerWords(column));
        }
      }
      const auto others = query::NotHoldingOf(*now->reg, name);
      *dataset.mutable_not_holding() = {others.begin(), others.end()};
    }
    return grpc::Status::OK;
  });
}

}  // namespace commons::node
