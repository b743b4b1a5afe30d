#include "node/peer_budgets.h"

#include "governance/refusal.h"

namespace commons::node {

absl::Status PeerBudgets::Take(const OrgId& peer, Work work, uint64_t amount) {
  const TokenBucket::Allowance& allowance = work == Work::kSignatures ? kSignatures : kFolded;
  const absl::Time now = clock_->Now();
  std::lock_guard lock(mu_);
  TokenBucket& bucket = buckets_.try_emplace({peer, work}, allowance, now).first->second;
  if (bucket.Take(amount, now)) return absl::OkStatus();
  return governance::Refuse(v1::BUSY, "this peer has given this node too much to check; later");
}

}  // namespace commons::node
