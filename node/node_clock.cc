#include "node/node_clock.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/refusal.h"

namespace commons::node {
namespace {

constexpr char kLastTime[] = "last_time";
constexpr char kDoubted[] = "clock_doubted";
constexpr int64_t kDriftPart = 1000;

}  // namespace

absl::StatusOr<std::unique_ptr<NodeClock>> NodeClock::Open(const Clock* machine,
                                                           const Clock* running,
                                                           storage::DocumentStore* store,
                                                           bool accept) {
  absl::Time last = machine->Now();
  const auto stored = store->GetFact(kLastTime);
  if (stored.ok()) {
    int64_t seconds = 0;
    if (!absl::SimpleAtoi(*stored, &seconds)) return absl::DataLossError("last_time: damaged");
    if (!accept) last = absl::FromUnixSeconds(seconds);
  } else if (!absl::IsNotFound(stored.status())) {
    return stored.status();
  }
  const auto doubted = store->GetFact(kDoubted);
  if (!doubted.ok() && !absl::IsNotFound(doubted.status())) return doubted.status();
  std::unique_ptr<NodeClock> clock(
      new NodeClock(machine, running, store, last, doubted.ok() && *doubted == "1"));
  RETURN_IF_ERROR(clock->Persist());
  return clock;
}

NodeClock::NodeClock(const Clock* machine, const Clock* running, storage::DocumentStore* store,
                     absl::Time last, bool doubted)
    : machine_(machine),
      running_(running),
      store_(store),
      last_(last),
      doubted_(doubted),
      from_(last),
      running_from_(running->Now()) {}

absl::Time NodeClock::Now() const {
  std::lock_guard lock(mu_);
  return std::max(machine_->Now(), last_);
}

absl::Time NodeClock::Latest() const {
  const absl::Duration ran = running_->Now() - running_from_;
  return from_ + ran + (good_reading_ || doubted_ ? kAheadMax : kJumpMax);
}

absl::Status NodeClock::Check() const {
  std::lock_guard lock(mu_);
  return CheckAt(machine_->Now());
}

absl::Status NodeClock::CheckAt(absl::Time machine) const {
  if (machine < last_ - kBehindMax) {
    return governance::Refuse(v1::CLOCK,
                              "this node's clock is behind the time it knows; set it, or if it is "
                              "right, start the node once with --accept-clock");
  }
  if (machine <= Latest()) return absl::OkStatus();
  return governance::Refuse(
      v1::CLOCK, absl::StrCat("this node's clock is ",
                              good_reading_ || doubted_
                                  ? "further ahead than time has passed"
                                  : "more than a day ahead of when it last ran",
                              "; if it is right, start the node once with --accept-clock"));
}

absl::Status NodeClock::SetDoubted(bool doubted) {
  if (doubted_ == doubted) return absl::OkStatus();
  RETURN_IF_ERROR(store_->PutFact(kDoubted, doubted ? "1" : "0"));
  doubted_ = doubted;
  return absl::OkStatus();
}

absl::Status NodeClock::Persist() {
  std::lock_guard lock(mu_);
  const absl::Time machine = machine_->Now();
  if (!CheckAt(machine).ok()) {
    return good_reading_ && machine > Latest() ? SetDoubted(true) : absl::OkStatus();
  }
  const absl::Time now = std::max(machine, last_);
  RETURN_IF_ERROR(store_->PutFact(kLastTime, absl::StrCat(absl::ToUnixSeconds(now))));
  last_ = now;
  // Follows a clock that runs ahead only as fast as clocks drift: whoever steers it would gain five
  // minutes every minute.
  const absl::Time running = running_->Now();
  const absl::Duration ran = running - running_from_;
  from_ = good_reading_ ? std::min(machine, from_ + ran + ran / kDriftPart) : now;
  running_from_ = running;
  good_reading_ = true;
  return SetDoubted(false);
}

}  // namespace commons::node
