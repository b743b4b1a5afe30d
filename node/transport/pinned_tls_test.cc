// Who gets through the pinned TLS and who does not. Every refusal is a real connection that fails.
#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "crypto/tls/x509.h"
#include "gtest/gtest.h"
#include "node/transport/tls_for_test.h"
#include "node/transport/transport_for_test.h"
#include "proto/local_service.grpc.pb.h"

namespace commons::node {
namespace {

using PinnedTls = TransportFixture;

// No connection: a call that was only late would say DEADLINE_EXCEEDED.
constexpr grpc::StatusCode kRefused = grpc::StatusCode::UNAVAILABLE;

TEST_F(PinnedTls, MembersThatKnowEachOtherTalk) {
  for (size_t i = 0; i < kPeerMethods; ++i) {
    const auto method = static_cast<PeerMethod>(i);
    auto reply = Ask(client_, method);
    ASSERT_TRUE(reply.ok()) << reply.status();
    EXPECT_EQ(reply->payload(), absl::StrCat(PeerMethodName(method), ":kia ora"));
  }
}

TEST_F(PinnedTls, TheCredulousClientItselfGetsThroughWithAKnownKey) {
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  EXPECT_TRUE(AskWith(CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                      identity->certificate_pem))
                  .ok());
}

TEST_F(PinnedTls, UnknownClientIsRefused) {
  TransportNode stranger(&clock_);
  stranger.known.Set(server_.key.public_key(), Standing::kMember);
  EXPECT_EQ(Ask(stranger).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls_, 0);
}

TEST_F(PinnedTls, UnknownServerIsRefused) {
  client_.known.Set(server_.key.public_key(), Standing::kUnknown);
  EXPECT_EQ(Ask(client_).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(calls_, 0);
}

TEST_F(PinnedTls, AnotherMemberAtThePinnedAddressIsRefused) {
  TransportNode other(&clock_);
  Introduce(client_, other);
  const PeerAddress wrong = {OrgId(), other.key.public_key(), {endpoint()}};
  auto reply = client_.channels.Call(wrong, PeerMethod::kCompare, Message("x"), kPatience);
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StrContains(reply.status().message(), "not the pinned one")) << reply.status();
  EXPECT_EQ(calls_, 0);
}

TEST_F(PinnedTls, ClientWithoutCertificateIsRefused) {
  const auto roots = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  EXPECT_EQ(AskWith(CredulousClient("", "", roots->certificate_pem)).error_code(), kRefused);
  EXPECT_EQ(calls_, 0);
}

TEST_F(PinnedTls, ExpiredCertificateIsRefusedOnBothSides) {
  const auto old =
      crypto::MintTlsIdentity(client_.key, clock_.Now() - absl::Hours(2), absl::Hours(1));
  EXPECT_EQ(
      AskWith(CredulousClient(old->private_key_pem, old->certificate_pem, old->certificate_pem))
          .error_code(),
      kRefused);
  EXPECT_EQ(calls_, 0);

  TransportNode late(&clock_, clock_.Now() - absl::Hours(24 * 31));
  Introduce(client_, late);
  const auto server = Serve(late, Echo);
  const PeerAddress there = AddressOf(late, **server);
  auto reply = client_.channels.Call(there, PeerMethod::kCompare, Message("x"), kPatience);
  EXPECT_TRUE(absl::StrContains(reply.status().message(), "expired")) << reply.status();
}

TEST_F(PinnedTls, OtherKeyTypesAreRefused) {
  const crypto::TlsIdentity p256 = P256Identity();
  EXPECT_EQ(
      AskWith(CredulousClient(p256.private_key_pem, p256.certificate_pem, p256.certificate_pem))
          .error_code(),
      kRefused);
  EXPECT_EQ(calls_, 0);
}

TEST_F(PinnedTls, PlaintextIsRefused) {
  EXPECT_EQ(AskWith(grpc::InsecureChannelCredentials()).error_code(), kRefused);
  EXPECT_EQ(calls_, 0);
}

TEST_F(PinnedTls, OnlyTls13) {
  EXPECT_TRUE(HandshakeWith(listening_->port(), client_.key, TLS1_3_VERSION));
  EXPECT_FALSE(HandshakeWith(listening_->port(), client_.key, TLS1_2_VERSION));
}

TEST_F(PinnedTls, CallersTakeOnlyTls13Either) {
  const auto call = [this](int port) {
    const PeerAddress there = {
        OrgId(), server_.key.public_key(), {absl::StrCat("127.0.0.1:", port)}};
    (void)client_.channels.Call(there, PeerMethod::kCompare, Message("x"), absl::Seconds(20));
  };
  EXPECT_TRUE(FinishesHandshakeAt(server_.key, TLS1_3_VERSION, call));
  EXPECT_FALSE(FinishesHandshakeAt(server_.key, TLS1_2_VERSION, call));
}

TEST_F(PinnedTls, RemovalFromTheRegisterActsOnALiveConnection) {
  ASSERT_TRUE(Ask(client_).ok());
  server_.known.Set(client_.key.public_key(), Standing::kUnknown);
  EXPECT_EQ(Ask(client_).status().code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(calls_, 1);
  server_.known.Set(client_.key.public_key(), Standing::kMember);
  EXPECT_TRUE(Ask(client_).ok());
}

TEST_F(PinnedTls, StandingDecidesWhatAPeerMayCall) {
  server_.known.Set(client_.key.public_key(), Standing::kFounder);
  EXPECT_TRUE(Ask(client_, PeerMethod::kPull).ok());
  EXPECT_EQ(Ask(client_, PeerMethod::kPropose).status().code(),
            absl::StatusCode::kPermissionDenied);
}

TEST_F(PinnedTls, LocalServicesAreNotOnThePeerServer) {
  const auto identity = crypto::MintTlsIdentity(client_.key, clock_.Now(), absl::Hours(1));
  auto channel = grpc::CreateChannel(
      endpoint(), CredulousClient(identity->private_key_pem, identity->certificate_pem,
                                  identity->certificate_pem));
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
  v1::StatusReply reply;
  EXPECT_EQ(v1::Admin::NewStub(channel)->Status(&context, {}, &reply).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(PinnedTls, StrangersDoNotFillTheLog) {
  TransportNode stranger(&clock_);
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

TEST_F(PinnedTls, ARenewedCertificateReachesNewConnections) {
  // Minted so long ago that it has expired; the renewed one is picked up without a restart.
  TransportNode late(&clock_, clock_.Now() - absl::Hours(24 * 31), /*refresh_s=*/1);
  Introduce(client_, late);
  const auto server = Serve(late, Echo);
  const PeerAddress there = AddressOf(late, **server);
  auto call = [&] {
    return client_.channels.Call(there, PeerMethod::kCompare, Message("x"), absl::Seconds(2)).ok();
  };
  ASSERT_FALSE(call());
  ASSERT_TRUE(late.certificate->Renew(clock_.Now()).ok());
  const absl::Time deadline = absl::Now() + absl::Seconds(30);
  while (!call()) ASSERT_LT(absl::Now(), deadline);
}

}  // namespace
}  // namespace commons::node
