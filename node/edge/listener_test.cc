// Accepting, with no descriptors left and with some again.
#include "node/edge/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "base/temp_dir_for_test.h"
#include "gtest/gtest.h"

namespace commons::node {
namespace {

int Connect(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

// Whether the other side closes it within a while.
bool IsClosed(int fd) {
  pollfd waits = {fd, POLLIN, 0};
  char byte;
  return poll(&waits, 1, 10'000) == 1 && recv(fd, &byte, 1, 0) <= 0;
}

TEST(Listener, AcceptsAndTellsTheAddress) {
  const auto listener = Listener::OnTcp("127.0.0.1:0");
  ASSERT_TRUE(listener.ok()) << listener.status();
  int fd = -1;
  std::string address;
  EXPECT_EQ((*listener)->Accept(fd, address), Listener::Turn::kNobody);
  const int client = Connect((*listener)->port());
  ASSERT_EQ((*listener)->Accept(fd, address), Listener::Turn::kAccepted);
  EXPECT_EQ(address, std::string("\x7f\0\0\x01", 4));
  EXPECT_NE(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
  close(fd);
  close(client);
}

TEST(Listener, EveryAddressOfTheMachineIsIPv4Too) {
  const auto listener = Listener::OnTcp("[::]:0");
  if (!listener.ok()) GTEST_SKIP() << "no IPv6 here";
  const int client = Connect((*listener)->port());
  int fd = -1;
  std::string address;
  ASSERT_EQ((*listener)->Accept(fd, address), Listener::Turn::kAccepted);
  EXPECT_EQ(address, std::string("\x7f\0\0\x01", 4)) << "the same address as over IPv4";
  close(fd);
  close(client);
}

TEST(Listener, ATakenPortIsAnError) {
  const auto first = Listener::OnTcp("127.0.0.1:0");
  const auto second = Listener::OnTcp("127.0.0.1:" + std::to_string((*first)->port()));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
}

// Without a name service: the watchdog asks there whether the node is well.
TEST(Listener, TellsWhereThisMachineReachesItInDigits) {
  for (const std::string host : {"127.0.0.1", "0.0.0.0", "[::]", "localhost"}) {
    const auto listener = Listener::OnTcp(host + ":0");
    if (!listener.ok()) continue;  // no IPv6 here
    const std::string port = std::to_string((*listener)->port());
    const std::string at = (*listener)->reached_at();
    EXPECT_TRUE(at == "127.0.0.1:" + port || (host == "localhost" && at == "[::1]:" + port)) << at;
  }
  const auto v6 = Listener::OnTcp("[::1]:0");
  if (!v6.ok()) GTEST_SKIP() << "no IPv6 here";
  EXPECT_EQ((*v6)->reached_at(), "[::1]:" + std::to_string((*v6)->port()));
}

TEST(Listener, ANameThatCannotBeResolvedIsNamedAsThat) {
  const absl::Status refused = Listener::OnTcp("no-such-host.invalid:0").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(refused.message().find("the name \"no-such-host.invalid\" can't be resolved: "),
            absl::string_view::npos)
      << refused;
  EXPECT_EQ(refused.message().find("another program"), absl::string_view::npos);
}

// Seen to hang for ever without the reserve: the connection stays in the queue.
TEST(Listener, WithoutDescriptorsConnectionsAreTurnedAwayAndLaterOnesAccepted) {
  const auto listener = Listener::OnTcp("127.0.0.1:0");
  const int first = Connect((*listener)->port()), second = Connect((*listener)->port());
  rlimit before = {};
  getrlimit(RLIMIT_NOFILE, &before);
  const rlimit few = {64, before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &few);
  std::vector<int> all;
  for (int fd = open("/dev/null", O_RDONLY); fd >= 0; fd = open("/dev/null", O_RDONLY)) {
    all.push_back(fd);
  }
  int fd = -1;
  std::string address;
  EXPECT_EQ((*listener)->Accept(fd, address), Listener::Turn::kExhausted);
  EXPECT_EQ((*listener)->Accept(fd, address), Listener::Turn::kExhausted);
  EXPECT_TRUE((*listener)->has_reserve());
  EXPECT_TRUE(IsClosed(first));
  EXPECT_TRUE(IsClosed(second));
  for (const int each : all) close(each);
  setrlimit(RLIMIT_NOFILE, &before);
  const int third = Connect((*listener)->port());
  EXPECT_EQ((*listener)->Accept(fd, address), Listener::Turn::kAccepted);
  for (const int each : {first, second, third, fd}) close(each);
}

TEST(Listener, ASocketThatALostDaemonLeftIsReplacedAndAFileIsNot) {
  const TempDir dir;
  const std::string path = dir / "local.sock";
  { const auto gone = Listener::OnUnix(path); }
  EXPECT_FALSE(std::filesystem::exists(path)) << "its name goes with it";
  const auto first = Listener::OnUnix(path);
  ASSERT_TRUE(first.ok());
  const auto second = Listener::OnUnix(path);
  EXPECT_TRUE(second.ok()) << second.status();
  std::ofstream(dir / "file") << "kept";
  EXPECT_FALSE(Listener::OnUnix(dir / "file").ok());
  EXPECT_EQ(std::filesystem::file_size(dir / "file"), 4u);
}

}  // namespace
}  // namespace commons::node
