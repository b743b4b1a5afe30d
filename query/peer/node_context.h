// What a node is to the others, for the state machines that speak for it.
#ifndef COMMONS_QUERY_PEER_NODE_CONTEXT_H_
#define COMMONS_QUERY_PEER_NODE_CONTEXT_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "governance/register.h"

namespace commons::query {

// All pointers outlive whoever holds it.
struct NodeContext {
  OrgId org;
  const crypto::SigningKey* node_key = nullptr;
  std::function<std::shared_ptr<const governance::Register>()> reg;  // current snapshot
  std::function<absl::Status()> ready;  // STALE or CLOCK while this node may not ask or answer
  const Clock* clock = nullptr;
  crypto::RandomSource* random = nullptr;
};

}  // namespace commons::query

#endif  // COMMONS_QUERY_PEER_NODE_CONTEXT_H_
