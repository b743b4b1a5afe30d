#include "query/member/scan_gate.h"

#include "governance/document/refusal.h"

namespace commons::query {

absl::StatusOr<ScanGate::Turn> ScanGate::Enter(const OrgId& asking_org, absl::Time now,
                                               size_t weight) {
  std::lock_guard lock(mu_);
  Asker& asker = askers_[asking_org];
  if (running_ + weight > kRunning || asker.running + weight > kRunningPerOrg) {
    return governance::Refuse(v1::BUSY, "seal: as many questions as may be are being counted");
  }
  if (asker.unpaid_today.Today(now) + weight > kUnpaidPerOrgADay) {
    return governance::Refuse(v1::BUSY,
                              "seal: too many questions of this member were counted and "
                              "not gone on with today, try again tomorrow");
  }
  if (asker.unpaid.Count(now) + weight > kUnpaidPerOrg) {
    return governance::Refuse(v1::BUSY,
                              "seal: too many questions of this member were counted and "
                              "not gone on with, try again in a minute");
  }
  running_ += weight;
  asker.running += weight;
  for (size_t i = 0; i < weight; ++i) asker.unpaid.Add(now);
  asker.unpaid_today.Add(weight, now);
  return Turn(nullptr, [this, asking_org, weight](void*) { Leave(asking_org, weight); });
}

void ScanGate::Leave(const OrgId& asking_org, size_t weight) {
  std::lock_guard lock(mu_);
  running_ -= weight;
  askers_[asking_org].running -= weight;
}

void ScanGate::Paid(const OrgId& asking_org, size_t weight) {
  std::lock_guard lock(mu_);
  Asker& asker = askers_[asking_org];
  asker.unpaid_today.TakeBack(weight);
  asker.unpaid.TakeBackOldest(weight);
}

}  // namespace commons::query
