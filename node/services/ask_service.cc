#include "node/services/ask_service.h"

#include <utility>

#include "governance/document/refusal.h"
#include "node/log/log.h"
#include "node/peer/peer_words.h"
#include "node/transport/guard.h"

namespace commons::node {
namespace {

v1::Refusal Busy() {
  return governance::RefusalOf(governance::Refuse(
      v1::BUSY, "this node is answering as many questions as it may; try again"));
}

}  // namespace

grpc::Status AskService::Prepare(grpc::ServerContext*, const v1::PrepareRequest* request,
                                 v1::PrepareReply* reply) {
  return Guarded("Ask.Prepare", [&]() -> grpc::Status {
    auto prepared = asker_->Prepare(*request);
    if (!prepared.ok()) {
      *reply->mutable_refusal() = governance::RefusalOf(prepared.status());
      return grpc::Status::OK;
    }
    const QueryId query_id = prepared->query_id;
    reply->set_query_id(query_id.ToBytes());
    reply->set_ticket(tickets_.Keep(*std::move(prepared), clock_->Now()));
    return grpc::Status::OK;
  });
}

grpc::Status AskService::Run(grpc::ServerContext*, const v1::RunRequest* request,
                             v1::Answer* answer) {
  return Guarded("Ask.Run", [&]() -> grpc::Status {
    // First, so that a question that is refused keeps no place.
    const auto prepared = tickets_.Take(request->ticket(), clock_->Now());
    if (!prepared.has_value()) {
      *answer->mutable_refusal() = governance::RefusalOf(
          governance::Refuse(v1::UNKNOWN_QUERY, "no such question is waiting, or it lapsed"));
      return grpc::Status::OK;
    }
    const Turns::Turn turn(turns_, kPatience);
    if (!turn) {
      *answer->mutable_refusal() = Busy();
      return grpc::Status::OK;
    }
    const absl::Time begun = absl::Now();
    *answer = asker_->Run(*prepared, request->researcher_signature(), request->per_member());
    ShortenPeerWords(*answer);
    LogInfo("question",
            {{"query_id", prepared->query_id.ToHex()},
             {"dataset", prepared->plan.question.dataset()},
             {"purpose", prepared->plan.question.purpose()},
             {"outcome", answer->has_refusal() ? governance::ReasonName(answer->refusal().reason())
                                               : "answered"},
             {"cost_micro_rho", answer->cost_micro_rho()},
             {"ms", absl::ToInt64Milliseconds(absl::Now() - begun)}});
    return grpc::Status::OK;
  });
}

grpc::Status AskService::Explain(grpc::ServerContext*, const v1::PrepareRequest* request,
                                 v1::ExplainReply* reply) {
  return Guarded("Ask.Explain", [&]() -> grpc::Status {
    const Turns::Turn turn(turns_, kPatience);
    if (!turn) {
      *reply->mutable_refusal() = Busy();
      return grpc::Status::OK;
    }
    *reply = asker_->Explain(*request);
    ShortenPeerWords(*reply);
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
        if (member.suspended || manifests == nullptr || manifests->versions.empty()) continue;
        const v1::Manifest& newest = *manifests->versions.back().payload;
        if (newest.epoch() == 0) continue;  // holds it no more
        v1::CatalogueReply::Holder& holder = *dataset.add_holders();
        holder.set_member(member.name);
        holder.set_epoch(newest.epoch());
        holder.set_as_of(newest.as_of());
        holder.set_coverage(PeerWords(newest.coverage()));
      }
    }
    return grpc::Status::OK;
  });
}

}  // namespace commons::node
