// How many connections each member's key has, and which keys are cut off for a while.
#ifndef COMMONS_NODE_EDGE_PEER_KEYS_H_
#define COMMONS_NODE_EDGE_PEER_KEYS_H_

#include <cstddef>
#include <map>
#include <mutex>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "base/limits.h"
#include "base/quota.h"

namespace commons::node {

// Only keys that the register knows come here, so the table needs no bound. Thread-safe. Times are
// of a clock that nobody can set.
class PeerKeys {
 public:
  struct Limits {
    size_t all = limits::kPeerConnections;
    size_t each = limits::kPeerConnectionsEach;
    absl::Duration cut = absl::Seconds(limits::kCutSeconds);
    // Calls that are refused before they are handled. An honest node has few: BUSY, and what a
    // member that was suspended a moment ago still sends.
    TokenBucket::Allowance refusals = {1000, 100};
  };
  PeerKeys() : PeerKeys(Limits()) {}
  explicit PeerKeys(const Limits& limits) : limits_(limits) {}

  // kResourceExhausted in plain words: cut off, or too many connections, of it or in all.
  absl::Status Check(const PublicKey& key, absl::Time now) const;
  // The same; from then on the connection counts until Leave.
  absl::Status Enter(const PublicKey& key, absl::Time now);
  void Leave(const PublicKey& key);
  // No new connections of it for Limits::cut. False: it was cut off already.
  bool Cut(const PublicKey& key, absl::Time now);
  // False: no honest node is refused so often.
  bool CountRefusal(const PublicKey& key, absl::Time now);
  size_t connections() const;

 private:
  struct Key {
    explicit Key(TokenBucket refusals) : refusals(refusals) {}
    size_t connections = 0;
    absl::Time cut_until = absl::InfinitePast();
    TokenBucket refusals;
  };
  absl::Status CheckLocked(const PublicKey& key, absl::Time now) const;
  Key& At(const PublicKey& key, absl::Time now);

  const Limits limits_;
  mutable std::mutex mu_;
  size_t all_ = 0;
  std::map<PublicKey, Key> keys_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_PEER_KEYS_H_
