#include "node/transport/guard.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server_builder.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "proto/peer_service.grpc.pb.h"

namespace commons::node {
namespace {

// A handler that waits until its caller has gone, or not, before its work begins.
class Exchanges final : public v1::Exchange::Service {
 public:
  grpc::Status Compare(grpc::ServerContext* context, const v1::Envelope*, v1::Envelope*) override {
    waits = true;
    while (!context->IsCancelled()) std::this_thread::yield();
    return Work(*context);
  }
  grpc::Status Pull(grpc::ServerContext* context, const v1::Envelope*, v1::Envelope*) override {
    return Work(*context);
  }
  std::atomic<bool> waits = false;
  std::atomic<int> worked = 0, left = 0;

 private:
  grpc::Status Work(const grpc::ServerContext& context) {
    const grpc::Status status = GuardedCall(context, "Exchange", [&] {
      ++worked;
      return grpc::Status::OK;
    });
    ++left;
    return status;
  }
};

TEST(Guard, NothingIsDoneForACallerThatHasGone) {
  Exchanges service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  grpc::ChannelArguments args;
  args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const auto stub = v1::Exchange::NewStub(grpc::CreateCustomChannel(
      absl::StrCat("127.0.0.1:", port), grpc::InsecureChannelCredentials(), args));
  v1::Envelope reply;
  grpc::ClientContext waits;
  EXPECT_TRUE(stub->Pull(&waits, v1::Envelope(), &reply).ok());
  EXPECT_EQ(service.worked, 1);
  grpc::ClientContext goes;
  std::thread leaves([&] {
    while (!service.waits) std::this_thread::yield();
    goes.TryCancel();
  });
  EXPECT_EQ(stub->Compare(&goes, v1::Envelope(), &reply).error_code(), grpc::StatusCode::CANCELLED);
  leaves.join();
  while (service.left < 2) std::this_thread::yield();
  EXPECT_EQ(service.worked, 1);
}

}  // namespace
}  // namespace commons::node
