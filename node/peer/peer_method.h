// What one node may ask of another: Envelope in, Envelope out (proto/peer_service.proto).
#ifndef COMMONS_NODE_PEER_PEER_METHOD_H_
#define COMMONS_NODE_PEER_PEER_METHOD_H_

#include <cstddef>
#include <functional>

#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::node {

enum class PeerMethod { kCompare, kPull, kPush, kPreview, kPropose, kSeal, kSubmit, kPublish };
inline constexpr size_t kPeerMethods = 8;

// "Compare"; lives as long as the program, as does the path "/commons.v1.Exchange/Compare".
const char* PeerMethodName(PeerMethod method);
const char* PeerMethodPath(PeerMethod method);
// Whether the same message has the same effect and answer when it arrives again. A proposal is
// refused as seen before, and after a publication the question is forgotten.
bool MayComeTwice(PeerMethod method);

// Handles one peer message; called from several threads at once, and only while somebody waits for
// the answer. Refusals are replies; what it throws becomes INTERNAL (transport/guard.h).
using PeerHandler = std::function<v1::Envelope(PeerMethod method, const v1::Envelope& request)>;

}  // namespace commons::node

#endif  // COMMONS_NODE_PEER_PEER_METHOD_H_
