#include "node/peer_router.h"

#include "absl/time/clock.h"
#include "base/limits.h"
#include "node/log/log.h"
#include "node/transport/grpc_status.h"
#include "node/transport/guard.h"

namespace commons::node {
namespace {

// Waited for in vain: half of what a phase has, since a connection may have been begun before.
constexpr absl::Duration kInVain = absl::Milliseconds(500 * limits::kPhaseSeconds);

}  // namespace

v1::Envelope PeerRouter::Handle(PeerMethod method, const v1::Envelope& request) {
  switch (method) {
    case PeerMethod::kCompare:
      return parts_.exchange->OnCompare(request);
    case PeerMethod::kPull:
      return parts_.exchange->OnPull(request);
    case PeerMethod::kPush:
      return parts_.exchange->OnPush(request);
    case PeerMethod::kPreview:
      return parts_.contributor->OnPreview(request);
    case PeerMethod::kPropose:
      return parts_.contributor->OnPropose(request);
    case PeerMethod::kSeal:
      return parts_.contributor->OnSeal(request);
    case PeerMethod::kSubmit:
      return parts_.contributor->OnSubmit(request);
    case PeerMethod::kPublish:
      return parts_.contributor->OnPublish(request);
  }
  return v1::Envelope();
}

absl::StatusOr<v1::Envelope> PeerRouter::SendToSelf(PeerMethod method,
                                                    const v1::Envelope& message) {
  v1::Envelope reply;
  const grpc::Status done = Guarded(PeerMethodName(method), [&] {
    reply = Handle(method, message);
    return grpc::Status::OK;
  });
  if (!done.ok()) return FromGrpc(done, "this node");
  return reply;
}

absl::StatusOr<v1::Envelope> PeerRouter::Send(const OrgId& to, PeerMethod method,
                                              const v1::Envelope& message, absl::Duration timeout) {
  if (to == parts_.org) return SendToSelf(method, message);
  const auto now = parts_.snapshots->latest();
  for (const Peer& peer : now->peers) {
    if (peer.address.org != to) continue;
    const bool begins = method == PeerMethod::kPreview || method == PeerMethod::kPropose;
    if (begins && parts_.sync->Silent(to)) {
      return absl::UnavailableError("it did not answer in time before, nor since");
    }
    const absl::Time begun = absl::Now();
    auto reply = parts_.channels->Call(peer.address, method, message, timeout);
    parts_.sync->NoteContact(to, reply.ok());
    // The last moments of a question say nothing of a peer, nor does a call that fails at once.
    if (begins && !reply.ok() && absl::Now() - begun >= kInVain) parts_.sync->NoteSilence(to);
    if (!reply.ok()) {
      LogInfo("no_answer", {{"peer", peer.name}, {"reason", reply.status().message()}});
    }
    return reply;
  }
  return absl::UnavailableError("no address is known");
}

}  // namespace commons::node
