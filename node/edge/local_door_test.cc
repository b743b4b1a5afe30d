// The own people's connections: so many at once, and one more when one has gone.
#include "node/edge/local_door.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <mutex>
#include <string>
#include <vector>

#include "base/local_socket.h"
#include "base/temp_dir_for_test.h"
#include "gtest/gtest.h"

namespace commons::node {
namespace {

int Connect(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  return fd;
}

constexpr char kGreeting = '!';

// Whether it gets the byte that the server greets with, or is turned away.
bool IsGreeted(int fd) {
  char byte = 0;
  return recv(fd, &byte, 1, 0) == 1 && byte == kGreeting;
}

TEST(LocalDoor, HasItsOwnBoundAndNoticesWhoHasGone) {
  const TempDir dir;
  const std::string path = dir / "local.sock";
  std::mutex mu;
  std::vector<int> served;
  const auto serve = [&](int socket) {
    std::lock_guard lock(mu);
    served.push_back(socket);
    EXPECT_EQ(send(socket, &kGreeting, 1, MSG_NOSIGNAL), 1);
  };
  const auto others = [](int) { return false; };
  auto door = LocalDoor::Start(*Listener::OnUnix(path), serve, 2, others);
  ASSERT_TRUE(door.ok()) << door.status();
  const int first = Connect(path), second = Connect(path);
  EXPECT_TRUE(IsGreeted(first));
  EXPECT_TRUE(IsGreeted(second));
  const int third = Connect(path);
  const timeval patience{20, 0};
  ASSERT_EQ(setsockopt(third, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
  std::string told(64, '\0');
  const ssize_t size = recv(third, told.data(), told.size(), MSG_WAITALL);
  ASSERT_GE(size, 0) << "it is served";
  told.resize(static_cast<size_t>(size));
  EXPECT_EQ(told, kSocketFull) << "and then the connection ends";
  close(third);
  close(first);
  const absl::Time until = absl::Now() + absl::Seconds(20);
  bool greeted = false;
  while (!greeted) {
    ASSERT_LT(absl::Now(), until);
    const int next = Connect(path);
    greeted = IsGreeted(next);
    close(next);
  }
  // A server that ends a connection makes room as well (gRPC shuts it down before it closes it).
  {
    std::lock_guard lock(mu);
    for (const int socket : served) shutdown(socket, SHUT_RDWR);
  }
  greeted = false;
  while (!greeted) {
    ASSERT_LT(absl::Now(), until);
    const int a = Connect(path), b = Connect(path);
    greeted = IsGreeted(a) && IsGreeted(b);
    close(a);
    close(b);
  }
  door->reset();
  close(second);
  for (const int socket : served) close(socket);
}

// Shown by letting only those in for whom there is room: the third is turned away.
TEST(LocalDoor, LetsTheDaemonItselfInWhenOthersFillIt) {
  const TempDir dir;
  const std::string path = dir / "local.sock";
  std::vector<int> served;
  const auto serve = [&](int socket) {
    served.push_back(socket);
    EXPECT_EQ(send(socket, &kGreeting, 1, MSG_NOSIGNAL), 1);
  };
  bool own = false;
  const auto is_own = [&](int socket) {
    EXPECT_TRUE(LocalDoor::IsThisProcess(socket));
    return own;
  };
  auto door = LocalDoor::Start(*Listener::OnUnix(path), serve, 1, is_own);
  ASSERT_TRUE(door.ok()) << door.status();
  std::vector<int> all = {Connect(path)};
  EXPECT_TRUE(IsGreeted(all.back()));
  all.push_back(Connect(path));
  EXPECT_FALSE(IsGreeted(all.back()));
  own = true;  // nobody connects meanwhile
  for (size_t i = 0; i <= LocalDoor::kOwn; ++i) {
    all.push_back(Connect(path));
    EXPECT_EQ(IsGreeted(all.back()), i < LocalDoor::kOwn);
  }
  door->reset();
  for (const int fd : all) close(fd);
  for (const int fd : served) close(fd);
}

}  // namespace
}  // namespace commons::node
