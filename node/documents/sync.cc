#include "node/documents/sync.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/parallel.h"
#include "governance/document/refusal.h"
#include "node/log/log.h"
#include "node/transport/guard.h"

namespace commons::node {
namespace {

constexpr size_t kGossipPeers = 3;
constexpr size_t kCatchUpPeers = 4;  // in one round; more while some say nothing until it is late
constexpr size_t kParallel = 32;
constexpr size_t kNamesShown = 8;
constexpr absl::Duration kCatchUpPause = absl::Milliseconds(200);
constexpr int kDoublings = 5;  // of that pause, for one peer
// Between two rounds news gathers for as long as the last round took: a machine that is busy gets
// fewer and fuller rounds.
constexpr absl::Duration kGatherMin = absl::Milliseconds(2), kGatherMax = absl::Milliseconds(500);
// Between rounds with those who were not asked for catching up, until all have been met.
constexpr absl::Duration kMeetPause = absl::Seconds(1);
constexpr absl::Duration kSilence = absl::Seconds(30);

size_t ActiveMembers(const governance::Register& reg) {
  return static_cast<size_t>(std::count_if(reg.members().begin(), reg.members().end(),
                                           [](const auto& m) { return !m.second.suspended; }));
}

std::string Names(const std::vector<std::string>& names) {
  const size_t shown = std::min(names.size(), kNamesShown);
  std::string text = absl::StrJoin(names.begin(), names.begin() + shown, ", ");
  if (shown < names.size()) absl::StrAppend(&text, " and ", names.size() - shown, " more");
  return text;
}

}  // namespace

Sync::Sync(const Snapshots* snapshots, Exchange* exchange, const OrgId& org,
           crypto::RandomSource* random, absl::Duration interval)
    : snapshots_(snapshots),
      exchange_(exchange),
      org_(org),
      random_(random),
      interval_(interval),
      width_(kCatchUpPeers) {}

Sync::~Sync() { Stop(); }

void Sync::Start() {
  Reconsider();
  thread_ = std::thread([this] { Loop(); });
}

void Sync::Stop() {
  {
    std::lock_guard lock(mu_);
    stopping_ = true;
  }
  wake_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void Sync::Nudge() {
  Reconsider();
  {
    std::lock_guard lock(mu_);
    nudged_ = true;
  }
  wake_.notify_all();
}

void Sync::SetInterval(absl::Duration interval) {
  {
    std::lock_guard lock(mu_);
    interval_ = interval;
  }
  wake_.notify_all();
}

absl::Status Sync::CaughtUp() const {
  const auto now = snapshots_->latest();
  std::lock_guard lock(mu_);
  if (caught_up_) return absl::OkStatus();
  if (!now->commons.has_value()) {
    return governance::Refuse(v1::STALE, "this node belongs to no commons yet");
  }
  if (now->joining) {
    return governance::Refuse(v1::STALE, "waiting to hear of this organisation's admission");
  }
  if (!now->reg->founded()) {
    return governance::Refuse(v1::STALE, "waiting for every founder's approval of the charter");
  }
  return governance::Refuse(v1::STALE, WaitingForLocked(*now));
}

std::string Sync::WaitingForLocked(const Snapshot& now) const {
  std::vector<std::string> waiting, away, unknown;
  for (const Peer& peer : now.peers) {
    const OrgId& org = peer.address.org;
    if (shown_.count(org) > 0) continue;
    waiting.push_back(peer.name);
    const auto failure = failed_.find(org);
    if (failure != failed_.end() && !failure->second.reached) away.push_back(peer.name);
    const auto head = now.heads.find(org);
    if (head == now.heads.end() || head->second.size == 0) unknown.push_back(peer.name);
  }
  const size_t needed = CatchUpQuorum(ActiveMembers(*now.reg));
  std::string message = absl::StrCat("waiting for ", needed - std::min(needed, shown_.size()),
                                     " of: ", Names(waiting));
  if (!away.empty()) absl::StrAppend(&message, "; not reached: ", Names(away));
  if (!unknown.empty()) absl::StrAppend(&message, "; no documents yet of: ", Names(unknown));
  if (!trouble_.empty()) absl::StrAppend(&message, " (", trouble_, ")");
  return message;
}

void Sync::Reconsider() {
  const auto now = snapshots_->latest();
  std::lock_guard lock(mu_);
  if (caught_up_ || !now->commons.has_value() || now->joining || !now->reg->founded() ||
      now->reg->FindMember(org_) == nullptr) {
    return;
  }
  const size_t shown = static_cast<size_t>(
      std::count_if(now->peers.begin(), now->peers.end(),
                    [&](const Peer& peer) { return shown_.count(peer.address.org) > 0; }));
  if (shown < CatchUpQuorum(ActiveMembers(*now->reg))) return;
  caught_up_ = true;
  LogInfo("caught_up", {{"members", now->reg->members().size()},
                        {"commons_version", now->reg->commons_version()}});
}

bool Sync::Reachable(const OrgId& peer) const {
  std::lock_guard lock(mu_);
  return reachable_.count(peer) > 0;
}

void Sync::NoteContact(const OrgId& peer, bool reached) {
  std::lock_guard lock(mu_);
  met_.insert(peer);
  if (reached) {
    reachable_.insert(peer);
    silent_.erase(peer);
  } else {
    reachable_.erase(peer);
  }
}

void Sync::NoteHeard(const OrgId& peer, bool same) {
  {
    std::lock_guard lock(mu_);
    met_.insert(peer);
    reachable_.insert(peer);
    failed_.erase(peer);
    if (!same || !shown_.insert(peer).second) return;
  }
  Reconsider();
}

void Sync::NoteSilence(const OrgId& peer) {
  std::lock_guard lock(mu_);
  silent_[peer] = absl::Now() + kSilence;
}

bool Sync::Silent(const OrgId& peer) const {
  std::lock_guard lock(mu_);
  // Where nobody was reached last, it may well be this node that was cut off.
  return SilentLocked(peer, absl::Now()) && !reachable_.empty();
}

bool Sync::SilentLocked(const OrgId& peer, absl::Time now) const {
  const auto found = silent_.find(peer);
  return found != silent_.end() && now < found->second;
}

// On a thread where whatever is thrown would end the process.
void Sync::OneRound(const Peer& peer) {
  const grpc::Status done = Guarded("Sync", [&] {
    RoundWith(peer);
    return grpc::Status::OK;
  });
  if (!done.ok()) NoteOutcome(peer.address.org, /*reached=*/false, /*shown=*/false);
}

void Sync::RoundWith(const Peer& peer) {
  const auto outcome = exchange_->RoundWith(peer);
  const bool away =
      absl::IsUnavailable(outcome.status()) || absl::IsDeadlineExceeded(outcome.status());
  NoteContact(peer.address.org, !away);
  NoteOutcome(peer.address.org, !away, outcome.ok() && outcome->shows_own_log);
  if (absl::IsDeadlineExceeded(outcome.status())) {
    std::lock_guard lock(mu_);
    width_ = std::min(2 * width_, kParallel);
  }
  if (!outcome.ok()) {
    Log(away ? LogLevel::kDebug : LogLevel::kWarning, "sync_failed",
        {{"peer", peer.name}, {"reason", outcome.status().message()}});
    if (governance::ReasonOf(outcome.status()) == v1::CONFLICTING_LOG) {
      std::lock_guard lock(mu_);
      trouble_ = absl::StrCat(peer.name, " holds another history of this node's log");
    }
  }
  Reconsider();
}

void Sync::RoundWithAll(const std::vector<Peer>& peers) {
  RunParallel(peers.size(), kParallel, [&](size_t i) { OneRound(peers[i]); });
}

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

void Sync::AwaitNextRound(absl::Duration last_round) {
  std::unique_lock lock(mu_);
  const absl::Duration gather =
      JitteredLocked(std::min(std::max(last_round, kGatherMin), kGatherMax));
  wake_.wait_for(lock, absl::ToChronoNanoseconds(gather), [this] { return stopping_; });
  const absl::Time begun = absl::Now();
  bool changed = true;  // the interval: what is left of the pause is another then
  while (changed && !stopping_ && !nudged_) {
    const absl::Duration interval = interval_;
    const absl::Duration left = PauseLocked(*snapshots_->latest()) - (absl::Now() - begun);
    wake_.wait_for(lock, absl::ToChronoNanoseconds(std::max(left, absl::ZeroDuration())),
                   [&] { return stopping_ || nudged_ || interval_ != interval; });
    changed = interval_ != interval;
  }
}

void Sync::Loop() {
  while (true) {
    const absl::Time begun = absl::Now();
    RoundWithAll(Choose());
    AwaitNextRound(absl::Now() - begun);
    std::lock_guard lock(mu_);
    if (stopping_) return;
  }
}

}  // namespace commons::node
