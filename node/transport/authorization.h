// Who may call what. Every RPC of every service states it here; a method that is missing from the
// table is refused to everybody (and fails a test).
#ifndef COMMONS_NODE_TRANSPORT_AUTHORIZATION_H_
#define COMMONS_NODE_TRANSPORT_AUTHORIZATION_H_

#include <functional>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
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

enum class Caller {
  kLocalUser,   // whoever may open the Unix socket (mode 0660)
  kKnownPeer,   // standing of at least kInvited: documents prove themselves
  kMemberPeer,  // standing kMember
};

struct MethodRule {
  const char* path;  // "/commons.v1.Exchange/Compare"
  Caller caller;
};
absl::Span<const MethodRule> MethodRules();
// nullopt: not in the table.
std::optional<Caller> WhoMayCall(absl::string_view path);
// For the peer server: never true for local methods or unknown paths.
bool PeerMayCall(absl::string_view path, Standing standing);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_AUTHORIZATION_H_
