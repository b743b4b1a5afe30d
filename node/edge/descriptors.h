// How many connections the process's limit of descriptors covers, so that none is ever missing.
#ifndef COMMONS_NODE_EDGE_DESCRIPTORS_H_
#define COMMONS_NODE_EDGE_DESCRIPTORS_H_

#include <cstddef>

namespace commons::node {

// Of peers, beside the handshakes, the local connections and everything else; at most
// limits::kPeerConnections. Never none: below that, what fails is turned away one by one.
size_t PeerConnectionsFor(size_t descriptors);
// For all that base/limits.h allows.
size_t DescriptorsWanted();

// Asks for as many as are wanted, if the hard limit has them, and returns the limit.
size_t RaiseDescriptorLimit();

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_DESCRIPTORS_H_
