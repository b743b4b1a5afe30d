#include "node/machine/notify.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "base/temp_dir_for_test.h"

namespace commons::node {
namespace {

// A service manager that listens at `path`; a leading '@' is Linux's abstract namespace.
class Manager {
 public:
  explicit Manager(const std::string& path) : fd_(socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0)) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    if (path[0] == '@') address.sun_path[0] = '\0';
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size());
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() {
    unsetenv("NOTIFY_SOCKET");
    close(fd_);
  }
  // "" when nothing has come.
  std::string Heard() {
    char text[64];
    const ssize_t size = recv(fd_, text, sizeof(text), 0);
    return size < 0 ? "" : std::string(text, static_cast<size_t>(size));
  }

 private:
  const int fd_;
};

TEST(Notify, TheManagerHearsEachState) {
  const TempDir dir;
  for (const std::string& path : {dir / "notify", "@commons-notify-" + std::to_string(getpid())}) {
    Manager manager(path);
    for (const char* state : {"READY=1", "RELOADING=1", "STOPPING=1"}) {
      NotifyManager(state);
      EXPECT_EQ(manager.Heard(), state) << path;
    }
    EXPECT_EQ(manager.Heard(), "");
  }
}

TEST(Notify, WithoutAManagerNothingHappens) {
  unsetenv("NOTIFY_SOCKET");
  NotifyManager("READY=1");
  const TempDir dir;
  Manager manager(dir / "notify");
  // A path that no socket address holds, and one where nobody listens.
  for (const std::string& path : {dir / std::string(200, 'x'), dir / "nobody"}) {
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    NotifyManager("READY=1");
  }
  EXPECT_EQ(manager.Heard(), "");
}

TEST(Notify, TheWatchdogsPeriodIsTheManagersAndForThisProcess) {
  unsetenv("WATCHDOG_PID");
  for (const char* none : {"", "0", "-5", "soon"}) {
    setenv("WATCHDOG_USEC", none, 1);
    EXPECT_EQ(WatchdogPeriod(), absl::ZeroDuration()) << none;
  }
  setenv("WATCHDOG_USEC", "60000000", 1);
  EXPECT_EQ(WatchdogPeriod(), absl::Minutes(1));
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  EXPECT_EQ(WatchdogPeriod(), absl::Minutes(1));
  setenv("WATCHDOG_PID", "1", 1);
  EXPECT_EQ(WatchdogPeriod(), absl::ZeroDuration()) << "somebody else's";
  unsetenv("WATCHDOG_USEC");
  EXPECT_EQ(WatchdogPeriod(), absl::ZeroDuration());
  unsetenv("WATCHDOG_PID");
}

}  // namespace
}  // namespace commons::node
