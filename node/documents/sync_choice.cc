// Whom a node compares with next, and when.
#include <algorithm>
#include <cstddef>
#include <random>
#include <vector>

#include "absl/time/clock.h"
#include "node/documents/sync.h"

namespace commons::node {
namespace {

constexpr size_t kGossipPeers = 3;
constexpr absl::Duration kCatchUpPause = absl::Milliseconds(200);
constexpr int kDoublings = 5;  // of that pause, for one peer
// Between rounds with those who were not asked for catching up, until all have been met.
constexpr absl::Duration kMeetPause = absl::Seconds(1);

}  // namespace

bool Sync::CatchingUpLocked(const Snapshot& now) const {
  return !caught_up_ && now.reg->founded() && !now.joining;
}

std::vector<Peer> Sync::Choose() {
  const auto now = snapshots_->latest();
  std::vector<Peer> peers = now->peers;
  std::minstd_rand shuffle;
  uint32_t seed = 0;
  random_->Fill(&seed, sizeof(seed));
  shuffle.seed(seed);
  std::shuffle(peers.begin(), peers.end(), shuffle);
  std::lock_guard lock(mu_);
  caught_up_ ? ChooseGossipLocked(peers) : ChooseCatchUpLocked(*now, peers);
  nudged_ = false;
  return peers;
}

// A few when something is new, else one, uniformly (a fixed list would strand nodes when half of
// them are down), but first whom this node has not met yet. Who went silent before all: a round is
// how it is heard from again. One in a round, since whoever says nothing may make the round as long
// as it likes.
void Sync::ChooseGossipLocked(std::vector<Peer>& peers) {
  const size_t few = nudged_ ? kGossipPeers : size_t{1};
  const absl::Time time = absl::Now();
  const auto heard = std::stable_partition(peers.begin(), peers.end(), [&](const Peer& peer) {
    return SilentLocked(peer.address.org, time);
  });
  const size_t silent = std::min(static_cast<size_t>(heard - peers.begin()), size_t{1});
  std::stable_partition(heard, peers.end(),
                        [&](const Peer& peer) { return met_.count(peer.address.org) == 0; });
  peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(silent), heard);
  peers.resize(std::min(peers.size(), silent + few));
}

// Some of those who have not shown what they hold and are due; whoever did not answer comes after
// the others, and is asked less and less often. Before this node is one of the members nobody has
// anything to show, and where nobody is due, news still goes to one.
void Sync::ChooseCatchUpLocked(const Snapshot& now, std::vector<Peer>& peers) {
  const absl::Time time = absl::Now();
  const auto due = [&](const Peer& peer) {
    const auto failure = failed_.find(peer.address.org);
    return failure == failed_.end() || failure->second.next <= time;
  };
  const bool catching_up = CatchingUpLocked(now);
  const auto rest = std::stable_partition(peers.begin(), peers.end(), [&](const Peer& peer) {
    return due(peer) && !(catching_up && shown_.count(peer.address.org) > 0);
  });
  const auto failures = [&](const Peer& peer) {
    const auto failure = failed_.find(peer.address.org);
    return failure == failed_.end() ? 0 : failure->second.in_a_row;
  };
  std::stable_sort(peers.begin(), rest,
                   [&](const Peer& a, const Peer& b) { return failures(a) < failures(b); });
  const size_t asked = std::min(static_cast<size_t>(rest - peers.begin()), width_);
  if (asked > 0) {
    peers.resize(asked);
  } else {
    std::erase_if(peers, [&](const Peer& peer) { return !due(peer); });
    peers.resize(std::min(peers.size(), nudged_ ? size_t{1} : size_t{0}));
  }
  width_ = kCatchUpPeers;
}

void Sync::NoteOutcome(const OrgId& peer, bool reached, bool shown) {
  std::lock_guard lock(mu_);
  if (shown) {
    shown_.insert(peer);
    failed_.erase(peer);
    return;
  }
  Failure& failure = failed_[peer];
  failure.reached = reached;
  failure.next = absl::Now() + JitteredLocked(std::min(interval_, kCatchUpPause) *
                                              (1 << std::min(failure.in_a_row, kDoublings)));
  ++failure.in_a_row;
}

absl::Duration Sync::JitteredLocked(absl::Duration usual) const {
  uint32_t jitter = 0;
  random_->Fill(&jitter, sizeof(jitter));
  return usual * (0.75 + 0.5 * (jitter / 4294967296.0));
}

// Until the next round if nothing is new; while catching up, until the next peer is due.
absl::Duration Sync::PauseLocked(const Snapshot& now) const {
  if (caught_up_) {
    const bool all = std::all_of(now.peers.begin(), now.peers.end(), [&](const Peer& peer) {
      return met_.count(peer.address.org) > 0;
    });
    return JitteredLocked(all ? interval_ : std::min(interval_, kMeetPause));
  }
  if (!CatchingUpLocked(now)) return JitteredLocked(std::min(interval_, kCatchUpPause));
  absl::Duration pause = std::min(interval_, kCatchUpPause);
  const absl::Time time = absl::Now();
  for (const Peer& peer : now.peers) {
    if (shown_.count(peer.address.org) > 0) continue;
    const auto failure = failed_.find(peer.address.org);
    const absl::Time next = failure == failed_.end() ? time : failure->second.next;
    pause = std::min(pause, std::max(next - time, absl::ZeroDuration()));
  }
  return pause;
}

}  // namespace commons::node
