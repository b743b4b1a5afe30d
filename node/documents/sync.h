// Keeps this node's documents equal to its peers': compares with a random one now and then, tells a
// few at once when something is new, and after a start catches up before this node answers. It
// never asks all at once: news goes from few to few, and what came meanwhile goes along, so that
// many that start together do not each ask everybody about everything.
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
  // What its thread does, one after the other, for whoever has not started it: whom to compare with
  // now, and one comparison.
  std::vector<Peer> Choose();  // this and what it needs: sync_choice.cc
  void RoundWith(const Peer& peer);

  // OK, or STALE with whom this node waits for. Once caught up it stays so until the next start.
  absl::Status CaughtUp() const;
  // Whether the last contact with the peer worked, whoever called.
  bool Reachable(const OrgId& peer) const;
  void NoteContact(const OrgId& peer, bool reached);
  // The peer compared its heads with this node's: it is there, and shows what it holds of the own
  // log where they were the same.
  void NoteHeard(const OrgId& peer, bool same);
  // The peer is there and says nothing: not to be waited for again until it is heard from, for
  // which a round is soon made with it, or half a minute has passed.
  void NoteSilence(const OrgId& peer);
  bool Silent(const OrgId& peer) const;

 private:
  // A peer that did not show what it holds when it was asked; not again before `next`.
  struct Failure {
    int in_a_row = 0;
    absl::Time next = absl::InfinitePast();
    bool reached = false;
  };
  // In one round; more while some say nothing until it is late.
  static constexpr size_t kCatchUpPeers = 4;

  void Loop();
  void ChooseGossipLocked(std::vector<Peer>& peers);
  void ChooseCatchUpLocked(const Snapshot& now, std::vector<Peer>& peers);
  bool CatchingUpLocked(const Snapshot& now) const;
  void NoteOutcome(const OrgId& peer, bool reached, bool shown);
  void AwaitNextRound(absl::Duration last_round);
  absl::Duration JitteredLocked(absl::Duration usual) const;
  std::string WaitingForLocked(const Snapshot& now) const;
  void RoundWithAll(const std::vector<Peer>& peers);
  void OneRound(const Peer& peer);
  void Reconsider();
  bool SilentLocked(const OrgId& peer, absl::Time now) const;
  absl::Duration PauseLocked(const Snapshot& now) const;

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
  std::set<OrgId> shown_;  // members that showed what they hold of the own log
  std::map<OrgId, Failure> failed_;
  size_t width_;  // how many are asked at once while catching up
  std::set<OrgId> reachable_;
  std::set<OrgId> met_;                 // whether it worked or not, whoever called
  std::map<OrgId, absl::Time> silent_;  // until when
  std::string trouble_;                 // why a peer's view of the own log was not taken
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_SYNC_H_
