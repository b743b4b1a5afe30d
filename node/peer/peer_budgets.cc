#include "node/peer/peer_budgets.h"

#include <algorithm>

#include "governance/refusal.h"

namespace commons::node {

absl::Status PeerBudgets::Take(const OrgId& peer, Work work, uint64_t amount) {
  const Allowance& allowance = work == Work::kSignatures ? kSignatures : kFolded;
  const absl::Time now = clock_->Now();
  std::lock_guard lock(mu_);
  Bucket& bucket = buckets_.try_emplace({peer, work}, Bucket{allowance.bucket, now}).first->second;
  const double idle_s = std::max(0.0, absl::ToDoubleSeconds(now - bucket.at));
  bucket.left = std::min(allowance.bucket, bucket.left + idle_s * allowance.per_second);
  bucket.at = now;
  if (bucket.left <= 0) {
    return governance::Refuse(v1::BUSY, "this peer has given this node too much to check; later");
  }
  bucket.left -= static_cast<double>(amount);
  return absl::OkStatus();
}

}  // namespace commons::node
