#include "node/transport/guard.h"

#include <chrono>
#include <exception>
#include <typeinfo>

#include "node/log/log.h"

namespace commons::node {
namespace {

grpc::Status Failed(absl::string_view method, absl::string_view type) {
  Log(LogLevel::kError, "call_failed",
      {{"method", method}, {"reason", "INTERNAL"}, {"exception", type}});
  return {grpc::StatusCode::INTERNAL, "INTERNAL: this node failed; its log names the call"};
}

}  // namespace

grpc::Status Guarded(absl::string_view method, const std::function<grpc::Status()>& work) {
  try {
    return work();
  } catch (const std::exception& exception) {
    return Failed(method, typeid(exception).name());
  } catch (...) {
    return Failed(method, "unknown");
  }
}

grpc::Status GuardedCall(const grpc::ServerContext& context, absl::string_view method,
                         const std::function<grpc::Status()>& work) {
  if (context.IsCancelled() || context.deadline() < std::chrono::system_clock::now()) {
    return {grpc::StatusCode::CANCELLED, "the caller has gone"};
  }
  return Guarded(method, work);
}

}  // namespace commons::node
