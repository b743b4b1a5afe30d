// The border at which exceptions of libraries end: every RPC's work runs inside Guarded.
#ifndef COMMONS_NODE_TRANSPORT_GUARD_H_
#define COMMONS_NODE_TRANSPORT_GUARD_H_

#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <functional>

#include "absl/strings/string_view.h"

namespace commons::node {

// What `work` returns. If it throws: gRPC's INTERNAL, which everybody reads as the reason INTERNAL,
// and one line in the log with the method and the exception's type; its text might hold a value.
grpc::Status Guarded(absl::string_view method, const std::function<grpc::Status()>& work);

// The same for a call that costs something: CANCELLED, and `work` is not run, when the caller has
// gone or the deadline has passed. Nobody waits for that answer; what it reserved would lie idle.
grpc::Status GuardedCall(const grpc::ServerContext& context, absl::string_view method,
                         const std::function<grpc::Status()>& work);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_GUARD_H_
