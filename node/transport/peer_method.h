// What one node may ask of another: Envelope in, Envelope out (proto/peer_service.proto).
#ifndef COMMONS_NODE_TRANSPORT_PEER_METHOD_H_
#define COMMONS_NODE_TRANSPORT_PEER_METHOD_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace commons::node {

enum class PeerMethod { kCompare, kPull, kPush, kPreview, kPropose, kSeal, kSubmit, kPublish };
inline constexpr size_t kPeerMethods = 8;

absl::string_view PeerMethodName(PeerMethod method);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_PEER_METHOD_H_
