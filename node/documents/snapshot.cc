#include "node/documents/snapshot.h"

#include <algorithm>
#include <set>
#include <utility>

namespace commons::node {
namespace {

PeerAddress AddressOf(const governance::Organisation& member) {
  PeerAddress address{member.id, member.tls_key, {}};
  if (member.info.has_value()) {
    address.endpoints.assign(member.info->endpoints().begin(), member.info->endpoints().end());
  }
  return address;
}

// Those whom the invitation names and whose own node info has not come.
void AddInvited(const v1::Invitation& invitation, std::set<OrgId> listed,
                std::vector<Peer>& peers) {
  for (const auto& address : invitation.addresses()) {
    const auto org = OrgId::FromBytes(address.org_id());
    const auto key = PublicKey::FromBytes(address.tls_key());
    if (!org.ok() || !key.ok() || !listed.insert(*org).second) continue;
    const auto known = std::find_if(peers.begin(), peers.end(),
                                    [&](const Peer& peer) { return peer.address.org == *org; });
    if (known == peers.end()) {
      peers.push_back(
          {{*org, *key, {address.endpoint()}}, org->ToHex().substr(0, 12), Standing::kInvited});
    } else if (known->address.tls_key == *key) {
      known->address.endpoints = {address.endpoint()};
    }
  }
}

std::vector<Peer> PeersOf(const Known& known) {
  std::vector<Peer> peers;
  std::set<OrgId> listed = {known.org};
  const Standing standing = known.reg->founded() ? Standing::kMember : Standing::kFounder;
  for (const auto& [org, member] : known.reg->members()) {
    if (org == known.org || member.suspended || !known.commons.has_value()) continue;
    peers.push_back({AddressOf(member), member.name, standing});
    if (member.info.has_value()) listed.insert(org);
  }
  if (known.invitation.has_value()) AddInvited(*known.invitation, std::move(listed), peers);
  return peers;
}

}  // namespace

Snapshot Snapshot::Of(Known known) {
  Snapshot next;
  next.peers = PeersOf(known);
  for (const Peer& peer : next.peers) next.standing[peer.address.tls_key] = peer.standing;
  const governance::Register& reg = *known.reg;
  if (known.invitation.has_value()) {
    next.joining = reg.FindMember(known.org) == nullptr || !reg.founded() ||
                   reg.commons_version() < known.invitation->version();
  }
  std::erase_if(known.heads, [&](const auto& head) {
    return head.first != known.org && reg.FindOnceMember(head.first) == nullptr;
  });
  next.heads = std::move(known.heads);
  next.heads_hash = governance::HashOfHeads(next.heads);
  next.commons = known.commons;
  next.reg = std::move(known.reg);
  return next;
}

std::shared_ptr<const Snapshot> Snapshots::latest() const {
  std::lock_guard lock(mu_);
  return latest_;
}

StandingOf Snapshots::standing_of() const {
  return [this](const PublicKey& key) {
    const auto now = latest();
    const auto it = now->standing.find(key);
    return it == now->standing.end() ? Standing::kUnknown : it->second;
  };
}

void Snapshots::Publish(Snapshot next) {
  auto shared = std::make_shared<const Snapshot>(std::move(next));
  const Hash32 head = shared->reg->head();
  std::lock_guard lock(mu_);
  latest_.swap(shared);  // the one before goes after the lock, if nobody else holds it
  if (heads_.empty() || heads_.back() != head) heads_.push_back(head);
  if (heads_.size() > kHeads) heads_.pop_front();
}

bool Snapshots::Had(const Hash32& register_head) const {
  std::lock_guard lock(mu_);
  return std::find(heads_.begin(), heads_.end(), register_head) != heads_.end();
}

}  // namespace commons::node
