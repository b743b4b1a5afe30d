// What a node is to the others, for the state machines that speak for it.
#ifndef COMMONS_QUERY_PEER_NODE_CONTEXT_H_
#define COMMONS_QUERY_PEER_NODE_CONTEXT_H_

#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "governance/register/register.h"

namespace commons::query {

// A member and the head of the register that it voted under.
struct Voted {
  OrgId member;
  Hash32 register_head;
};

// All pointers outlive whoever holds it.
struct NodeContext {
  OrgId org;
  const crypto::SigningKey* node_key = nullptr;
  std::function<std::shared_ptr<const governance::Register>()> reg;  // current snapshot
  std::function<absl::Status()> ready;  // STALE or CLOCK while this node may not ask or answer
  // Whether this node is being stopped: what it can't reach then tells nothing of others. Unset:
  // never.
  std::function<bool()> stopping;
  const Clock* clock = nullptr;
  crypto::RandomSource* random = nullptr;
  // Exchanges documents with each whose register this node has not had lately. One outcome each, in
  // order; STALE: it could not be reached, or what it holds is not to be had. Blocks for seconds at
  // most; unset: nobody is compared with.
  std::function<std::vector<absl::Status>(const std::vector<Voted>&)> compare;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_PEER_NODE_CONTEXT_H_
