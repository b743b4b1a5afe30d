#include "node/edge/listener.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/host_port.h"

namespace commons::node {
namespace {

constexpr int kSocket = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;

int OpenReserve() { return open("/dev/null", O_RDONLY | O_CLOEXEC); }

// -1: cannot be had; errno says why.
int ListenAt(const sockaddr* address, socklen_t size) {
  const int fd = socket(address->sa_family, kSocket, 0);
  if (fd < 0) return -1;
  const int on = 1, off = 0;
  if (address->sa_family != AF_UNIX) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  if (address->sa_family == AF_INET6) {
    setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof(off));
  }
  if (bind(fd, address, size) == 0 && listen(fd, SOMAXCONN) == 0) return fd;
  const int error = errno;
  close(fd);
  errno = error;
  return -1;
}

absl::StatusOr<int> ListenAtHost(const std::string& host, int port) {
  addrinfo hints = {};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(host.c_str(), absl::StrCat(port).c_str(), &hints, &found);
  if (error != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the name \"", host, "\" can't be resolved: ", gai_strerror(error),
                     "; an address of this machine, or 0.0.0.0, needs no name service"));
  }
  const int fd = ListenAt(found->ai_addr, found->ai_addrlen);
  const int why = errno;
  freeaddrinfo(found);
  if (fd >= 0) return fd;
  if (why == EADDRINUSE || why == EADDRNOTAVAIL) {
    return absl::FailedPreconditionError(
        "another program has it, or it is no address of this machine");
  }
  return absl::FailedPreconditionError(std::strerror(why));
}

// "host:port" in digits, at which this machine reaches a socket that is bound there.
std::string ReachedAt(const sockaddr_storage& bound) {
  char host[INET6_ADDRSTRLEN] = "";
  if (bound.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(bound);
    const bool any = v4.sin_addr.s_addr == htonl(INADDR_ANY);
    inet_ntop(AF_INET, &v4.sin_addr, host, sizeof(host));
    return absl::StrCat(any ? "127.0.0.1" : host, ":", ntohs(v4.sin_port));
  }
  if (bound.ss_family != AF_INET6) return "";
  const auto& v6 = reinterpret_cast<const sockaddr_in6&>(bound);
  const int port = ntohs(v6.sin6_port);
  // All of IPv4 comes to it too (ListenAt).
  if (IN6_IS_ADDR_UNSPECIFIED(&v6.sin6_addr)) return absl::StrCat("127.0.0.1:", port);
  inet_ntop(AF_INET6, &v6.sin6_addr, host, sizeof(host));
  return absl::StrCat("[", host, "]:", port);
}

std::string CountedAgainst(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    return std::string(reinterpret_cast<const char*>(&v4.sin_addr), 4);
  }
  if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
    const char* bytes = reinterpret_cast<const char*>(&v6);
    return IN6_IS_ADDR_V4MAPPED(&v6) ? std::string(bytes + 12, 4) : std::string(bytes, 8);
  }
  return "";
}

bool IsExhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::Listener(int fd, std::string path)
    : fd_(fd), path_(std::move(path)), reserve_(OpenReserve()) {
  sockaddr_storage own = {};
  socklen_t size = sizeof(own);
  if (getsockname(fd_, reinterpret_cast<sockaddr*>(&own), &size) != 0) return;
  if (own.ss_family == AF_INET) port_ = ntohs(reinterpret_cast<sockaddr_in&>(own).sin_port);
  if (own.ss_family == AF_INET6) port_ = ntohs(reinterpret_cast<sockaddr_in6&>(own).sin6_port);
  reached_at_ = ReachedAt(own);
}

Listener::~Listener() {
  close(fd_);
  if (!path_.empty()) unlink(path_.c_str());
  if (reserve_ >= 0) close(reserve_);
}

absl::StatusOr<std::unique_ptr<Listener>> Listener::OnTcp(const std::string& listen) {
  ASSIGN_OR_RETURN(const HostPort at, ParseHostPort(listen));
  absl::StatusOr<int> fd = ListenAtHost(at.IsWildcard() ? "::" : at.host, at.port);
  if (!fd.ok() && at.IsWildcard()) fd = ListenAtHost(at.host, at.port);
  if (!fd.ok()) {
    return absl::FailedPreconditionError(
        absl::StrCat("cannot listen on ", listen, ": ", fd.status().message()));
  }
  return std::unique_ptr<Listener>(new Listener(*fd, ""));
}

absl::StatusOr<std::unique_ptr<Listener>> Listener::OnUnix(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof(address.sun_path)) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": too long for a socket"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  struct stat there = {};
  if (lstat(path.c_str(), &there) == 0 && S_ISSOCK(there.st_mode)) unlink(path.c_str());
  const int fd = ListenAt(reinterpret_cast<const sockaddr*>(&address), sizeof(address));
  if (fd < 0) return absl::FailedPreconditionError(std::strerror(errno));
  return std::unique_ptr<Listener>(new Listener(fd, path));
}

Listener::Turn Listener::TurnOneAway() {
  if (reserve_ >= 0) {
    close(reserve_);
    const int fd = accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) close(fd);
  }
  reserve_ = OpenReserve();
  return Turn::kExhausted;
}

Listener::Turn Listener::Accept(int& fd, std::string& address) {
  while (true) {
    sockaddr_storage from = {};
    socklen_t size = sizeof(from);
    fd = accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) {
      const int on = 1;
      if (from.ss_family != AF_UNIX) setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
      address = CountedAgainst(from);
      return Turn::kAccepted;
    }
    if (IsExhausted(errno)) return TurnOneAway();
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Turn::kNobody;
    // Anything else is about that one connection, which has gone (accept(2)).
    if (errno == EBADF || errno == EINVAL || errno == ENOTSOCK) return Turn::kNobody;
  }
}

}  // namespace commons::node
