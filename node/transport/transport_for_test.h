// Two nodes on loopback, each with its key, its certificate and whom it knows.
#ifndef COMMONS_NODE_TRANSPORT_TRANSPORT_FOR_TEST_H_
#define COMMONS_NODE_TRANSPORT_TRANSPORT_FOR_TEST_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "node/transport/peer_channels.h"
#include "node/transport/servers.h"
#include "node/transport/tls.h"
#include "proto/peer_service.grpc.pb.h"

namespace commons::node {

// How long a call may take on a loaded machine.
inline constexpr absl::Duration kPatience = absl::Seconds(60);

// gRPC reads the environment once, so before any test.
inline const bool kPrepared = [] {
  PrepareGrpcEnvironment();
  return true;
}();

// Who is known, as the register would say; changes at once.
class KnownPeers {
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

struct TransportNode {
  explicit TransportNode(const Clock* clock, absl::Time minted_at, unsigned refresh_s = 60)
      : key(crypto::SigningKey::Generate(crypto::SystemRandom())),
        certificate(*OwnCertificate::Create(key, minted_at, refresh_s)),
        channels(*certificate, known.lookup(), clock, {}) {}
  explicit TransportNode(const Clock* clock) : TransportNode(clock, clock->Now()) {}

  crypto::SigningKey key;
  KnownPeers known;
  std::unique_ptr<OwnCertificate> certificate;
  PeerChannels channels;
};

inline v1::Envelope Message(const std::string& text) {
  v1::Envelope message;
  message.set_payload(text);
  return message;
}

// A client and a server that know each other, and what others would try.
class TransportFixture : public testing::Test {
 protected:
  void SetUp() override {
    Introduce(client_, server_);
    Start("127.0.0.1:0");
  }
  void TearDown() override {
    if (listening_ != nullptr) listening_->Shutdown(absl::ZeroDuration());
  }
  static void Introduce(TransportNode& a, TransportNode& b) {
    a.known.Set(b.key.public_key(), Standing::kMember);
    b.known.Set(a.key.public_key(), Standing::kMember);
  }
  absl::StatusOr<std::unique_ptr<PeerServer>> Serve(TransportNode& node, PeerHandler handler,
                                                    const std::string& listen = "127.0.0.1:0") {
    return PeerServer::Start(listen, Who(node), std::move(handler));
  }
  PeerEdge::Who Who(TransportNode& node) const {
    return {[&node] { return node.certificate->latest(); }, node.known.lookup(), &clock_};
  }
  static v1::Envelope Echo(PeerMethod, const v1::Envelope& request) { return request; }
  static PeerAddress AddressOf(const TransportNode& node, const PeerServer& server) {
    return {OrgId(), node.key.public_key(), {absl::StrCat("127.0.0.1:", server.port())}};
  }
  void Start(const std::string& listen) {
    auto started = Serve(
        server_,
        [this](PeerMethod method, const v1::Envelope& request) {
          ++calls_;
          return Message(absl::StrCat(PeerMethodName(method), ":", request.payload()));
        },
        listen);
    ASSERT_TRUE(started.ok()) << started.status();
    listening_ = *std::move(started);
  }
  std::string endpoint() const { return absl::StrCat("127.0.0.1:", listening_->port()); }
  PeerAddress address() const { return AddressOf(server_, *listening_); }
  absl::StatusOr<v1::Envelope> Ask(TransportNode& from, PeerMethod method = PeerMethod::kCompare) {
    return from.channels.Call(address(), method, Message("kia ora"), kPatience);
  }
  // A call that must fail, over credentials of the test's own making.
  grpc::Status AskWith(const std::shared_ptr<grpc::ChannelCredentials>& credentials) {
    grpc::ChannelArguments args;
    args.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    args.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    auto stub = v1::Exchange::NewStub(grpc::CreateCustomChannel(endpoint(), credentials, args));
    grpc::ClientContext context;
    context.set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    v1::Envelope reply;
    return stub->Compare(&context, Message("kia ora"), &reply);
  }

  SystemClock clock_;
  TransportNode client_{&clock_};
  TransportNode server_{&clock_};
  std::atomic<int> calls_ = 0;
  std::unique_ptr<PeerServer> listening_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_TRANSPORT_FOR_TEST_H_
