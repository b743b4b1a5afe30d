#include "node/transport/intake.h"

#include "absl/strings/str_cat.h"

namespace commons::node {

size_t MostBytes(PeerMethod method) {
  switch (method) {
    case PeerMethod::kPush:     // documents
    case PeerMethod::kSeal:     // everybody's votes
    case PeerMethod::kPublish:  // everybody's vectors
      return limits::kPeerMessageBytes;
    case PeerMethod::kCompare:
    case PeerMethod::kPull:
    case PeerMethod::kPreview:
    case PeerMethod::kPropose:
    case PeerMethod::kSubmit:
      break;
  }
  return limits::kSmallPeerMessageBytes;
}

Intake::Place::~Place() {
  if (intake_ != nullptr) intake_->Return(peer_, bytes_);
}

absl::StatusOr<Intake::Place> Intake::Take(const PublicKey& peer, PeerMethod method, size_t bytes) {
  if (bytes > MostBytes(method)) {
    return absl::ResourceExhaustedError(
        absl::StrCat(PeerMethodName(method), ": ", bytes, " bytes, at most ", MostBytes(method)));
  }
  std::unique_lock lock(mu_);
  InHand& of_peer = by_peer_[peer];  // stays: never more entries than peers with a certificate
  if (of_peer.calls >= limits_.each_calls) {
    return absl::ResourceExhaustedError("BUSY: too many calls of this peer are being handled");
  }
  if (of_peer.bytes + bytes > limits_.each_bytes) {
    return absl::ResourceExhaustedError("BUSY: too many bytes of this peer are being handled");
  }
  // While it waits too.
  ++of_peer.calls;
  of_peer.bytes += bytes;
  if (!room_.wait_for(lock, absl::ToChronoNanoseconds(limits_.patience),
                      [&] { return all_bytes_ + bytes <= limits_.all_bytes; })) {
    --of_peer.calls;
    of_peer.bytes -= bytes;
    return absl::ResourceExhaustedError("BUSY: too many bytes of peers are being handled");
  }
  all_bytes_ += bytes;
  return Place(this, peer, bytes);
}

void Intake::Return(const PublicKey& peer, size_t bytes) {
  {
    std::lock_guard lock(mu_);
    all_bytes_ -= bytes;
    InHand& of_peer = by_peer_[peer];
    --of_peer.calls;
    of_peer.bytes -= bytes;
  }
  room_.notify_all();
}

}  // namespace commons::node
