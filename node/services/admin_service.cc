#include "node/services/admin_service.h"

#include <cstdint>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/document.h"
#include "governance/document/refusal.h"
#include "governance/document/text.h"
#include "governance/kinds/dataset/manifest.h"
#include "governance/kinds/table.h"
#include "governance/register/stop_words.h"
#include "governance/review/standing_words.h"
#include "governance/rules/decide.h"
#include "governance/rules/frozen.h"
#include "node/log/log.h"
#include "node/peer/peer_fault.h"
#include "node/peer/peer_words.h"
#include "node/services/dataset_import.h"
#include "node/services/dataset_revert.h"
#include "node/services/held_definition.h"
#include "node/services/notice_signature.h"
#include "node/services/raw_files.h"
#include "node/services/status_notes.h"
#include "node/services/vote_status.h"
#include "node/transport/guard.h"
#include "query/member/budget.h"

namespace commons::node {

using governance::Refuse;

namespace {

// Each is held against each document's.
constexpr int kChainsMax = 512;
constexpr size_t kKindShown = 128;  // of a name in the audit
constexpr absl::Duration kCatchUpPatience = absl::Seconds(2);
constexpr int kFrozenShown = 1000;  // of others: after so many no further member's are named

bool StandsInNoLog(const v1::Envelope& envelope) {
  const governance::Kind* kind = governance::FindKind(envelope.payload_type());
  return kind != nullptr && kind->home == governance::Kind::Home::kSet;
}

// This node's own ones first.
void NameStopped(const governance::Register& reg, const OrgId& own, v1::StatusReply& reply) {
  const auto add = [&](const OrgId& org, const governance::Stops& stops) {
    const governance::Organisation* member = reg.FindMember(org);
    for (const governance::FreezeInForce& each : stops.freezes) {
      v1::StatusReply::Freeze& out = *reply.add_frozen();
      out.set_member(member == nullptr ? "" : member->name);
      out.set_org_id(org.ToBytes());
      out.set_doc_id(each.id.ToBytes());
      *out.mutable_scope() = each.freeze->scope();
      out.set_what(governance::ScopeWords(each.freeze->scope(), &reg));
      out.set_reason(each.freeze->reason());
      out.set_since(absl::ToUnixSeconds(each.seen_at));
    }
  };
  if (const auto* stops = reg.StopsOf(own)) add(own, *stops);
  for (const auto& [org, stops] : reg.stops()) {
    if (org != own && reply.frozen_size() < kFrozenShown) add(org, *stops);
  }
}

// Proposals that wait or lost are nobody's fault.
void NameWorthless(const governance::Register& reg, v1::StatusReply& reply) {
  std::map<OrgId, uint64_t> documents;
  for (const auto& problem : reg.problems()) {
    if (!problem->proposal) ++documents[problem->log];
  }
  for (const auto& [org, count] : documents) {
    const governance::Organisation* member = reg.FindMember(org);
    if (member == nullptr) continue;
    v1::StatusReply::Worthless& out = *reply.add_worthless();
    out.set_member(member->name);
    out.set_org_id(org.ToBytes());
    out.set_documents(count);
  }
}

void NameCards(const governance::Register& reg, v1::StatusReply& reply) {
  for (const auto& [org, member] : reg.members()) {
    const v1::Header& header = member.root.header();
    if (header.version() == 1 && header.expires_at() == 0) continue;
    v1::StatusReply::Card& out = *reply.add_cards();
    out.set_member(member.name);
    out.set_version(header.version());
    out.set_expires_at(header.expires_at());
    const auto* cards = reg.CardsOf(org);
    if (cards == nullptr || header.version() == 1) continue;
    // A card that never took power may stand before it: versions are no places.
    for (const auto& card : cards->versions) {
      if (card.id == member.root_id) out.set_since(absl::ToUnixSeconds(card.matured_at));
    }
  }
}

}  // namespace

AdminService::AdminService(Parts parts)
    : parts_(std::move(parts)), started_at_(parts_.clock->Now()) {}

uint64_t AdminService::BudgetLeft(const std::string& dataset) const {
  const absl::Time now = parts_.clock->Now();
  const auto rule =
      governance::RuleInForce(*parts_.book->snapshot()->reg, parts_.home->org, dataset, now);
  if (!rule.ok()) return 0;
  return query::BudgetLeft(*parts_.ledger, dataset, rule->rule.yearly_budget_micro_rho(), now);
}

grpc::Status AdminService::Status(grpc::ServerContext*, const v1::StatusRequest*,
                                  v1::StatusReply* reply) {
  return Guarded("Admin.Status", [&]() -> grpc::Status {
    const auto now = parts_.book->snapshot();
    reply->set_member(parts_.home->root.name());
    reply->set_org_id(parts_.home->org.ToBytes());
    if (now->commons.has_value()) reply->set_commons_id(now->commons->ToBytes());
    reply->set_practice(parts_.home->root.practice());
    reply->set_head(now->reg->head().ToBytes());
    reply->set_commons_version(now->reg->commons_version());
    const auto datasets = parts_.tables->List();
    if (!datasets.empty()) {
      reply->set_epoch(parts_.tables->CurrentEdition(datasets[0]).value_or(0));
      reply->set_budget_left_micro_rho(BudgetLeft(datasets[0]));
      reply->set_budget_words(query::BudgetWords(*parts_.ledger, *now->reg, parts_.home->org,
                                                 datasets[0], parts_.clock->Now()));
    }
    const absl::Status ready = parts_.ready();
    reply->set_caught_up(ready.ok());
    if (!ready.ok()) reply->set_waiting_for(std::string(ready.message()));
    uint32_t reachable = 1;
    for (const Peer& peer : now->peers) reachable += parts_.sync->Reachable(peer.address.org);
    reply->set_members(static_cast<uint32_t>(now->reg->members().size()));
    reply->set_members_reachable(reachable);
    reply->set_address(parts_.address());
    reply->set_started_at(absl::ToUnixSeconds(started_at_));
    reply->set_version(COMMONS_VERSION);
    NameWorthless(*now->reg, *reply);
    NameCards(*now->reg, *reply);
    AddProposals(*now->reg, *reply);
    AddNotes(*now->reg, parts_.home->org, parts_.clock->Now(), *reply);
    NameStopped(*now->reg, parts_.home->org, *reply);
    for (const auto& [org, member] : now->reg->members()) {
      if (member.forked) reply->add_forked(member.name);
    }
    return grpc::Status::OK;
  });
}

grpc::Status AdminService::Peers(grpc::ServerContext*, const v1::PeersRequest*,
                                 v1::PeersReply* reply) {
  return Guarded("Admin.Peers", [&]() -> grpc::Status {
    const auto now = parts_.book->snapshot();
    for (const Peer& peer : now->peers) {
      v1::PeersReply::Peer& out = *reply->add_peers();
      out.set_member(peer.name);
      out.set_org_id(peer.address.org.ToBytes());
      for (const std::string& endpoint : peer.address.endpoints) {
        out.add_endpoints(PeerWords(endpoint));
      }
      out.set_reachable(parts_.sync->Reachable(peer.address.org));
      const auto head = now->heads.find(peer.address.org);
      if (head != now->heads.end()) out.set_log_size(head->second.size);
      const auto* member = now->reg->FindMember(peer.address.org);
      if (member != nullptr && member->info.has_value() && !member->info->contact().empty()) {
        out.set_contact(PeerWords(member->info->contact(0).text()));
      }
    }
    return grpc::Status::OK;
  });
}

// A node that was away or restored catches up before it signs. That takes moments when its peers
// are there (also right after the last founder's approval came), so a person need not try again.
absl::Status AdminService::MaySign() const {
  if (!parts_.book->snapshot()->reg->founded()) return absl::OkStatus();
  const absl::Time deadline = absl::Now() + kCatchUpPatience;
  absl::Status ready = parts_.ready();
  while (governance::ReasonOf(ready) == v1::STALE && absl::Now() < deadline) {
    absl::SleepFor(absl::Milliseconds(10));
    ready = parts_.ready();
  }
  return ready;
}

void AdminService::WriteDown(v1::AuditDeed deed, const v1::Refusal* refusal) {
  if (refusal != nullptr) *deed.mutable_refusal() = *refusal;
  const absl::Status written = parts_.audit->Did(deed, parts_.clock->Now());
  if (!written.ok()) LogFault("audit", written);
}

grpc::Status AdminService::Submit(grpc::ServerContext*, const v1::RuleFile* request,
                                  v1::SubmitReport* report) {
  return Guarded("Admin.Submit", [&]() -> grpc::Status {
    if (request->envelopes_size() > static_cast<int>(limits::kDocumentsPerBatch)) {
      return {grpc::StatusCode::RESOURCE_EXHAUSTED,
              "more than 256 documents in one file; split it"};
    }
    for (const v1::Envelope& envelope : request->envelopes()) {
      v1::SubmitReport::Entry& entry = *report->add_entries();
      entry.set_doc_id(governance::IdOf(envelope).ToBytes());
      // What stops, or lifts, waits for no peer and no clock.
      absl::Status status = StandsInNoLog(envelope) ? absl::OkStatus() : MaySign();
      if (status.ok()) {
        status = parts_.book->SubmitOwn(WithNodeSignature(
            envelope, *parts_.home, *parts_.book->snapshot()->reg, *parts_.tables));
      }
      if (!status.ok()) *entry.mutable_refusal() = governance::RefusalOf(status);
      v1::AuditDeed deed;
      deed.set_kind(v1::AuditDeed::HANDED_IN);
      deed.set_document(entry.doc_id());
      deed.set_document_kind(governance::OneLine(envelope.payload_type(), kKindShown));
      WriteDown(std::move(deed), entry.has_refusal() ? &entry.refusal() : nullptr);
      LogInfo("document", {{"kind", envelope.payload_type()},
                           {"doc_id", governance::IdOf(envelope).ToHex()},
                           {"outcome", status.ok() ? "accepted" : status.message()}});
    }
    return grpc::Status::OK;
  });
}

grpc::Status AdminService::Join(grpc::ServerContext*, const v1::RuleFile* request,
                                v1::JoinReply* reply) {
  return Guarded("Admin.Join", [&]() -> grpc::Status {
    const auto joined = parts_.book->Join(*request);
    if (joined.ok()) {
      reply->set_commons_id(joined->ToBytes());
      LogInfo("joined", {{"commons_id", joined->ToHex()}});
    } else {
      *reply->mutable_refusal() = governance::RefusalOf(joined.status());
    }
    return grpc::Status::OK;
  });
}

grpc::Status AdminService::Documents(grpc::ServerContext*, const v1::DocumentsRequest* request,
                                     v1::DocumentsReply* reply) {
  return Guarded("Admin.Documents", [&]() -> grpc::Status {
    const auto commons = parts_.book->snapshot()->commons;
    if (commons.has_value()) reply->set_commons_id(commons->ToBytes());
    reply->set_as_of(absl::ToUnixSeconds(parts_.clock->Now()));
    for (const auto& [log, seen_at] : parts_.book->Forks()) {
      v1::DocumentsReply::Fork& fork = *reply->add_forks();
      fork.set_log(log.ToBytes());
      fork.set_seen_at_ns(absl::ToUnixNanos(seen_at));
    }
    if (request->chains_size() > kChainsMax) {
      return {grpc::StatusCode::INVALID_ARGUMENT,
              absl::StrCat("asks for ", request->chains_size(), " chains, at most ", kChainsMax,
                           "; ask for all documents")};
    }
    const Selection selection{{request->chains().begin(), request->chains().end()},
                              request->id_begins()};
    for (PlacedDocument& each : parts_.book->Documents(selection, request->from())) {
      *reply->add_envelopes() = std::move(each.envelope);
      v1::DocumentsReply::Place& place = *reply->add_places();
      place.set_log(each.log.ToBytes());
      place.set_beside(each.beside);
      place.set_index(each.index);
      if (each.seen_at != absl::InfinitePast())
        place.set_seen_at_ns(absl::ToUnixNanos(each.seen_at));
    }
    return grpc::Status::OK;
  });
}

v1::ImportReply AdminService::Take(const grpc::ServerContext* context,
                                   const v1::ImportRequest& request, ImportEnd end) {
  return ImportDataset(
      *parts_.home, *parts_.book->snapshot()->reg, *parts_.tables, request,
      [context] { return context != nullptr && context->IsCancelled(); }, end);
}

grpc::Status AdminService::Import(grpc::ServerContext* context, const v1::ImportRequest* request,
                                  v1::ImportReply* reply) {
  return Guarded("Admin.Import", [&]() -> grpc::Status {
    *reply = Take(context, *request, ImportEnd::kCommit);
    v1::AuditDeed deed;
    deed.set_kind(v1::AuditDeed::IMPORTED);
    deed.set_dataset(governance::OneLine(request->dataset(), kKindShown));
    deed.set_epoch(reply->epoch());
    deed.set_rows(reply->rows());
    deed.set_rejected(reply->rejected());
    WriteDown(std::move(deed), reply->has_refusal() ? &reply->refusal() : nullptr);
    return grpc::Status::OK;
  });
}

grpc::Status AdminService::Rehearse(grpc::ServerContext* context, const v1::ImportRequest* request,
                                    v1::ImportReply* reply) {
  return Guarded("Admin.Rehearse", [&]() -> grpc::Status {
    *reply = Take(context, *request, ImportEnd::kRehearse);
    return grpc::Status::OK;
  });
}

grpc::Status AdminService::ListDatasets(grpc::ServerContext*, const v1::ListDatasetsRequest*,
                                        v1::ListDatasetsReply* reply) {
  return Guarded("Admin.ListDatasets", [&]() -> grpc::Status {
    const auto now = parts_.book->snapshot();
    for (const std::string& name : parts_.tables->List()) {
      const auto info = parts_.tables->Describe(name);
      if (!info.ok()) continue;  // dropped in between
      v1::ListDatasetsReply::Dataset& dataset = *reply->add_datasets();
      dataset.set_name(name);
      dataset.set_epoch(info->edition);
      dataset.set_left_out_percent(governance::LeftOutPercent(info->rows, info->rejected));
      dataset.set_standard_id(
          HeldDefinition(info->definition, *now->reg, parts_.home->org, name, info->edition));
      AddNotHeld(*info, *now->reg, dataset);
      dataset.set_rows(info->rows);
      dataset.set_bytes(info->bytes);
      for (const uint64_t edition : info->editions) dataset.add_epochs(edition);
      if (info->before.has_value()) {
        dataset.mutable_before()->set_epoch(info->before->edition);
        dataset.mutable_before()->set_rows(info->before->rows);
      }
      dataset.set_frozen(governance::FrozenForAll(*now->reg, parts_.home->org, name) != nullptr);
      const auto closed = governance::WhyClosed(*now->reg, parts_.home->org, name, info->edition,
                                                parts_.clock->Now());
      dataset.set_queryable(!dataset.frozen() && !closed.has_value());
      if (closed.has_value() && !dataset.frozen()) *dataset.mutable_closed() = OnWire(*closed);
    }
    return grpc::Status::OK;
  });
}

grpc::Status AdminService::RevertDataset(grpc::ServerContext*,
                                         const v1::RevertDatasetRequest* request,
                                         v1::RevertDatasetReply* reply) {
  return Guarded("Admin.RevertDataset", [&]() -> grpc::Status {
    *reply = node::RevertDataset(*parts_.book->snapshot()->reg, parts_.home->org, *parts_.tables,
                                 *request);
    v1::AuditDeed deed;
    deed.set_kind(v1::AuditDeed::REVERTED);
    deed.set_dataset(governance::OneLine(request->dataset(), kKindShown));
    deed.set_epoch(reply->epoch());
    deed.set_rows(reply->rows());
    WriteDown(std::move(deed), reply->has_refusal() ? &reply->refusal() : nullptr);
    return grpc::Status::OK;
  });
}

grpc::Status AdminService::DropDataset(grpc::ServerContext*, const v1::DropDatasetRequest* request,
                                       v1::DropDatasetReply* reply) {
  return Guarded("Admin.DropDataset", [&]() -> grpc::Status {
    absl::Status dropped = parts_.tables->Drop(
        request->dataset(),
        request->epoch() == 0 ? std::nullopt : std::optional<uint64_t>(request->epoch()));
    if (absl::IsNotFound(dropped)) dropped = Refuse(v1::NO_DATA, "no such dataset on this node");
    if (absl::IsFailedPrecondition(dropped)) {
      dropped = Refuse(v1::STALE, absl::StrCat(dropped.message(), "; nothing was deleted"));
    }
    if (!dropped.ok()) *reply->mutable_refusal() = governance::RefusalOf(dropped);
    if (dropped.ok() && !request->keep_rejects()) {
      reply->set_rejects_removed(RemoveRejects(*parts_.home, request->dataset()));
    }
    v1::AuditDeed deed;
    deed.set_kind(v1::AuditDeed::DROPPED);
    deed.set_dataset(governance::OneLine(request->dataset(), kKindShown));
    WriteDown(std::move(deed), reply->has_refusal() ? &reply->refusal() : nullptr);
    LogInfo("drop", {{"dataset", request->dataset()},
                     {"outcome", dropped.ok() ? "dropped" : dropped.message()}});
    return grpc::Status::OK;
  });
}

}  // namespace commons::node
