#include "node/edge/peer_edge.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"

namespace commons::node {

PeerEdge::PeerEdge(Who who, const Limits& limits)
    : who_(std::move(who)), limits_(limits), keys_(limits.keys) {}

PeerEdge::~PeerEdge() {
  StopAccepting();
  End();
}

absl::Status PeerEdge::Start(const std::string& listen, std::function<void(int socket)> hand_over) {
  ASSIGN_OR_RETURN(auto listener, Listener::OnTcp(listen));
  port_ = listener->port();
  reached_at_ = listener->reached_at();
  ASSIGN_OR_RETURN(
      relay_, Relay::Start({&keys_, &callers_, &running_, std::move(hand_over), limits_.patience}));
  Handshakes::Parts parts;
  parts.own = who_.own;
  parts.admit = [this](const crypto::CertifiedKey& client) { return Admit(client); };
  parts.keys = &keys_;
  parts.running = &running_;
  parts.done = [this](std::unique_ptr<crypto::TlsConnection> connection) {
    relay_->Add(std::move(connection));
  };
  ASSIGN_OR_RETURN(handshakes_,
                   Handshakes::Start(std::move(listener), std::move(parts), limits_.waiting));
  return absl::OkStatus();
}

void PeerEdge::StopAccepting() { handshakes_.reset(); }

void PeerEdge::End() { relay_.reset(); }

absl::Status PeerEdge::Admit(const crypto::CertifiedKey& client) const {
  ASSIGN_OR_RETURN(const PublicKey key, client.At(who_.clock->Now()));
  if (who_.standing_of(key) == Standing::kUnknown) {
    return absl::UnauthenticatedError(
        absl::StrCat("peer key is not in the register: ", key.ToHex()));
  }
  return absl::OkStatus();
}

absl::StatusOr<PublicKey> PeerEdge::CallerOf(const std::string& peer) const {
  ASSIGN_OR_RETURN(const crypto::CertifiedKey caller, callers_.Find(peer));
  return caller.At(who_.clock->Now());
}

void PeerEdge::CountRefusal(const PublicKey& key) {
  if (!keys_.CountRefusal(key, running_.Now())) relay_->Cut(key, "too many refused calls");
}

}  // namespace commons::node
