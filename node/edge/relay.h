// One thread that passes bytes between all members' TLS connections and gRPC, counts their frames
// on the way, and ends connections: gRPC has no way to end one from outside.
#ifndef COMMONS_NODE_EDGE_RELAY_H_
#define COMMONS_NODE_EDGE_RELAY_H_

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "base/clock.h"
#include "node/edge/callers.h"
#include "node/edge/peer_keys.h"
#include "node/edge/poller.h"
#include "node/edge/relayed.h"
#include "node/log/log_limit.h"

namespace commons::node {

// Thread-safe.
class Relay {
 public:
  struct Parts {
    PeerKeys* keys;
    Callers* callers;
    const Clock* running;  // that nobody can set
    // Takes a socket that speaks HTTP/2 in the clear; called on the relay's thread.
    std::function<void(int socket)> hand_over;
    Relayed::Patience patience = {};
  };
  // The parts outlive it.
  static absl::StatusOr<std::unique_ptr<Relay>> Start(Parts parts);
  // Ends all connections.
  ~Relay();

  // A connection whose handshake is done and that has entered `keys`, which it leaves at its end.
  void Add(std::unique_ptr<crypto::TlsConnection> connection);
  // Ends all of the key's connections, refuses it for minutes, and says why in one line.
  void Cut(const PublicKey& key, const std::string& reason);

 private:
  struct Entry {
    std::unique_ptr<Relayed> relayed;
    std::string caller;
    uint32_t socket_events, pair_events;
    bool pair_hung_up;
  };
  using Entries = std::map<uint64_t, Entry>;

  Relay(Parts parts, std::unique_ptr<Poller> poller);
  void Run();
  void TakeNew();
  void Open(std::unique_ptr<crypto::TlsConnection> connection);
  void OnEvent(uint64_t tag, uint32_t events);
  void Move(uint64_t id);
  void Watch(uint64_t id, Entry& entry);
  void CheckTimes();
  // After a status of Relayed that is not OK.
  void End(uint64_t id, const absl::Status& why);
  Entries::iterator Close(Entries::iterator entry);
  void CutNow(const PublicKey& key, absl::string_view reason);

  const Parts parts_;
  const std::unique_ptr<Poller> poller_;
  LogLimit log_limit_{20};

  std::mutex mu_;
  bool stop_ = false;
  std::vector<std::unique_ptr<crypto::TlsConnection>> added_;
  std::vector<std::pair<PublicKey, std::string>> to_cut_;

  // Of the thread.
  std::string scratch_;
  uint64_t next_id_ = 1;
  Entries entries_;
  std::map<PublicKey, KeyMeter> meters_;  // stay: never more than keys that the register knew
  absl::Time times_checked_;
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_RELAY_H_
