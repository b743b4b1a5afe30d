#include "node/documents/sync.h"

#include <algorithm>
#include <chrono>
#include <cstddef>
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

constexpr size_t kParallel = 32;
constexpr size_t kNamesShown = 8;
// Between two rounds news gathers for as long as the last round took: a machine that is busy gets
// fewer and fuller rounds.
constexpr absl::Duration kGatherMin = absl::Milliseconds(2), kGatherMax = absl::Milliseconds(500);
constexpr absl::Duration kSilence = absl::Seconds(30);

size_t ActiveMembers(const governance::Register& reg) {
  return static_cast<size_t>(std::count_if(reg.members().begin(), reg.members().end(),
                                           [](const auto& m) { return m.second.active(); }));
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
