#include "node/documents/sync.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <random>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "governance/document/refusal.h"
#include "node/log/log.h"
#include "node/transport/guard.h"

namespace commons::node {
namespace {

constexpr size_t kGossipPeers = 3;
constexpr size_t kParallel = 32;
constexpr absl::Duration kCatchUpPause = absl::Milliseconds(200);
constexpr absl::Duration kSilence = absl::Seconds(30);

size_t ActiveMembers(const governance::Register& reg) {
  return static_cast<size_t>(std::count_if(reg.members().begin(), reg.members().end(),
                                           [](const auto& m) { return !m.second.suspended; }));
}

}  // namespace

Sync::Sync(const Snapshots* snapshots, Exchange* exchange, const OrgId& org,
           crypto::RandomSource* random, absl::Duration interval)
    : snapshots_(snapshots), exchange_(exchange), org_(org), random_(random), interval_(interval) {}

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
  std::lock_guard lock(mu_);
  interval_ = interval;
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
  std::vector<std::string> waiting;
  for (const Peer& peer : now->peers) {
    if (shown_.count(peer.address.org) == 0) waiting.push_back(peer.name);
  }
  const size_t needed = CatchUpQuorum(ActiveMembers(*now->reg));
  std::string message = absl::StrCat("waiting for ", needed - std::min(needed, shown_.size()),
                                     " of: ", absl::StrJoin(waiting, ", "));
  if (!trouble_.empty()) absl::StrAppend(&message, " (", trouble_, ")");
  return governance::Refuse(v1::STALE, message);
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
  if (reached) {
    reachable_.insert(peer);
    silent_.erase(peer);
  } else {
    reachable_.erase(peer);
  }
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
  Guarded("Sync", [&] {
    RoundWith(peer);
    return grpc::Status::OK;
  });
}

void Sync::RoundWith(const Peer& peer) {
  const auto outcome = exchange_->RoundWith(peer);
  const bool away =
      absl::IsUnavailable(outcome.status()) || absl::IsDeadlineExceeded(outcome.status());
  NoteContact(peer.address.org, !away);
  if (outcome.ok()) {
    if (outcome->shows_own_log) {
      std::lock_guard lock(mu_);
      shown_.insert(peer.address.org);
    }
  } else {
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
  if (peers.size() == 1) return OneRound(peers[0]);
  for (size_t begin = 0; begin < peers.size(); begin += kParallel) {
    std::vector<std::thread> threads;
    for (size_t i = begin; i < std::min(peers.size(), begin + kParallel); ++i) {
      try {
        threads.emplace_back([this, &peer = peers[i]] { OneRound(peer); });
      } catch (const std::system_error&) {  // no thread left: one after the other then
        OneRound(peers[i]);
      }
    }
    for (std::thread& thread : threads) thread.join();
  }
}

// Everybody at the start and while this node is not one of them yet; then whoever has not shown
// what they hold, until enough have; a few when something is new; else one, uniformly (a fixed list
// would strand nodes when half of them are down).
std::vector<Peer> Sync::Choose() {
  const auto now = snapshots_->latest();
  std::vector<Peer> peers = now->peers;
  std::minstd_rand shuffle;
  uint32_t seed = 0;
  random_->Fill(&seed, sizeof(seed));
  shuffle.seed(seed);
  std::shuffle(peers.begin(), peers.end(), shuffle);
  std::lock_guard lock(mu_);
  const size_t few = nudged_ ? kGossipPeers : size_t{1};
  if (caught_up_ && !first_round_) {
    // Who went silent first: a round is how it is heard from again. One in a round, since whoever
    // says nothing may make the round as long as it likes.
    const absl::Time time = absl::Now();
    const auto heard = std::stable_partition(peers.begin(), peers.end(), [&](const Peer& peer) {
      return SilentLocked(peer.address.org, time);
    });
    const size_t silent = std::min(static_cast<size_t>(heard - peers.begin()), size_t{1});
    peers.erase(peers.begin() + static_cast<std::ptrdiff_t>(silent), heard);
    peers.resize(std::min(peers.size(), silent + few));
  } else if (!first_round_ && now->reg->founded() && !now->joining) {
    size_t kept = 0;
    std::erase_if(peers, [&](const Peer& peer) {
      return shown_.count(peer.address.org) > 0 && ++kept > few;
    });
  }
  first_round_ = false;
  nudged_ = false;
  return peers;
}

absl::Duration Sync::PauseLocked() const {
  const absl::Duration usual = caught_up_ ? interval_ : std::min(interval_, kCatchUpPause);
  uint32_t jitter = 0;
  random_->Fill(&jitter, sizeof(jitter));
  return usual * (0.75 + 0.5 * (jitter / 4294967296.0));
}

void Sync::Loop() {
  while (true) {
    RoundWithAll(Choose());
    std::unique_lock lock(mu_);
    if (!nudged_) {
      wake_.wait_for(lock, absl::ToChronoNanoseconds(PauseLocked()),
                     [this] { return stopping_ || nudged_; });
    }
    if (stopping_) return;
  }
}

}  // namespace commons::node
