#include "node/machine/node_clock.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/refusal.h"

namespace commons::node {
namespace {

constexpr char kFact[] = "last_time";
constexpr int64_t kDriftPart = 1000;

}  // namespace

absl::StatusOr<std::unique_ptr<NodeClock>> NodeClock::Open(const Clock* machine,
                                                           const Clock* running,
                                                           storage::DocumentStore* store,
                                                           bool accept) {
  absl::Time last = machine->Now();
  const auto stored = store->GetFact(kFact);
  if (stored.ok()) {
    int64_t seconds = 0;
    if (!absl::SimpleAtoi(*stored, &seconds)) return absl::DataLossError("last_time: damaged");
    if (!accept) last = absl::FromUnixSeconds(seconds);
  } else if (!absl::IsNotFound(stored.status())) {
    return stored.status();
  }
  std::unique_ptr<NodeClock> clock(new NodeClock(machine, running, store, last));
  if (clock->Check().ok()) clock->from_ = clock->Now();
  RETURN_IF_ERROR(clock->Persist());
  return clock;
}

absl::Time NodeClock::Now() const {
  std::lock_guard lock(mu_);
  return std::max(machine_->Now(), last_);
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
  const absl::Duration ran = running_->Now() - running_from_;
  if (machine <= from_ + ran + ran / kDriftPart + kJumpMax) return absl::OkStatus();
  return governance::Refuse(v1::CLOCK,
                            "this node's clock is more than a day further ahead than time has "
                            "passed; set it, or if it is right, start the node once with "
                            "--accept-clock");
}

absl::Status NodeClock::Persist() {
  std::lock_guard lock(mu_);
  const absl::Time machine = machine_->Now();
  if (!CheckAt(machine).ok()) return absl::OkStatus();
  const absl::Time now = std::max(machine, last_);
  RETURN_IF_ERROR(store_->PutFact(kFact, absl::StrCat(absl::ToUnixSeconds(now))));
  last_ = now;
  return absl::OkStatus();
}

}  // namespace commons::node
