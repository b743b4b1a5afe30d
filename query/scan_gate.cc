#include "query/scan_gate.h"

#include "governance/refusal.h"

namespace commons::query {

absl::StatusOr<ScanGate::Turn> ScanGate::Enter(const OrgId& asking_org, absl::Time now) {
  std::lock_guard lock(mu_);
  Asker& asker = askers_[asking_org];
  while (!asker.unpaid.empty() &&
         now - asker.unpaid.front() > absl::Seconds(limits::kReservationSeconds)) {
    asker.unpaid.pop_front();
  }
  if (running_ >= kRunning || asker.running >= kRunningPerOrg) {
    return governance::Refuse(v1::BUSY, "seal: as many questions as may be are being counted");
  }
  if (asker.unpaid.size() >= kUnpaidPerOrg) {
    return governance::Refuse(v1::BUSY, "seal: too many questions of this member were counted and "
                                        "not gone on with, try again in a minute");
  }
  ++running_;
  ++asker.running;
  asker.unpaid.push_back(now);
  return Turn(nullptr, [this, asking_org](void*) { Leave(asking_org); });
}

void ScanGate::Leave(const OrgId& asking_org) {
  std::lock_guard lock(mu_);
  --running_;
  --askers_[asking_org].running;
}

void ScanGate::Paid(const OrgId& asking_org) {
  std::lock_guard lock(mu_);
  std::deque<absl::Time>& unpaid = askers_[asking_org].unpaid;
  if (!unpaid.empty()) unpaid.pop_front();
}

}  // namespace commons::query
