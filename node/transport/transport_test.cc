// Who gets through the pinned TLS and who does not. Every refusal is a real connection that fails.
#include <fcntl.h>
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "crypto/x509.h"
#include "node/transport/guard.h"
#include "node/transport/peer_channels.h"
#include "node/transport/servers.h"
#include "node/transport/tls_for_test.h"
#include "proto/local_service.grpc.pb.h"
#include "proto/peer_service.grpc.pb.h"

namespace commons::node {
namespace {

using crypto::SigningKey;

// gRPC reads the environment once, so before any test.
const bool prepared = [] {
  PrepareGrpcEnvironment();
  return true;
}();

// Who is known, as the register would say; changes at once.
class Known {
 public:
  void Set(const PublicKey& key, Standing standing) {
    std::lock_guard lock(mu_);
    standing_[key] = standing;
  }
  StandingOf lookup() {
    return [this](const PublicKey& key) {
      std::lock_guard lock(mu_);
      const auto it = standing_.find(key);
      return it == standing_.end() ? Standing::kUnknown : it->second;
    };
  }

 private:
  std::mutex mu_;
  std::map<PublicKey, Standing> standing_;
};

struct Node {
  explicit Node(const Clock* clock, absl::Time minted_at, unsigned refresh_s = 60)
      : key(SigningKey::Generate(crypto::SystemRandom())),
        certificate(*OwnCertificate::Create(key, minted_at, refresh_s)),
        channels(*certificate, known.lookup(), clock, {}) {}
  explicit Node(const Clock* clock) : Node(clock, clock->Now()) {}

  SigningKey key;
  Known known;
  std::unique_ptr<OwnCertificate> certificate;
  PeerChannels channels;
};

v1::Envelope Message(const std::string& text) {
  v1::Envelope message;
  message.set_payload(text);
  return message;
}

class Transport : public testing::Test {
 protected:
  void SetUp() override {
    Introduce(client_, server_);
    Start("127.0.0.1:0");
  }
  void TearDown() override {
    if (listening_ != nullptr) listening_->Shutdown(absl::ZeroDuration());
  }
  static void Introduce(Node& a, Node& b) {
    a.known.Set(b.key.public_key(), Standing::kMember);
    b.known.Set(a.key.public_key(), Standing::kMember);
  }
  void Start(const std::string& listen) {
    auto started = PeerServer::Start(
        listen, PeerServerCredentials(*server_.certificate, server_.known.lookup(), &clock_),
        [this](PeerMethod method, const v1::Envelope& request) {
          ++calls_;
          return Message(absl::StrCat(PeerMethodName(method), ":", request.payload()));
        });
    ASSERT_TRUE(started.ok()) << started.status();
    listening_ = *std::move(started);
  }
  std::string endpoint() const { return absl::StrCat("127.0.0.1:", listening_->port()); }
  PeerAddress address() const { return {OrgId(), server_.key.public_key(), {endpoint()}}; }
  absl::StatusOr<v1::Envelope> Ask(Node& from, PeerMethod method = PeerMethod::kCompare) {
    return from.channels.Call(address(), method, Message("kia ora"), absl::Seconds(5));
  }
  // A call that must fail, over credentials of the test's own making.
  grpc::Status AskWith(std::shared_ptr<grpc::ChannelCredentials> credentials) {
    grpc::ChannelArguments args;
    args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    auto stub =
        v1::Exchange::NewStub(grpc::CreateCustomChannel(endpoint(), std::move(credentials), args));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    v1::Envelope reply;
    return stub->Compare(&context, Message("kia ora"), &reply);
  }

  SystemClock clock_;
  Node client_{&clock_};
  Node server_{&clock_};
  std::atomic<int> calls_ = 0;
  std::unique_ptr<PeerServer> listening_;
};

TEST_F(Transport, MembersThatKnowEachOtherTalk) {
  for (size_t i = 0; i < kPeerMethods; ++i) {
    const auto method = static_cast<PeerMethod>(i);
    auto reply = Ask(client_, method);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->payload(), absl::StrCat(PeerMethodName(method), ":kia ora"));
  }
}

TEST_F(Transport, TheCredulousClientItselfGetsThroughWithAKnownKey) {
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  EXPECT_TRUE(AskWith(CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                      identity->certificate_pem))
                  .ok());
}

TEST_F(Transport, UnknownClientIsRefused) {
  Node stranger(&clock_);
  stranger.known.Set(server_.key.public_key(), Standing::kMember);
  EXPECT_EQ(Ask(stranger).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls_, 0);
}

TEST_F(Transport, UnknownServerIsRefused) {
  client_.known.Set(server_.key.public_key(), Standing::kUnknown);
  EXPECT_EQ(Ask(client_).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls_, 0);
}

TEST_F(Transport, AnotherMemberAtThePinnedAddressIsRefused) {
  Node other(&clock_);
  Introduce(client_, other);
  const PeerAddress wrong = {OrgId(), other.key.public_key(), {endpoint()}};
  auto reply = client_.channels.Call(wrong, PeerMethod::kCompare, Message("x"), absl::Seconds(5));
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StrContains(reply.status().message(), "not the pinned one")) << reply.status();
  EXPECT_EQ(calls_, 0);
}

TEST_F(Transport, NobodyAtTheAddressIsSaidInPlainWords) {
  const PeerAddress nobody = {OrgId(), server_.key.public_key(), {"127.0.0.1:1"}};
  const auto reply =
      client_.channels.Call(nobody, PeerMethod::kCompare, Message("x"), absl::Seconds(5));
  EXPECT_EQ(reply.status(), absl::UnavailableError("127.0.0.1:1 does not answer"));
}

TEST_F(Transport, ClientWithoutCertificateIsRefused) {
  const auto roots = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  EXPECT_FALSE(AskWith(CredulousClient("", "", roots->certificate_pem)).ok());
  EXPECT_EQ(calls_, 0);
}

TEST_F(Transport, ExpiredCertificateIsRefusedOnBothSides) {
  const auto old =
      crypto::MintTlsIdentity(client_.key, clock_.Now() - absl::Hours(2), absl::Hours(1));
  EXPECT_FALSE(
      AskWith(CredulousClient(old->private_key_pem, old->certificate_pem, old->certificate_pem))
          .ok());
  EXPECT_EQ(calls_, 0);

  Node late(&clock_, clock_.Now() - absl::Hours(24 * 31));
  Introduce(client_, late);
  auto server = PeerServer::Start(
      "127.0.0.1:0", PeerServerCredentials(*late.certificate, late.known.lookup(), &clock_),
      [](PeerMethod, const v1::Envelope& request) { return request; });
  const PeerAddress there = {
      OrgId(), late.key.public_key(), {absl::StrCat("127.0.0.1:", (*server)->port())}};
  auto reply = client_.channels.Call(there, PeerMethod::kCompare, Message("x"), absl::Seconds(5));
  EXPECT_TRUE(absl::StrContains(reply.status().message(), "expired")) << reply.status();
}

TEST_F(Transport, OtherKeyTypesAreRefused) {
  const crypto::TlsIdentity p256 = P256Identity();
  EXPECT_FALSE(
      AskWith(CredulousClient(p256.private_key_pem, p256.certificate_pem, p256.certificate_pem))
          .ok());
  EXPECT_EQ(calls_, 0);
}

TEST_F(Transport, PlaintextIsRefused) {
  EXPECT_FALSE(AskWith(grpc::InsecureChannelCredentials()).ok());
  EXPECT_EQ(calls_, 0);
}

TEST_F(Transport, OnlyTls13) {
  EXPECT_TRUE(HandshakeWith(listening_->port(), client_.key, TLS1_3_VERSION));
  EXPECT_FALSE(HandshakeWith(listening_->port(), client_.key, TLS1_2_VERSION));
}

TEST_F(Transport, RemovalFromTheRegisterActsOnALiveConnection) {
  ASSERT_TRUE(Ask(client_).ok());
  server_.known.Set(client_.key.public_key(), Standing::kUnknown);
  EXPECT_EQ(Ask(client_).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(calls_, 1);
  server_.known.Set(client_.key.public_key(), Standing::kMember);
  EXPECT_TRUE(Ask(client_).ok());
}

TEST_F(Transport, StandingDecidesWhatAPeerMayCall) {
  server_.known.Set(client_.key.public_key(), Standing::kFounder);
  EXPECT_TRUE(Ask(client_, PeerMethod::kPull).ok());
  EXPECT_EQ(Ask(client_, PeerMethod::kPropose).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(Transport, LocalServicesAreNotOnThePeerServer) {
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  auto channel = grpc::CreateChannel(
      endpoint(), CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                  identity->certificate_pem));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
  v1::StatusReply reply;
  EXPECT_FALSE(v1::Admin::NewStub(channel)->Status(&context, {}, &reply).ok());
}

TEST_F(Transport, EnvironmentProxyChangesNothing) {
  setenv("http_proxy", "http://127.0.0.1:1", 1);
  setenv("https_proxy", "http://127.0.0.1:1", 1);
  EXPECT_TRUE(Ask(client_).ok());
  // The same address through a proxy that the configuration names does try it.
  PeerChannels proxied(*client_.certificate, client_.known.lookup(), &clock_,
                       {.http_proxy = "http://127.0.0.1:1"});
  EXPECT_FALSE(proxied.Call(address(), PeerMethod::kCompare, Message("x"), absl::Seconds(2)).ok());
  unsetenv("http_proxy");
  unsetenv("https_proxy");
}

TEST_F(Transport, WhatAHandlerThrowsIsAnEnumeratedErrorAndOneLineWithoutItsText) {
  auto throwing = PeerServer::Start(
      "127.0.0.1:0", PeerServerCredentials(*server_.certificate, server_.known.lookup(), &clock_),
      [](PeerMethod method, const v1::Envelope&) -> v1::Envelope {
        if (method == PeerMethod::kPull) throw 7;
        throw std::runtime_error("ZQX7731");
      });
  const PeerAddress there = {
      OrgId(), server_.key.public_key(), {absl::StrCat("127.0.0.1:", (*throwing)->port())}};
  for (const PeerMethod method : {PeerMethod::kCompare, PeerMethod::kPull}) {
    testing::internal::CaptureStderr();
    const auto reply = client_.channels.Call(there, method, Message("x"), absl::Seconds(5));
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_EQ(reply.status().code(), absl::StatusCode::kInternal) << reply.status();
    EXPECT_TRUE(absl::StrContains(reply.status().message(), "INTERNAL")) << reply.status();
    EXPECT_FALSE(absl::StrContains(reply.status().message(), "ZQX7731"));
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), 1) << log;
    EXPECT_TRUE(absl::StrContains(log, absl::StrCat("method=", PeerMethodName(method)))) << log;
    EXPECT_FALSE(absl::StrContains(log, "ZQX7731")) << log;
  }
}

TEST_F(Transport, StrangersDoNotFillTheLog) {
  Node stranger(&clock_);
  stranger.known.Set(server_.key.public_key(), Standing::kMember);
  const auto identity = crypto::MintTlsIdentity(stranger.key, clock_.Now(), absl::Hours(1));
  testing::internal::CaptureStderr();
  for (int i = 0; i < 60; ++i) {
    EXPECT_FALSE(AskWith(CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                         identity->certificate_pem))
                     .ok());
  }
  const std::vector<std::string> lines =
      absl::StrSplit(testing::internal::GetCapturedStderr(), '\n');
  const auto refusals = std::count_if(lines.begin(), lines.end(), [](const std::string& line) {
    return absl::StrContains(line, "event=peer_refused");
  });
  EXPECT_GT(refusals, 0);
  EXPECT_LE(refusals, 40) << "twenty a minute, and a minute may end meanwhile";
}

TEST_F(Transport, SecondServerOnThePortIsRefused) {
  auto second = PeerServer::Start(
      endpoint(), PeerServerCredentials(*server_.certificate, server_.known.lookup(), &clock_),
      [](PeerMethod, const v1::Envelope& request) { return request; });
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(Ask(client_).ok());
}

TEST_F(Transport, OversizedMessageIsRefusedAndTheServerLives) {
  const v1::Envelope big = Message(std::string(limits::kPeerMessageBytes + 1, 'x'));
  auto reply = client_.channels.Call(address(), PeerMethod::kPush, big, absl::Seconds(5));
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kResourceExhausted);
  // And from a client without our own limit on sending.
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  auto stub = v1::Exchange::NewStub(grpc::CreateChannel(
      endpoint(), CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                  identity->certificate_pem)));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
  v1::Envelope ignored;
  EXPECT_EQ(stub->Push(&context, big, &ignored).error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(calls_, 0);
  EXPECT_TRUE(Ask(client_).ok());
}

TEST_F(Transport, NextEndpointIsTriedWhenOneIsDead) {
  PeerAddress peer = address();
  peer.endpoints.insert(peer.endpoints.begin(), "127.0.0.1:1");
  EXPECT_TRUE(
      client_.channels.Call(peer, PeerMethod::kCompare, Message("x"), absl::Seconds(5)).ok());
}

TEST_F(Transport, ARestartedPeerIsFoundAgain) {
  ASSERT_TRUE(Ask(client_).ok());
  const std::string where = endpoint();
  listening_.reset();
  EXPECT_FALSE(client_.channels
                   .Call({OrgId(), server_.key.public_key(), {where}}, PeerMethod::kCompare,
                         Message("x"), absl::Seconds(1))
                   .ok());
  Start(where);
  const absl::Time deadline = absl::Now() + absl::Seconds(20);
  while (!Ask(client_).ok()) ASSERT_LT(absl::Now(), deadline);
}

TEST_F(Transport, ACallNeverOutlivesItsDeadline) {
  std::atomic<bool> let_go = false;
  auto slow = PeerServer::Start(
      "127.0.0.1:0", PeerServerCredentials(*server_.certificate, server_.known.lookup(), &clock_),
      [&](PeerMethod, const v1::Envelope& request) {
        while (!let_go) std::this_thread::yield();
        return request;
      });
  const PeerAddress there = {
      OrgId(), server_.key.public_key(), {absl::StrCat("127.0.0.1:", (*slow)->port())}};
  auto reply =
      client_.channels.Call(there, PeerMethod::kCompare, Message("x"), absl::Milliseconds(200));
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kDeadlineExceeded);
  let_go = true;
}

TEST_F(Transport, ARenewedCertificateReachesNewConnections) {
  // Minted so long ago that it has expired; the renewed one is picked up without a restart.
  Node late(&clock_, clock_.Now() - absl::Hours(24 * 31), /*refresh_s=*/1);
  Introduce(client_, late);
  auto server = PeerServer::Start(
      "127.0.0.1:0", PeerServerCredentials(*late.certificate, late.known.lookup(), &clock_),
      [](PeerMethod, const v1::Envelope& request) { return request; });
  const PeerAddress there = {
      OrgId(), late.key.public_key(), {absl::StrCat("127.0.0.1:", (*server)->port())}};
  auto call = [&] {
    return client_.channels.Call(there, PeerMethod::kCompare, Message("x"), absl::Seconds(2)).ok();
  };
  ASSERT_FALSE(call());
  ASSERT_TRUE(late.certificate->Renew(clock_.Now()).ok());
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!call()) ASSERT_LT(absl::Now(), deadline);
}

// A handler that waits until its caller has gone, or not, before its work begins.
class Exchanges final : public v1::Exchange::Service {
 public:
  grpc::Status Compare(grpc::ServerContext* context, const v1::Envelope*, v1::Envelope*) override {
    while (!context->IsCancelled()) std::this_thread::yield();
    return Work(*context);
  }
  grpc::Status Pull(grpc::ServerContext* context, const v1::Envelope*, v1::Envelope*) override {
    return Work(*context);
  }
  std::atomic<int> entered = 0, worked = 0;

 private:
  grpc::Status Work(const grpc::ServerContext& context) {
    const grpc::Status status = GuardedCall(context, "Exchange", [&] {
      ++worked;
      return grpc::Status::OK;
    });
    ++entered;
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
  EXPECT_TRUE(stub->Pull(&waits, Message("x"), &reply).ok());
  EXPECT_EQ(service.worked, 1);
  grpc::ClientContext goes;
  goes.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(100));
  EXPECT_FALSE(stub->Compare(&goes, Message("x"), &reply).ok());
  while (service.entered < 2) std::this_thread::yield();
  EXPECT_EQ(service.worked, 1);
}

// ---- the local socket ----

class OneAdmin final : public v1::Admin::Service {
  grpc::Status Status(grpc::ServerContext*, const v1::StatusRequest*,
                      v1::StatusReply* reply) override {
    reply->set_member("auckland");
    return grpc::Status::OK;
  }
};

TEST(LocalSocket, WorksInADirectoryWithALongName) {
  const std::filesystem::path root =
      std::filesystem::path(testing::TempDir()) / absl::StrCat("commons-", getpid());
  const std::filesystem::path dir = root / std::string(150, 'd');
  std::filesystem::create_directories(dir);
  OneAdmin admin;
  {
    auto server = LocalServer::Start(dir, {&admin});
    ASSERT_TRUE(server.ok()) << server.status();
    struct stat info;
    ASSERT_EQ(stat((dir / "local.sock").c_str(), &info), 0);
    EXPECT_TRUE(S_ISSOCK(info.st_mode));
    EXPECT_EQ(info.st_mode & 07777, 0660u);

    const int fd = open(dir.c_str(), O_PATH | O_DIRECTORY);
    auto stub = v1::Admin::NewStub(
        grpc::CreateChannel(absl::StrCat("unix:/proc/self/fd/", fd, "/local.sock"),
                            grpc::experimental::LocalCredentials(UDS)));
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(5));
    v1::StatusReply reply;
    const grpc::Status status = stub->Status(&context, {}, &reply);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(reply.member(), "auckland");
    close(fd);
  }
  EXPECT_FALSE(std::filesystem::exists(dir / "local.sock"));
  std::filesystem::remove_all(root);
}

TEST(LocalSocket, MissingDirectoryIsAnError) {
  OneAdmin admin;
  EXPECT_EQ(LocalServer::Start("/nonexistent", {&admin}).status().code(),
            absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace commons::node
