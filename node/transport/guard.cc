#include "node/transport/guard.h"

#include <exception>
#include <typeinfo>

#include "node/log.h"

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

}  // namespace commons::node
