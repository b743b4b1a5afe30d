// How many fields a message would become, counted on its bytes before any of them is parsed: two
// bytes on the wire may be an empty sub-message of fifty in memory.
#ifndef COMMONS_QUERY_PEER_MESSAGE_FIELDS_H_
#define COMMONS_QUERY_PEER_MESSAGE_FIELDS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace commons::query {

// MALFORMED: not the wire form of a message, groups, or more fields than
// limits::kPeerMessageFields, those of sub-messages at any depth counted too.
absl::Status CheckFieldCount(const google::protobuf::Descriptor& type, absl::string_view bytes);

}  // namespace commons::query

#endif  // COMMONS_QUERY_PEER_MESSAGE_FIELDS_H_
