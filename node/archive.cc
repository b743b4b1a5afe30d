#include "node/archive.h"

#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "governance/document/document.h"
#include "governance/document/payload_types.h"
#include "governance/fold/fold.h"
#include "governance/fold/org_log.h"
#include "governance/kinds/open_document.h"
#include "node/log.h"

namespace commons::node {

using governance::Document;

absl::StatusOr<std::unique_ptr<Archive>> Archive::Open(storage::DocumentStore* store,
                                                       const OrgId& org,
                                                       const crypto::SigningKey* node_key,
                                                       const Clock* clock,
                                                       const v1::Envelope& card) {
  std::unique_ptr<Archive> archive(new Archive(store, org, node_key, clock));
  std::lock_guard lock(archive->mu_);
  RETURN_IF_ERROR(archive->Load());
  if (archive->held_[org].entries.empty()) {
    ASSIGN_OR_RETURN(const Document document, governance::OpenDocument(card));
    RETURN_IF_ERROR(archive->AppendOwn(document, clock->Now()));
  }
  archive->Refold();
  return archive;
}

absl::Status Archive::Load() {
  ASSIGN_OR_RETURN(const auto stored, store_->Load());
  for (const auto& [org, log] : stored) RETURN_IF_ERROR(LoadLog(org, log));
  return LoadJoined();
}

absl::Status Archive::LoadLog(const OrgId& org, const storage::DocumentStore::Log& log) {
  Held& held = held_[org];
  governance::OrgLog& opened = logs_[org];
  for (const auto& entry : log.entries) {
    v1::Envelope envelope;
    if (!envelope.ParseFromString(entry.envelope)) {
      return absl::DataLossError(absl::StrCat("log of ", org.ToHex(), ": an entry is damaged"));
    }
    ASSIGN_OR_RETURN(Document document, governance::OpenDocument(envelope));
    if (held.entries.empty()) held.node_key = document.As<v1::OrgRoot>().node().node_key();
    held.tree.Append(governance::LogLeaf(envelope));
    held.bytes += envelope.ByteSizeLong();
    held.entries.push_back(std::move(envelope));
    Remember(org, GainOf(org, {std::make_shared<const Document>(std::move(document))}),
             entry.seen_at);
  }
  held.checkpoint = log.checkpoint;
  if (!log.node_info.empty()) {
    v1::Envelope envelope;
    if (!envelope.ParseFromString(log.node_info)) {
      return absl::DataLossError(absl::StrCat("node info of ", org.ToHex(), " is damaged"));
    }
    ASSIGN_OR_RETURN(opened.node_info, governance::OpenDocument(envelope));
  }
  return absl::OkStatus();
}

absl::Status Archive::LoadJoined() {
  const auto commons = store_->GetFact("commons_id");
  if (absl::IsNotFound(commons.status())) return absl::OkStatus();
  RETURN_IF_ERROR(commons.status());
  ASSIGN_OR_RETURN(commons_, CommonsId::FromBytes(*commons));
  const auto invitation = store_->GetFact("invitation");
  if (absl::IsNotFound(invitation.status())) return absl::OkStatus();
  RETURN_IF_ERROR(invitation.status());
  v1::Invitation parsed;
  if (!parsed.ParseFromString(*invitation)) return absl::DataLossError("invitation: damaged");
  invitation_ = parsed;
  return absl::OkStatus();
}

std::shared_ptr<const Archive::Snapshot> Archive::snapshot() const {
  std::lock_guard lock(snapshot_mu_);
  return snapshot_;
}

StandingOf Archive::standing_of() const {
  return [this](const PublicKey& key) {
    const auto now = snapshot();
    const auto it = now->standing.find(key);
    return it == now->standing.end() ? Standing::kUnknown : it->second;
  };
}

void Archive::Changed() {
  if (listener_) listener_();
}

std::map<OrgId, governance::OrgLog> Archive::LogsToFold() const {
  std::map<OrgId, governance::OrgLog> logs = logs_;
  if (invitation_.has_value()) {
    // The invitation's charter names the founders before any of their logs has come. It lies in no
    // organisation's log, so it counts for nothing else.
    auto charter = governance::OpenDocument(invitation_->charter());
    if (charter.ok()) {
      logs[OrgId()].entries.push_back(
          {std::make_shared<const Document>(*std::move(charter)), clock_->Now()});
    }
  }
  return logs;
}

void Archive::Refold() {
  Publish(
      std::make_shared<const governance::Register>(governance::FoldLogs(LogsToFold(), commons_)));
}

namespace {

PeerAddress AddressOf(const governance::Organisation& member) {
  PeerAddress address{member.id, member.tls_key, {}};
  if (member.info.has_value()) {
    address.endpoints.assign(member.info->endpoints().begin(), member.info->endpoints().end());
  }
  return address;
}

}  // namespace

std::vector<Peer> Archive::PeersOf(const governance::Register& reg) const {
  std::vector<Peer> peers;
  std::set<OrgId> listed = {org_};
  const Standing standing = reg.founded() ? Standing::kMember : Standing::kFounder;
  for (const auto& [org, member] : reg.members()) {
    if (org == org_ || member.suspended || !commons_.has_value()) continue;
    peers.push_back({AddressOf(member), member.name, standing});
    if (member.info.has_value()) listed.insert(org);
  }
  if (!invitation_.has_value()) return peers;
  for (const auto& address : invitation_->addresses()) {
    const auto org = OrgId::FromBytes(address.org_id());
    const auto key = PublicKey::FromBytes(address.tls_key());
    if (!org.ok() || !key.ok() || !listed.insert(*org).second) continue;
    const auto known = std::find_if(peers.begin(), peers.end(),
                                    [&](const Peer& peer) { return peer.address.org == *org; });
    if (known == peers.end()) {
      peers.push_back(
          {{*org, *key, {address.endpoint()}}, org->ToHex().substr(0, 12), Standing::kInvited});
    } else if (known->address.tls_key == *key) {
      known->address.endpoints = {address.endpoint()};  // its node info has not come yet
    }
  }
  return peers;
}

void Archive::Publish(std::shared_ptr<const governance::Register> reg) {
  const auto before = snapshot();
  auto next = std::make_shared<Snapshot>();
  next->revision = before == nullptr ? 1 : before->revision + 1;
  next->commons = commons_;
  for (const auto& [org, held] : held_) {
    if (org != org_ && reg->FindMember(org) == nullptr) continue;
    governance::Head& head = next->heads[org];
    head.size = held.tree.size();
    head.root = held.tree.Root();
    head.checkpoint = held.checkpoint;
    const auto& info = logs_[org].node_info;
    if (info.has_value()) head.node_info_counter = info->As<v1::NodeInfo>().counter();
  }
  next->heads_hash = governance::HashOfHeads(next->heads);
  if (invitation_.has_value()) {
    next->joining = reg->FindMember(org_) == nullptr || !reg->founded() ||
                    reg->commons_version() < invitation_->version();
  }
  next->peers = PeersOf(*reg);
  for (const Peer& peer : next->peers) next->standing[peer.address.tls_key] = peer.standing;
  next->reg = std::move(reg);
  std::lock_guard lock(snapshot_mu_);
  snapshot_ = std::move(next);
}

std::vector<v1::Envelope> Archive::Documents(absl::string_view payload_type, uint64_t from) const {
  std::lock_guard lock(mu_);
  std::vector<v1::Envelope> page;
  size_t bytes = 0;
  // False when the page is full.
  const auto add = [&](const v1::Envelope& envelope) {
    if (!payload_type.empty() && payload_type != envelope.payload_type()) return true;
    if (from > 0) {
      --from;
      return true;
    }
    bytes += envelope.ByteSizeLong();
    if (!page.empty() && bytes > limits::kBatchBytes) return false;
    page.push_back(envelope);
    return true;
  };
  for (const auto& [org, log] : logs_) {
    for (const auto& entry : log.entries) {
      if (!add(entry.document->envelope)) return page;
    }
    if (log.node_info.has_value() && !add(log.node_info->envelope)) return page;
  }
  return page;
}

}  // namespace commons::node
