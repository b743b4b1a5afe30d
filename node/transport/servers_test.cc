// The two servers: what they refuse whole, and the socket that local clients find.
#include "node/transport/servers.h"

#include <fcntl.h>
#include <grpc/compression.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/limits.h"
#include "base/node_files.h"
#include "base/temp_dir_for_test.h"
#include "crypto/tls/x509.h"
#include "gtest/gtest.h"
#include "node/edge/http2/http2_for_test.h"
#include "node/transport/tls_for_test.h"
#include "node/transport/transport_for_test.h"
#include "proto/local_service.grpc.pb.h"

namespace commons::node {
namespace {

using PeerServerTest = TransportFixture;

TEST_F(PeerServerTest, WhatAHandlerThrowsIsAnEnumeratedErrorAndOneLineWithoutItsText) {
  const auto throwing = Serve(server_, [](PeerMethod method, const v1::Envelope&) -> v1::Envelope {
    if (method == PeerMethod::kPull) throw 7;
    throw std::runtime_error("ZQX7731");
  });
  const PeerAddress there = AddressOf(server_, **throwing);
  for (const PeerMethod method : {PeerMethod::kCompare, PeerMethod::kPull}) {
    testing::internal::CaptureStderr();
    const auto reply = client_.channels.Call(there, method, Message("x"), kPatience);
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kInternal) << reply.status();
    EXPECT_TRUE(absl::StrContains(reply.status().message(), "INTERNAL")) << reply.status();
    EXPECT_FALSE(absl::StrContains(reply.status().message(), "ZQX7731"));
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
    EXPECT_TRUE(absl::StrContains(log, absl::StrCat("method=", PeerMethodName(method)))) << log;
    EXPECT_FALSE(absl::StrContains(log, "ZQX7731")) << log;
  }
}

// Also those whose callers have gone: their threads are still at work.
TEST_F(PeerServerTest, OnePeersCallsDoNotTakeTheThreadsOfOthers) {
  absl::Notification go_on;
  std::atomic<size_t> entered = 0;
  const auto slow = Serve(server_, [&](PeerMethod method, const v1::Envelope& request) {
    if (method != PeerMethod::kSeal) return request;
    ++entered;
    go_on.WaitForNotification();
    return request;
  });
  ASSERT_TRUE(slow.ok()) << slow.status();
  const PeerAddress there = AddressOf(server_, **slow);
  const auto ask = [&](TransportNode& from) {
    return from.channels.Call(there, PeerMethod::kCompare, Message("x"), absl::Seconds(5)).status();
  };
  TransportNode other(&clock_);
  Introduce(other, server_);
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  const auto stub = v1::Aggregation::NewStub(grpc::CreateChannel(
      there.endpoints[0], CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                          identity->certificate_pem)));
  std::vector<grpc::ClientContext> contexts(limits::kPeerCallsInHandEach);
  std::vector<std::thread> callers;
  for (grpc::ClientContext& context : contexts) {
    callers.emplace_back([&] {
      v1::Envelope reply;
      EXPECT_EQ(stub->Seal(&context, Message("x"), &reply).error_code(),
                grpc::StatusCode::CANCELLED);
    });
  }
  while (entered < contexts.size()) std::this_thread::yield();
  for (grpc::ClientContext& context : contexts) context.TryCancel();
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(absl::IsResourceExhausted(ask(client_))) << ask(client_);
  EXPECT_TRUE(ask(other).ok());
  go_on.Notify();
  const absl::Time patience = absl::Now() + absl::Seconds(20);
  while (!ask(client_).ok() && absl::Now() < patience) std::this_thread::yield();
  EXPECT_TRUE(ask(client_).ok());
}

TEST_F(PeerServerTest, SecondServerOnThePortIsRefused) {
  EXPECT_EQ(Serve(server_, Echo, endpoint()).status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Ask(client_).ok());
}

TEST_F(PeerServerTest, OversizedMessageIsRefusedAndTheServerLives) {
  const v1::Envelope big = Message(std::string(limits::kPeerMessageBytes + 1, 'x'));
  auto reply = client_.channels.Call(address(), PeerMethod::kPush, big, kPatience);
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kResourceExhausted);
  // And from a client without our own limit on sending.
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  auto stub = v1::Exchange::NewStub(grpc::CreateChannel(
      endpoint(), CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                  identity->certificate_pem)));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  v1::Envelope ignored;
  EXPECT_EQ(stub->Push(&context, big, &ignored).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(calls_, 0);
  EXPECT_TRUE(Ask(client_).ok());
}

// However well it compresses: what it would grow to is not known before it has grown.
TEST_F(PeerServerTest, CompressedMessageIsRefused) {
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  auto stub = v1::Exchange::NewStub(grpc::CreateChannel(
      endpoint(), CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                  identity->certificate_pem)));
  for (const auto algorithm : {GRPC_COMPRESS_GZIP, GRPC_COMPRESS_DEFLATE}) {
    grpc::ClientContext context;
    context.set_compression_algorithm(algorithm);
    context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    v1::Envelope ignored;
    EXPECT_EQ(stub->Push(&context, Message(std::string(100'000, 'x')), &ignored).error_code(),
              grpc::StatusCode::UNIMPLEMENTED);
  }
  EXPECT_EQ(calls_, 0);
  EXPECT_TRUE(Ask(client_).ok());
}

class OneAdmin final : public v1::Admin::Service {
  grpc::Status Status(grpc::ServerContext*, const v1::StatusRequest*,
                      v1::StatusReply* reply) override {
    reply->set_member("auckland");
    return grpc::Status::OK;
  }
};

TEST(LocalSocket, WorksInADirectoryWithALongName) {
  const TempDir root;
  const std::filesystem::path dir = root / std::string(150, 'd');
  std::filesystem::create_directory(dir);
  OneAdmin admin;
  {
    auto server = LocalServer::Start(dir, {&admin});
    ASSERT_TRUE(server.ok()) << server.status();
    struct stat info;
    ASSERT_EQ(stat(node_files::Path(dir.string(), node_files::kSocket).c_str(), &info), 0);
    EXPECT_TRUE(S_ISSOCK(info.st_mode));
    EXPECT_EQ(info.st_mode & 07777, 0660u);

    const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY);
    auto stub = v1::Admin::NewStub(
        grpc::CreateChannel(absl::StrCat("unix:/proc/self/fd/", fd, "/", node_files::kSocket),
                            grpc::experimental::LocalCredentials(UDS)));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    v1::StatusReply reply;
    const grpc::Status status = stub->Status(&context, {}, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.member(), "auckland");
    grpc::ClientContext compressed;
    compressed.set_compression_algorithm(GRPC_COMPRESS_GZIP);
    compressed.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    v1::StatusRequest large;
    large.GetReflection()->MutableUnknownFields(&large)->AddLengthDelimited(
        99, std::string(100'000, 'x'));
    EXPECT_EQ(stub->Status(&compressed, large, &reply).error_code(),
              grpc::StatusCode::UNIMPLEMENTED);
    close(fd);
  }
  EXPECT_FALSE(std::filesystem::exists(node_files::Path(dir.string(), node_files::kSocket)));
}

// Shown without HangUp: it took 10 s of the daemon's end, or until the client looked.
TEST(LocalSocket, AClientThatOnlyHoldsAConnectionHoldsUpNoEnd) {
  const TempDir dir;
  OneAdmin admin;
  auto server = LocalServer::Start(dir.path(), {&admin});
  ASSERT_TRUE(server.ok()) << server.status();
  const int idle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  node_files::Path(dir.path(), node_files::kSocket)
      .copy(address.sun_path, sizeof(address.sun_path) - 1);
  ASSERT_EQ(connect(idle, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  const std::string hello = absl::StrCat(kClientPreface, Frame(FrameType::kSettings));
  ASSERT_EQ(send(idle, hello.data(), hello.size(), 0), static_cast<ssize_t>(hello.size()));
  char byte = 0;
  ASSERT_EQ(recv(idle, &byte, 1, 0), 1) << "it came in";
  const absl::Time begun = absl::Now();
  (*server)->Shutdown(absl::Minutes(10));
  EXPECT_LT(absl::Now() - begun, absl::Seconds(15));
  close(idle);
}

class SlowAdmin final : public v1::Admin::Service {
 public:
  std::atomic<bool> called = false;
  std::atomic<bool> may_end = false;

 private:
  grpc::Status Status(grpc::ServerContext*, const v1::StatusRequest*,
                      v1::StatusReply* reply) override {
    called = true;
    while (!may_end) absl::SleepFor(absl::Milliseconds(1));
    reply->set_member(std::string(1 << 20, 'x'));
    return grpc::Status::OK;
  }
};

// Shown by hanging up at once: the client's call is UNAVAILABLE.
TEST(LocalSocket, ACallUnderWayHasItsReplyBeforeTheEnd) {
  const TempDir dir;
  SlowAdmin admin;
  auto server = LocalServer::Start(dir.path(), {&admin});
  ASSERT_TRUE(server.ok()) << server.status();
  const std::string path = node_files::Path(dir.path(), node_files::kSocket);
  std::thread client([&] {
    auto stub = v1::Admin::NewStub(grpc::CreateChannel(absl::StrCat("unix:", path),
                                                       grpc::experimental::LocalCredentials(UDS)));
    grpc::ClientContext context;
    v1::StatusReply reply;
    const grpc::Status status = stub->Status(&context, {}, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.member().size(), size_t{1} << 20);
  });
  while (!admin.called) absl::SleepFor(absl::Milliseconds(1));
  std::thread end([&] { (*server)->Shutdown(absl::Minutes(10)); });
  while (std::filesystem::exists(path)) absl::SleepFor(absl::Milliseconds(1));
  admin.may_end = true;
  client.join();
  end.join();
}

TEST(LocalSocket, MissingDirectoryIsAnError) {
  OneAdmin admin;
  EXPECT_EQ(LocalServer::Start("/nonexistent", {&admin}).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace commons::node
