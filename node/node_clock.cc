#include "node/node_clock.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/refusal.h"

namespace commons::node {
namespace {

constexpr char kFact[] = "last_time";

}  // namespace

absl::StatusOr<std::unique_ptr<NodeClock>> NodeClock::Open(const Clock* machine,
                                                           storage::DocumentStore* store,
                                                           bool accept_jump) {
  absl::Time last = machine->Now();
  const auto stored = store->GetFact(kFact);
  if (stored.ok()) {
    int64_t seconds = 0;
    if (!absl::SimpleAtoi(*stored, &seconds)) return absl::DataLossError("last_time: damaged");
    const absl::Time then = absl::FromUnixSeconds(seconds);
    if (!accept_jump || last < then) last = then;
  } else if (!absl::IsNotFound(stored.status())) {
    return stored.status();
  }
  std::unique_ptr<NodeClock> clock(new NodeClock(machine, store, last));
  RETURN_IF_ERROR(clock->Persist());
  return clock;
}

absl::Time NodeClock::Now() const {
  std::lock_guard lock(mu_);
  return std::max(machine_->Now(), last_);
}

absl::Status NodeClock::Check() const {
  std::lock_guard lock(mu_);
  const absl::Time machine = machine_->Now();
  if (machine < last_ - kBehindMax) {
    return governance::Refuse(v1::CLOCK, "this node's clock is behind the time it knows; set it");
  }
  if (machine > last_ + kJumpMax) {
    return governance::Refuse(
        v1::CLOCK,
        "this node's clock is more than a day ahead of when it last ran; if it is right, "
        "start it once with --accept-clock");
  }
  return absl::OkStatus();
}

absl::Status NodeClock::Persist() {
  if (!Check().ok()) return absl::OkStatus();
  std::lock_guard lock(mu_);
  const absl::Time now = std::max(machine_->Now(), last_);
  RETURN_IF_ERROR(store_->PutFact(kFact, absl::StrCat(absl::ToUnixSeconds(now))));
  last_ = now;
  return absl::OkStatus();
}

}  // namespace commons::node
