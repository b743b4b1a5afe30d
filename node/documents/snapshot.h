// What the node knows at one moment, and where the latest is found. Whatever is in a snapshot is
// durable already.
#ifndef COMMONS_NODE_DOCUMENTS_SNAPSHOT_H_
#define COMMONS_NODE_DOCUMENTS_SNAPSHOT_H_

#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "governance/exchange/exchange.h"
#include "governance/register/register.h"
#include "node/peer/peer_address.h"
#include "proto/documents.pb.h"

namespace commons::node {

// What a snapshot is made of.
struct Known {
  OrgId org;                         // whose node this is
  std::optional<CommonsId> commons;  // joined, founded or not
  std::optional<v1::Invitation> invitation;
  governance::Heads heads;  // of every log that is held
  std::shared_ptr<const governance::Register> reg;
};

// Immutable once it is shared; free to read on any thread, and lives as long as somebody holds it.
struct Snapshot {
  std::shared_ptr<const governance::Register> reg;
  std::optional<CommonsId> commons;
  governance::Heads heads;  // of members and of this node
  Hash32 heads_hash;
  std::vector<Peer> peers;
  std::map<PublicKey, Standing> standing;  // by TLS key
  bool joining = false;  // an invitation has been accepted, its commons not yet reached

  static Snapshot Of(Known known);
};

// The latest snapshot. Thread-safe; never waits for whoever changes the documents.
class Snapshots {
 public:
  // nullptr before the first one.
  std::shared_ptr<const Snapshot> latest() const;
  // Lasts as long as this.
  StandingOf standing_of() const;
  void Publish(Snapshot next);
  // Whether this was the head of a register here, now or not long ago: whoever has it now knows
  // nothing that is not known here, since logs only grow.
  bool Had(const Hash32& register_head) const;

 private:
  static constexpr size_t kHeads = 256;
  mutable std::mutex mu_;
  std::deque<Hash32> heads_;  // of the latest registers, the newest last
  std::shared_ptr<const Snapshot> latest_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_SNAPSHOT_H_
