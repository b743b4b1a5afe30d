// Who gets to talk to a daemon at all. node/transport tests prove the same in one process.
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "clients/office/daemon/local_client.h"
#include "crypto/random.h"
#include "crypto/tls/x509.h"
#include "node/transport/peer_channels.h"
#include "proto/local_service.grpc.pb.h"
#include "tests/attacks/intruder.h"

namespace commons::attacks {
namespace {

class Connections : public WithLab<v1::OPEN> {
 protected:
  // The code of a good Compare over this connection.
  static int CodeOver(const std::shared_ptr<grpc::Channel>& channel) {
    Intruder intruder(*lab);
    const v1::Envelope message =
        intruder.HeaderOnly(PeerMethod::kCompare, intruder.HeaderTo(kVictim));
    return SendBytes(channel, PeerMethod::kCompare, message.SerializeAsString())
        .status.error_code();
  }
  static crypto::TlsIdentity Minted(const crypto::SigningKey& key, absl::Time at) {
    return *crypto::MintTlsIdentity(key, at, absl::Hours(1));
  }
  static int port() { return lab->PortOf(kVictim); }
};

TEST_F(Connections, AMembersKeyIsServed) {
  EXPECT_EQ(CodeOver(Dial(port(), Minted(lab->KeyOf(kAttacker, "tls"), absl::Now()))),
            grpc::StatusCode::OK);
}

TEST_F(Connections, UnknownPeer) {
  const auto fresh = crypto::SigningKey::Generate(crypto::SystemRandom());
  EXPECT_EQ(CodeOver(Dial(port(), Minted(fresh, absl::Now()))), grpc::StatusCode::UNAVAILABLE);
  // A member's signing key is no key for connections.
  EXPECT_EQ(CodeOver(Dial(port(), Minted(lab->KeyOf(kAttacker, "node"), absl::Now()))),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Connections, NoCertificate) {
  const auto roots = Minted(lab->KeyOf(kAttacker, "tls"), absl::Now());
  EXPECT_EQ(CodeOver(Dial(port(), {roots.certificate_pem, ""})), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Connections, ExpiredCertificate) {
  EXPECT_EQ(
      CodeOver(Dial(port(), Minted(lab->KeyOf(kAttacker, "tls"), absl::Now() - absl::Hours(2)))),
      grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Connections, CertificateOfTheFuture) {
  EXPECT_EQ(
      CodeOver(Dial(port(), Minted(lab->KeyOf(kAttacker, "tls"), absl::Now() + absl::Hours(2)))),
      grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Connections, AnotherKindOfKey) {
  EXPECT_EQ(CodeOver(Dial(port(), node::P256Identity())), grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Connections, Plaintext) {
  EXPECT_EQ(CodeOver(grpc::CreateChannel(absl::StrCat("127.0.0.1:", port()),
                                         grpc::InsecureChannelCredentials())),
            grpc::StatusCode::UNAVAILABLE);
}

TEST_F(Connections, Tls12) {
  const auto key = lab->KeyOf(kAttacker, "tls");
  EXPECT_TRUE(node::HandshakeWith(port(), key, TLS1_3_VERSION));
  EXPECT_FALSE(node::HandshakeWith(port(), key, TLS1_2_VERSION));
}

TEST_F(Connections, AnotherMemberAtThePinnedAddress) {
  const auto own = lab->KeyOf(kAttacker, "tls");
  SystemClock clock;
  const auto certificate = node::OwnCertificate::Create(own, clock.Now());
  node::PeerChannels channels(**certificate,
                              [](const PublicKey&) { return node::Standing::kMember; }, &clock, {});
  Intruder intruder(*lab);
  const v1::Envelope message =
      intruder.HeaderOnly(PeerMethod::kCompare, intruder.HeaderTo(kVictim));
  const auto call = [&](const char* pinned) {
    return channels.Call(
        {OrgId(), lab->KeyOf(pinned, "tls").public_key(), {absl::StrCat("127.0.0.1:", port())}},
        PeerMethod::kCompare, message, absl::Seconds(60));
  };
  EXPECT_TRUE(call(kVictim).ok());
  const auto reply = call(kBystander);
  EXPECT_EQ(reply.status().code(), absl::StatusCode::kUnavailable);
  EXPECT_TRUE(absl::StrContains(reply.status().message(), "not the pinned one")) << reply.status();
}

TEST_F(Connections, LocalServicesAreNotThere) {
  const auto channel = Dial(port(), Minted(lab->KeyOf(kAttacker, "tls"), absl::Now()));
  grpc::ClientContext admin_context, ask_context;
  v1::StatusReply status;
  EXPECT_EQ(v1::Admin::NewStub(channel)->Status(&admin_context, {}, &status).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
  v1::PrepareReply prepared;
  EXPECT_EQ(v1::Ask::NewStub(channel)->Prepare(&ask_context, {}, &prepared).error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

}  // namespace
}  // namespace commons::attacks
