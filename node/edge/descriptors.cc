#include "node/edge/descriptors.h"

#include <sys/resource.h>

#include <algorithm>

#include "base/limits.h"

namespace commons::node {
namespace {

constexpr size_t kEachPeer = 3;   // the socket, and the pair to gRPC
constexpr size_t kEachLocal = 2;  // gRPC's, and the one that is watched
constexpr size_t kBesidePeers =
    limits::kOtherDescriptors + limits::kHandshakes + kEachLocal * limits::kLocalConnections;
constexpr size_t kFewestPeers = 8;

}  // namespace

size_t PeerConnectionsFor(size_t descriptors) {
  const size_t left = descriptors - std::min(descriptors, kBesidePeers);
  return std::clamp(left / kEachPeer, kFewestPeers, limits::kPeerConnections);
}

size_t DescriptorsWanted() { return kBesidePeers + kEachPeer * limits::kPeerConnections; }

size_t RaiseDescriptorLimit() {
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlim_t wanted = std::min<rlim_t>(DescriptorsWanted(), limit.rlim_max);
  if (limit.rlim_cur < wanted) {
    const rlimit more = {wanted, limit.rlim_max};
    if (setrlimit(RLIMIT_NOFILE, &more) == 0) limit = more;
  }
  return limit.rlim_cur;
}

}  // namespace commons::node
