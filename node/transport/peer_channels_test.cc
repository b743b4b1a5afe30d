// Calls to peers that are away, slow, back again, or behind a proxy that nobody named.
#include "node/transport/peer_channels.h"

#include <grpc/compression.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <cstdlib>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "node/transport/tls_for_test.h"
#include "node/transport/transport_for_test.h"
#include "node/transport/wire_for_test.h"

namespace commons::node {
namespace {

using PeerChannelsTest = TransportFixture;

TEST_F(PeerChannelsTest, NobodyAtTheAddressIsSaidInPlainWords) {
  const PeerAddress nobody = {OrgId(), server_.key.public_key(), {"127.0.0.1:1"}};
  const auto reply = client_.channels.Call(nobody, PeerMethod::kCompare, Message("x"), kPatience);
  EXPECT_EQ(reply.status(), absl::UnavailableError("127.0.0.1:1 does not answer"));
}

TEST_F(PeerChannelsTest, EnvironmentProxyChangesNothing) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("https_proxy", "http://127.0.0.1:1", 1);
  EXPECT_TRUE(Ask(client_).ok());
  // The same address through a proxy that the configuration names does try it.
  PeerChannels proxied(*client_.certificate, client_.known.lookup(), &clock_,
                       {.http_proxy = "http://127.0.0.1:1"});
  const auto reply = proxied.Call(address(), PeerMethod::kCompare, Message("x"), kPatience);
  EXPECT_TRUE(absl::IsUnavailable(reply.status())) << reply.status();
  unsetenv("http_proxy");
  unsetenv("https_proxy");
}

TEST_F(PeerChannelsTest, NextEndpointIsTriedWhenOneIsDead) {
  PeerAddress peer = address();
  peer.endpoints.insert(peer.endpoints.begin(), "127.0.0.1:1");
  EXPECT_TRUE(client_.channels.Call(peer, PeerMethod::kCompare, Message("x"), kPatience).ok());
}

// Dialled one after the other, the deadline would end at the address that says nothing.
TEST_F(PeerChannelsTest, AnAddressThatSwallowsEverythingHidesNoOther) {
  const SilentPort silent, more_silent;
  PeerAddress peer = address();
  peer.endpoints.insert(peer.endpoints.begin(), {silent.endpoint(), more_silent.endpoint()});
  for (int call = 0; call < 3; ++call) {
    const auto reply =
        client_.channels.Call(peer, PeerMethod::kCompare, Message("x"), absl::Seconds(20));
    EXPECT_TRUE(reply.ok()) << reply.status();
  }
  peer.endpoints = {silent.endpoint(), more_silent.endpoint()};
  const auto nobody =
      client_.channels.Call(peer, PeerMethod::kCompare, Message("x"), absl::Milliseconds(200));
  EXPECT_EQ(nobody.status(), absl::DeadlineExceededError("none of 2 addresses answered in time"));
}

// A connection that is reset once costs no answer, where the same message may come twice.
TEST_F(PeerChannelsTest, AConnectionThatBreaksIsReplacedOnce) {
  Wire wire(listening_->port());
  const PeerAddress peer = {OrgId(), server_.key.public_key(), {wire.endpoint()}};
  const auto call = [&](PeerMethod method) {
    return client_.channels.Call(peer, method, Message("x"), kPatience).status();
  };
  ASSERT_TRUE(call(PeerMethod::kCompare).ok());
  int resets = 0;
  for (const PeerMethod method : {PeerMethod::kCompare, PeerMethod::kPull, PeerMethod::kPush,
                                  PeerMethod::kPreview, PeerMethod::kSeal, PeerMethod::kSubmit}) {
    wire.ResetAtNextWord();
    EXPECT_EQ(call(method), absl::OkStatus()) << PeerMethodName(method);
    EXPECT_EQ(wire.resets(), ++resets);
  }
  for (const PeerMethod method : {PeerMethod::kPropose, PeerMethod::kPublish}) {
    wire.ResetAtNextWord();
    EXPECT_TRUE(absl::IsUnavailable(call(method))) << PeerMethodName(method);
    EXPECT_EQ(wire.resets(), ++resets);
    EXPECT_EQ(call(PeerMethod::kCompare), absl::OkStatus()) << PeerMethodName(method);
  }
}

// What a call costs on the wire beyond its messages: TLS records, frames and headers of HTTP/2. The
// connection stays, so that nothing of a handshake is in it.
TEST_F(PeerChannelsTest, ACallOnAKeptConnectionCostsFewBytesBeyondItsMessages) {
  const auto echo = Serve(server_, Echo);
  Wire wire((*echo)->port());
  const PeerAddress peer = {OrgId(), server_.key.public_key(), {wire.endpoint()}};
  const v1::Envelope message = Message(std::string(80, 'x'));
  constexpr int kCalls = 50;
  size_t before = 0;
  for (int call = -2; call < kCalls; ++call) {
    if (call == 0) before = wire.bytes();
    ASSERT_TRUE(client_.channels.Call(peer, PeerMethod::kCompare, message, kPatience).ok());
  }
  const double beyond = static_cast<double>(wire.bytes() - before) / kCalls -
                        2.0 * static_cast<double>(message.ByteSizeLong());
  RecordProperty("bytes_beyond", absl::StrCat(beyond));
  EXPECT_LT(beyond, 200);  // 151 with gRPC 1.51
}

TEST_F(PeerChannelsTest, ARestartedPeerIsFoundByTheFirstCall) {
  ASSERT_TRUE(Ask(client_).ok());
  const PeerAddress peer = address();
  const auto call = [&] {
    return client_.channels.Call(peer, PeerMethod::kCompare, Message("x"), absl::Seconds(60));
  };
  for (int calls_while_away = 1; calls_while_away < 8; ++calls_while_away) {
    listening_.reset();
    for (int i = 0; i < calls_while_away; ++i) EXPECT_TRUE(absl::IsUnavailable(call().status()));
    Start(peer.endpoints[0]);
    EXPECT_TRUE(call().ok()) << "after " << calls_while_away;
  }
}

TEST_F(PeerChannelsTest, ACallNeverOutlivesItsDeadline) {
  std::atomic<bool> let_go = false;
  const auto slow = Serve(server_, [&](PeerMethod, const v1::Envelope& request) {
    while (!let_go) std::this_thread::yield();
    return request;
  });
  const auto reply = client_.channels.Call(AddressOf(server_, **slow), PeerMethod::kCompare,
                                           Message("x"), absl::Milliseconds(200));
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kDeadlineExceeded);
  let_go = true;
}

// A peer that answers everything compressed.
class Compressor final : public v1::Exchange::Service {
  grpc::Status Compare(grpc::ServerContext* context, const v1::Envelope*,
                       v1::Envelope* reply) override {
    context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
    reply->set_payload(std::string(100'000, 'x'));
    return grpc::Status::OK;
  }
};

TEST_F(PeerChannelsTest, CompressedReplyIsRefused) {
  Compressor service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", CredulousServer(*server_.certificate->latest()), &port);
  builder.RegisterService(&service);
  const auto server = builder.BuildAndStart();
  const PeerAddress there = {OrgId(), server_.key.public_key(), {absl::StrCat("127.0.0.1:", port)}};
  const auto reply = client_.channels.Call(there, PeerMethod::kCompare, Message("x"), kPatience);
  // gRPC says so, or hands the bytes on as they are.
  EXPECT_TRUE(absl::IsUnimplemented(reply.status()) || absl::IsInternal(reply.status()))
      << reply.status();
}

}  // namespace
}  // namespace commons::node
