// The TCP port that peers reach: our own accept loop, TLS and frame counting in front of gRPC
// (docs/decisions/0011-the-edge.md). Strangers never get further than a handshake.
#ifndef COMMONS_NODE_EDGE_PEER_EDGE_H_
#define COMMONS_NODE_EDGE_PEER_EDGE_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/ids.h"
#include "node/edge/callers.h"
#include "node/edge/handshakes.h"
#include "node/edge/peer_keys.h"
#include "node/edge/relay.h"
#include "node/edge/waiting.h"
#include "node/peer/peer_address.h"

namespace commons::node {

// Thread-safe, but Start and the two ways to end.
class PeerEdge {
 public:
  struct Limits {
    Waiting::Limits waiting;
    PeerKeys::Limits keys;
    Relayed::Patience patience;
  };
  struct Who {
    OwnIdentity own;
    StandingOf standing_of;  // of a caller, at least kInvited to come in
    const Clock* clock;      // for the dates of certificates
  };

  explicit PeerEdge(Who who, const Limits& limits = {});
  ~PeerEdge();
  // hand_over: takes a socket of a member's connection that speaks HTTP/2 in the clear.
  // kFailedPrecondition: the port cannot be had.
  absl::Status Start(const std::string& listen, std::function<void(int socket)> hand_over);
  int port() const { return port_; }
  const std::string& reached_at() const { return reached_at_; }  // Listener's
  // Nobody new comes in; connections go on until both their ends have let go, or End.
  void StopAccepting();
  void End();

  // Whose call it is; peer: grpc::ServerContext::peer(). kUnauthenticated: the connection has gone,
  // or its certificate has expired meanwhile.
  absl::StatusOr<PublicKey> CallerOf(const std::string& peer) const;
  Standing standing_of(const PublicKey& key) const { return who_.standing_of(key); }
  // A call of this key was refused without being handled; too many of them, and it is cut off.
  void CountRefusal(const PublicKey& key);

 private:
  absl::Status Admit(const crypto::CertifiedKey& client) const;

  const Who who_;
  const Limits limits_;
  RunningClock running_;
  Callers callers_;
  PeerKeys keys_;
  int port_ = 0;
  std::string reached_at_;
  std::unique_ptr<Relay> relay_;
  std::unique_ptr<Handshakes> handshakes_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_PEER_EDGE_H_
