// Which part answers a peer's message, and how this node's own messages reach the others: over the
// network or, for this node itself, straight to the part.
#ifndef COMMONS_NODE_PEER_ROUTER_H_
#define COMMONS_NODE_PEER_ROUTER_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "node/documents/exchange.h"
#include "node/documents/snapshot.h"
#include "node/documents/sync.h"
#include "node/peer/peer_method.h"
#include "node/transport/peer_channels.h"
#include "proto/documents.pb.h"
#include "query/member/contributor.h"

namespace commons::node {

// Thread-safe; everything outlives it.
class PeerRouter {
 public:
  struct Parts {
    OrgId org;  // this node's
    const Snapshots* snapshots;
    Exchange* exchange;
    query::Contributor* contributor;
    PeerChannels* channels;
    Sync* sync;
  };
  explicit PeerRouter(const Parts& parts) : parts_(parts) {}

  // A refusal is an answer too.
  v1::Envelope Handle(PeerMethod method, const v1::Envelope& request);
  // Blocks for at most `timeout`, but for a message to this node itself. kUnavailable: no address
  // is known, or the first message of a question to a peer that went silent (sync.h); else as
  // PeerChannels::Call; INTERNAL when this node's own part throws.
  absl::StatusOr<v1::Envelope> Send(const OrgId& to, PeerMethod method, const v1::Envelope& message,
                                    absl::Duration timeout);

 private:
  absl::StatusOr<v1::Envelope> SendToSelf(PeerMethod method, const v1::Envelope& message);

  const Parts parts_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_PEER_ROUTER_H_
