// The wire between two nodes, for tests: passes bytes on, or breaks as wires do.
#ifndef COMMONS_NODE_TRANSPORT_WIRE_FOR_TEST_H_
#define COMMONS_NODE_TRANSPORT_WIRE_FOR_TEST_H_

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"

namespace commons::node {

inline sockaddr_in Loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return address;
}

// A port of 127.0.0.1 whose connections are taken by the kernel and answered by nobody.
class SilentPort {
 public:
  SilentPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address = Loopback(0);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (bind(fd_, generic, size) != 0 || listen(fd_, 64) != 0 ||
        getsockname(fd_, generic, &size) != 0) {
      std::abort();
    }
    endpoint_ = absl::StrCat("127.0.0.1:", ntohs(address.sin_port));
  }
  ~SilentPort() { close(fd_); }
  SilentPort(const SilentPort&) = delete;
  SilentPort& operator=(const SilentPort&) = delete;
  const std::string& endpoint() const { return endpoint_; }
  int fd() const { return fd_; }

 private:
  int fd_;
  std::string endpoint_;
};

// Hands every connection on to a port, one after the other. Once told to, it resets the connection
// that stands as soon as the client says something more.
class Wire {
 public:
  explicit Wire(int to) : to_(to), thread_([this] { Run(); }) {}
  ~Wire() {
    done_ = true;
    thread_.join();
  }
  const std::string& endpoint() const { return port_.endpoint(); }
  void ResetAtNextWord() { reset_ = true; }
  int resets() const { return resets_; }
  // Both ways, from the first connection on.
  size_t bytes() const { return bytes_; }

 private:
  void Run() {
    while (!done_) {
      pollfd waiting = {port_.fd(), POLLIN, 0};
      if (poll(&waiting, 1, 10) != 1) continue;
      const int client = accept(port_.fd(), nullptr, nullptr);
      const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
      sockaddr_in address = Loopback(to_);
      if (connect(server, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0) {
        Relay(client, server);
      }
      close(client);
      close(server);
    }
  }
  void Relay(int client, int server) {
    while (!done_) {
      pollfd both[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
      if (poll(both, 2, 10) < 1) continue;
      for (int i = 0; i < 2; ++i) {
        if (both[i].revents == 0) continue;
        if (i == 0 && reset_.exchange(false)) {
          ++resets_;
          const linger at_once = {1, 0};
          setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
          return;
        }
        char bytes[16384];
        const ssize_t size = recv(both[i].fd, bytes, sizeof(bytes), 0);
        if (size <= 0) return;
        bytes_ += static_cast<size_t>(size);
        if (send(both[1 - i].fd, bytes, static_cast<size_t>(size), MSG_NOSIGNAL) != size) return;
      }
    }
  }

  const int to_;
  const SilentPort port_;
  std::atomic<bool> done_ = false, reset_ = false;
  std::atomic<int> resets_ = 0;
  std::atomic<size_t> bytes_ = 0;
  std::thread thread_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_WIRE_FOR_TEST_H_
