// Other organisations as this node sees them: whom it exchanges with, where they are and how far
// they are trusted. Plain types, on which the transport and the documents both lean.
#ifndef COMMONS_NODE_PEER_PEER_ADDRESS_H_
#define COMMONS_NODE_PEER_PEER_ADDRESS_H_

#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"

namespace commons::node {

// What this node's documents say of a TLS key, least first. Thread-safe lookups are injected as
// StandingOf: asked at every handshake and again at every RPC.
enum class Standing {
  kUnknown,  // may not even finish the handshake
  kInvited,  // an address in an invitation that this node follows
  kFounder,  // named in a charter that is not certified yet
  kMember,   // in force, not suspended
};
using StandingOf = std::function<Standing(const PublicKey& tls_key)>;

struct PeerAddress {
  OrgId org;
  PublicKey tls_key;
  std::vector<std::string> endpoints;  // "host:port", tried in order
};

// An organisation to exchange with; never this node's own.
struct Peer {
  PeerAddress address;
  std::string name;  // or the id while its card is unknown
  Standing standing = Standing::kUnknown;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_PEER_PEER_ADDRESS_H_
