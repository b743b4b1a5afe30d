// How much work each peer may make this node do, so that no peer, by what it sends, keeps this node
// from answering the others.
#ifndef COMMONS_NODE_PEER_PEER_BUDGETS_H_
#define COMMONS_NODE_PEER_PEER_BUDGETS_H_

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/ids.h"
#include "base/quota.h"

namespace commons::node {

enum class Work {
  kSignatures,  // to verify, or to make: about 0.1 ms each
  kFolded,      // FoldedLogs::Ahead: a few microseconds each
};

// Takes the amount from whoever is being worked for, or says BUSY.
using Spend = std::function<absl::Status(Work work, uint64_t amount)>;

// A bucket of each kind of work for each peer (base/quota.h). Thread-safe.
class PeerBudgets {
 public:
  // A full page whose documents have 64 signatures each, then a twentieth of a core.
  static constexpr TokenBucket::Allowance kSignatures{16384, 512};
  // A page of documents in a commons of 256 members with a hundred decisions, 300 times over, then
  // 18 times a second; a log of 40,000 documents anew, 50 times.
  static constexpr TokenBucket::Allowance kFolded{1 << 21, 1 << 17};

  // `clock` outlives it.
  explicit PeerBudgets(const Clock* clock) : clock_(clock) {}

  // BUSY while the peer is in debt; try again later.
  absl::Status Take(const OrgId& peer, Work work, uint64_t amount);
  Spend For(const OrgId& peer) {
    return [this, peer](Work work, uint64_t amount) { return Take(peer, work, amount); };
  }

 private:
  const Clock* const clock_;
  std::mutex mu_;
  std::map<std::pair<OrgId, Work>, TokenBucket> buckets_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_PEER_PEER_BUDGETS_H_
