// One thread that accepts whoever comes, finishes TLS with those who are let in, and closes the
// rest. What strangers cause happens here, and members' connections go on elsewhere.
#ifndef COMMONS_NODE_EDGE_HANDSHAKES_H_
#define COMMONS_NODE_EDGE_HANDSHAKES_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "crypto/tls/tls_server.h"
#include "node/edge/listener.h"
#include "node/edge/peer_keys.h"
#include "node/edge/poller.h"
#include "node/edge/waiting.h"
#include "node/log/log_limit.h"

namespace commons::node {

using OwnIdentity = std::function<std::shared_ptr<const crypto::TlsIdentity>()>;

class Handshakes {
 public:
  struct Parts {
    OwnIdentity own;  // another one is used for the next connection
    crypto::TlsServer::Admit admit;
    PeerKeys* keys;
    const Clock* running;  // that nobody can set
    // Of a connection that has entered `keys`.
    std::function<void(std::unique_ptr<crypto::TlsConnection>)> done;
  };
  // The parts outlive it.
  static absl::StatusOr<std::unique_ptr<Handshakes>> Start(std::unique_ptr<Listener> listener,
                                                           Parts parts,
                                                           const Waiting::Limits& limits = {});
  // Nobody is accepted any more; unfinished handshakes end.
  ~Handshakes();

 private:
  struct Pending {
    std::unique_ptr<crypto::TlsConnection> connection;
    absl::Time began;
  };
  Handshakes(std::unique_ptr<Listener> listener, Parts parts, std::unique_ptr<Poller> poller,
             const Waiting::Limits& limits);
  void Run();
  void AcceptAll();
  void Begin(int socket, const std::string& address);
  void GoOn(uint64_t id);
  void Finish(std::unique_ptr<crypto::TlsConnection> connection);
  void End(uint64_t id);
  void EndLate();
  std::shared_ptr<crypto::TlsServer> Server();
  void NoteTurnedAway(absl::string_view reason);
  void NoteRefused(const absl::Status& why);

  const std::unique_ptr<Listener> listener_;
  const Parts parts_;
  const std::unique_ptr<Poller> poller_;
  Waiting waiting_;
  LogLimit refused_limit_{20}, turned_away_limit_{2};
  std::shared_ptr<const crypto::TlsIdentity> identity_;
  std::shared_ptr<crypto::TlsServer> server_;
  uint64_t next_id_ = 2;  // the listener is 1
  std::map<uint64_t, Pending> pending_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_HANDSHAKES_H_
