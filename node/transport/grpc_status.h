// The border between gRPC's statuses and ours: one function each way, for every code.
#ifndef COMMONS_NODE_TRANSPORT_GRPC_STATUS_H_
#define COMMONS_NODE_TRANSPORT_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace commons::node {

// `what` names the call, for example "waikato: Propose". A peer's text is cut to 200 bytes.
absl::Status FromGrpc(const grpc::Status& status, absl::string_view what);
grpc::Status ToGrpc(const absl::Status& status);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_GRPC_STATUS_H_
