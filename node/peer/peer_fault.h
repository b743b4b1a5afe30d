// What goes wrong here while a peer is answered: the peer reads the reason
// (governance::RefusalForPeers), this node's log the words.
#ifndef COMMONS_NODE_PEER_PEER_FAULT_H_
#define COMMONS_NODE_PEER_PEER_FAULT_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/reason.pb.h"

namespace commons::node {

// One line, but so many a minute. kind: of the reply. Thread-safe.
void LogFault(absl::string_view kind, const absl::Status& fault);

// For the reply; a fault is logged.
v1::Refusal RefusalToPeer(absl::string_view kind, const absl::Status& status);

}  // namespace commons::node

#endif  // COMMONS_NODE_PEER_PEER_FAULT_H_
