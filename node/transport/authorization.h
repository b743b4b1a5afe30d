// Who may call what. Every RPC of every service states it here; a method that is missing from the
// table is refused to everybody (and fails a test).
#ifndef COMMONS_NODE_TRANSPORT_AUTHORIZATION_H_
#define COMMONS_NODE_TRANSPORT_AUTHORIZATION_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "node/peer/peer_address.h"

namespace commons::node {

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
