// Keeps this node's documents equal to its peers': compares with a random one now and then, tells a
// few at once when something is new, and after a start catches up before this node answers.
#ifndef COMMONS_NODE_DOCUMENTS_SYNC_H_
#define COMMONS_NODE_DOCUMENTS_SYNC_H_

#include <condition_variable>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "governance/exchange/catch_up.h"
#include "node/documents/exchange.h"
#include "node/documents/snapshot.h"

namespace commons::node {

using governance::CatchUpQuorum;

// Thread-safe; everything outlives it. One thread of its own, and short-lived ones for a round with
// several peers.
class Sync {
 public:
  Sync(const Snapshots* snapshots, Exchange* exchange, const OrgId& org,
       crypto::RandomSource* random, absl::Duration interval);
  ~Sync();
  void Start();  // once
  // Returns when its thread has ended; a round under way ends first. Again is harmless.
  void Stop();
  // Something is new here: tell a few peers at once. Calls close together become one round.
  void Nudge();
  void SetInterval(absl::Duration interval);

  // OK, or STALE with whom this node waits for. Once caught up it stays so until the next start.
  absl::Status CaughtUp() const;
  // Whether the last contact with the peer worked.
  bool Reachable(const OrgId& peer) const;
  void NoteContact(const OrgId& peer, bool reached);
  // The peer is there and says nothing: not to be waited for again until it is heard from, for
  // which a round is soon made with it, or half a minute has passed.
  void NoteSilence(const OrgId& peer);
  bool Silent(const OrgId& peer) const;

 private:
  void Loop();
  std::vector<Peer> Choose();
  void RoundWithAll(const std::vector<Peer>& peers);
  void OneRound(const Peer& peer);
  void RoundWith(const Peer& peer);
  void Reconsider();
  bool SilentLocked(const OrgId& peer, absl::Time now) const;
  absl::Duration PauseLocked() const;

  const Snapshots* const snapshots_;
  Exchange* const exchange_;
  const OrgId org_;
  crypto::RandomSource* const random_;

  mutable std::mutex mu_;
  std::condition_variable wake_;
  absl::Duration interval_;
  bool stopping_ = false;
  bool nudged_ = false;
  bool caught_up_ = false;
  bool first_round_ = true;
  std::set<OrgId> shown_;  // members that showed what they hold of the own log
  std::set<OrgId> reachable_;
  std::map<OrgId, absl::Time> silent_;  // until when
  std::string trouble_;                 // why a peer's view of the own log was not taken
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_SYNC_H_
