// One relayed connection, without gRPC: what it does when one side is gone and the other pushes.
#include "node/edge/relayed.h"

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>

#include <functional>
#include <thread>
#include <vector>

#include "crypto/random.h"
#include "gtest/gtest.h"
#include "node/edge/raw_peer_for_test.h"

namespace commons::node {
namespace {

void MustNotBlock(int socket) { ASSERT_EQ(fcntl(socket, F_SETFL, O_NONBLOCK), 0); }

// A client that came in, what relays it, and gRPC's end of the pair.
class RelayedTest : public testing::Test {
 protected:
  void SetUp() override {
    signal(SIGPIPE, SIG_IGN);
    const int door = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(bind(door, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    ASSERT_EQ(listen(door, 1), 0);
    socklen_t size = sizeof(address);
    ASSERT_EQ(getsockname(door, reinterpret_cast<sockaddr*>(&address), &size), 0);
    std::thread caller(
        [&] { client_ = std::make_unique<RawPeer>(ntohs(address.sin_port), client_key_); });
    ComeIn(accept(door, nullptr, nullptr));
    caller.join();
    close(door);
  }
  ~RelayedTest() override {
    if (grpc_ >= 0) close(grpc_);
  }
  absl::StatusOr<bool> Move() { return relayed_->Move({scratch_.data(), scratch_.size()}, now_); }
  void HangUpAsGrpc() {
    close(grpc_);
    grpc_ = -1;
  }
  int Unread() const {
    int bytes = 0;
    ioctl(relayed_->socket(), FIONREAD, &bytes);
    return bytes;
  }
  static void WaitUntil(const std::function<bool()>& done) {
    for (const absl::Time until = absl::Now() + absl::Seconds(20); !done();) {
      ASSERT_LT(absl::Now(), until);
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  const absl::Time now_ = absl::Now();
  const crypto::SigningKey client_key_ = NewKey();
  KeyMeter meter_{now_};
  std::unique_ptr<RawPeer> client_;
  std::unique_ptr<Relayed> relayed_;
  int grpc_ = -1;
  std::vector<char> scratch_ = std::vector<char>(crypto::TlsConnection::kRecordBytes);

 private:
  static crypto::SigningKey NewKey() {
    return crypto::SigningKey::Generate(crypto::SystemRandom());
  }
  void ComeIn(int accepted) {
    MustNotBlock(accepted);
    // Given a size, the kernel's buffer doesn't grow.
    const int room = 32 << 10;
    ASSERT_EQ(setsockopt(accepted, SOL_SOCKET, SO_SNDBUF, &room, sizeof(room)), 0);
    const auto own = crypto::MintTlsIdentity(NewKey(), absl::Now(), absl::Hours(1));
    auto server = crypto::TlsServer::Create(
        *own, [](const crypto::CertifiedKey&) { return absl::OkStatus(); });
    ASSERT_TRUE(server.ok()) << server.status();
    auto tls = (*server)->Accept(accepted);
    ASSERT_TRUE(tls.ok()) << tls.status();
    WaitUntil([&] { return (*tls)->Handshake() == crypto::TlsConnection::Turn::kDone; });
    int pair[2];
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    MustNotBlock(pair[0]);
    MustNotBlock(pair[1]);
    grpc_ = pair[1];
    relayed_ = std::make_unique<Relayed>(*std::move(tls), pair[0], &meter_);
    const std::string settings = Frame(FrameType::kSettings);
    ASSERT_EQ(send(grpc_, settings.data(), settings.size(), 0),
              static_cast<ssize_t>(settings.size()));
    // The preface and the settings of the client, through to gRPC.
    char bytes[256];
    WaitUntil([&] { return Move().ok() && recv(grpc_, bytes, sizeof(bytes), 0) > 0; });
  }
};

TEST_F(RelayedTest, PassesBothWays) {
  ASSERT_TRUE(client_->came_in());
  const std::string ping = Frame(FrameType::kPing, 0, 0, "8 bytes.");
  ASSERT_TRUE(client_->Send(ping));
  std::string got(ping.size(), '\0');
  WaitUntil([&] {
    return Move().ok() &&
           recv(grpc_, got.data(), got.size(), 0) == static_cast<ssize_t>(got.size());
  });
  EXPECT_EQ(got, ping);
  EXPECT_EQ(relayed_->key(), client_key_.public_key());
}

TEST_F(RelayedTest, EndsWhenGrpcHasAndAllIsSaid) {
  HangUpAsGrpc();
  EXPECT_TRUE(absl::IsCancelled(Move().status()));
}

// Its last words wait for the client, who takes none and goes on sending: what it sends stays
// where it is. Reading it only to drop it kept the thread busy for as long as the client liked.
TEST_F(RelayedTest, ReadsNothingForAServerThatHasHungUp) {
  client_->TakeAtMost(64 << 10);
  const std::string data = Frame(FrameType::kData, 0, 1, std::string(16 << 10, 'x'));
  std::string unsent;
  // The kernel still makes room for a while.
  int in_a_row = 0;
  WaitUntil([&] {
    if (unsent.empty()) unsent = data;
    const ssize_t sent = send(grpc_, unsent.data(), unsent.size(), 0);
    if (sent > 0) unsent.erase(0, static_cast<size_t>(sent));
    in_a_row = sent < 0 && !*Move() ? in_a_row + 1 : 0;
    return in_a_row == 50;
  });
  HangUpAsGrpc();
  constexpr int kSends = 4;
  for (int i = 0; i < kSends; ++i) {
    ASSERT_TRUE(client_->Send(Frame(FrameType::kData, 0, 1, std::string(12 << 10, 'y'))));
  }
  WaitUntil([&] { return Unread() > kSends * (12 << 10); });
  absl::StatusOr<bool> more;
  WaitUntil([&] { return !(more = Move()).ok() || !*more; });
  ASSERT_TRUE(more.ok()) << more.status();
  EXPECT_GT(Unread(), (kSends - 2) * (12 << 10));
  EXPECT_EQ(relayed_->socket_events(), static_cast<uint32_t>(EPOLLOUT));
  EXPECT_TRUE(absl::IsDeadlineExceeded(relayed_->CheckTimes(now_ + absl::Hours(1), {})));
}

}  // namespace
}  // namespace commons::node
