// The border from gRPC's statuses to ours: one function, for every code.
#ifndef COMMONS_NODE_TRANSPORT_GRPC_STATUS_H_
#define COMMONS_NODE_TRANSPORT_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace commons::node {

// `what` names the call, for example "waikato: Propose". A peer's text is one line, cut to 200
// bytes.
absl::Status FromGrpc(const grpc::Status& status, absl::string_view what);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_GRPC_STATUS_H_
