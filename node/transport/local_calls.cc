#include "node/transport/local_calls.h"

#include <grpcpp/support/interceptor.h>
#include <grpcpp/support/server_interceptor.h>

#include <memory>
#include <utility>
#include <vector>

namespace commons::node {

// One for each call. gRPC lets go of it once the status was written to the socket.
class LocalCalls::Counted : public grpc::experimental::Interceptor {
 public:
  explicit Counted(LocalCalls* calls) : calls_(calls) { calls_->Begin(); }
  ~Counted() override { calls_->End(); }
  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    methods->Proceed();
  }

 private:
  LocalCalls* const calls_;
};

class LocalCalls::Factory : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Factory(LocalCalls* calls) : calls_(calls) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo*) override {
    return new Counted(calls_);
  }

 private:
  LocalCalls* const calls_;
};

void LocalCalls::CountThoseOf(grpc::ServerBuilder& builder) {
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
  creators.push_back(std::make_unique<Factory>(this));
  builder.experimental().SetInterceptorCreators(std::move(creators));
}

void LocalCalls::Begin() {
  std::lock_guard lock(mu_);
  ++under_way_;
}

void LocalCalls::End() {
  std::lock_guard lock(mu_);
  if (--under_way_ == 0 && then_) then_();
}

void LocalCalls::WhenNone(std::function<void()> then) {
  std::lock_guard lock(mu_);
  then_ = std::move(then);
  if (under_way_ == 0 && then_) then_();
}

}  // namespace commons::node
