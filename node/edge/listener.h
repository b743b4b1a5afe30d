// A socket that listens, of our own: gRPC's stops accepting for good when descriptors run out once.
#ifndef COMMONS_NODE_EDGE_LISTENER_H_
#define COMMONS_NODE_EDGE_LISTENER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace commons::node {

// For one thread. Holds a descriptor in reserve: when there is none left for a connection, that one
// is given up for a moment, so that the connection can be closed and does not stay in the queue.
class Listener {
 public:
  // listen: "host:port"; 0.0.0.0 and [::] are both IPv4 and IPv6 where the machine has both; of a
  // name, its first address. kFailedPrecondition: somebody else has the port, it is no address of
  // this machine, or a name that can't be resolved.
  static absl::StatusOr<std::unique_ptr<Listener>> OnTcp(const std::string& listen);
  // Takes the place of a socket that lies there. Its name goes with it.
  static absl::StatusOr<std::unique_ptr<Listener>> OnUnix(const std::string& path);
  ~Listener();

  enum class Turn { kAccepted, kNobody, kExhausted };
  // kAccepted: `fd` is the caller's; it does not block. `address` is whom to count it against: of
  // IPv4 all four bytes, of IPv6 the first eight, which is what one customer is given; of a Unix
  // socket nothing. kExhausted: somebody was turned away, or nothing can be done yet.
  Turn Accept(int& fd, std::string& address);
  int fd() const { return fd_; }
  int port() const { return port_; }
  // "host:port" in digits, at which this machine reaches a TCP socket: the address it is bound to,
  // of a wildcard the loopback.
  const std::string& reached_at() const { return reached_at_; }
  // Whether the next to come can be turned away.
  bool has_reserve() const { return reserve_ >= 0; }

 private:
  Listener(int fd, std::string path);
  Turn TurnOneAway();

  const int fd_;
  const std::string path_;
  int port_ = 0;
  std::string reached_at_;
  int reserve_ = -1;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_LISTENER_H_
