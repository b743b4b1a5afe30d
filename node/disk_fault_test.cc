// A daemon whose disk stops taking writes: it says so to everybody who asks, and does not pretend.
#include <gmock/gmock.h>
#include <grpcpp/client_context.h>
#include <grpcpp/impl/client_unary_call.h>
#include <grpcpp/impl/rpc_method.h>
#include <grpcpp/support/byte_buffer.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <csignal>
#include <string>

#include "node/daemon_for_test.h"

namespace commons::node {
namespace {

using testing::HasSubstr;

// While one lives no file of this process grows beyond what a log of a started node already is.
class NoGrowth {
 public:
  NoGrowth() {
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit full{512, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &full);
  }
  ~NoGrowth() { setrlimit(RLIMIT_FSIZE, &before_); }
  NoGrowth(const NoGrowth&) = delete;
  NoGrowth& operator=(const NoGrowth&) = delete;

 private:
  rlimit before_;
};

// The bytes of a grpc.health.v1.HealthCheckResponse over local.sock.
std::string Health(DaemonNode& node) {
  const grpc::internal::RpcMethod check("/grpc.health.v1.Health/Check",
                                        grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(20));
  const grpc::ByteBuffer nothing(nullptr, 0);
  grpc::ByteBuffer reply;
  const grpc::Status called = grpc::internal::BlockingUnaryCall<grpc::ByteBuffer, grpc::ByteBuffer>(
      node.channel().get(), check, &context, nothing, &reply);
  EXPECT_TRUE(called.ok()) << called.error_message();
  grpc::Slice bytes;
  EXPECT_TRUE(reply.DumpToSingleSlice(&bytes).ok());
  return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
}

TEST(DiskFault, IsSaidAndEndsTheDaemonWhereOnlyANewStartHelps) {
  SystemClock clock;
  DaemonNode node("auckland", &clock);
  ASSERT_TRUE(node.Start().ok());
  EXPECT_TRUE(node.daemon->WatchDisk().ok());
  EXPECT_EQ(Health(node), "\x08\x01");
  v1::RuleFile founding;
  *founding.add_envelopes() = CharterOf({&node}, clock);
  absl::Status watched;
  {
    const NoGrowth full;
    EXPECT_TRUE(node.Join(founding).has_refusal()) << "nothing is written";
    watched = node.daemon->WatchDisk();
    EXPECT_EQ(Health(node), "\x08\x02") << "NOT_SERVING";
    EXPECT_FALSE(node.Status().caught_up());
    EXPECT_EQ(node.Status().waiting_for(), "this node's disk takes no writes; see its log");
  }
  // RocksDB says which: writes are taken again, or the service manager starts the daemon anew.
  if (watched.ok()) watched = node.daemon->WatchDisk();
  if (watched.ok()) {
    EXPECT_EQ(Health(node), "\x08\x01");
  } else {
    EXPECT_THAT(std::string(watched.message()), HasSubstr("File too large"));
    node.daemon.reset();
    ASSERT_TRUE(node.Start().ok());
  }
  EXPECT_FALSE(node.Join(founding).has_refusal());
}

}  // namespace
}  // namespace commons::node
