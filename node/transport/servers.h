// The daemon's two gRPC servers: peers over TCP and mutual TLS, the organisation's own people over
// a Unix socket. Each has its own threads and its own connections, so that neither can starve the
// other; gRPC itself listens nowhere (node/edge).
#ifndef COMMONS_NODE_TRANSPORT_SERVERS_H_
#define COMMONS_NODE_TRANSPORT_SERVERS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "node/edge/local_door.h"
#include "node/edge/peer_edge.h"
#include "node/peer/peer_method.h"
#include "node/transport/local_calls.h"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace commons::node {

class PeerService;

// Accepts calls from Start until Shutdown. Thread-safe.
class PeerServer {
 public:
  // listen: "host:port". What `who` names outlives the server. kFailedPrecondition: somebody else
  // has the port.
  static absl::StatusOr<std::unique_ptr<PeerServer>> Start(const std::string& listen,
                                                           PeerEdge::Who who, PeerHandler handler,
                                                           const PeerEdge::Limits& limits = {});
  ~PeerServer();
  int port() const { return edge_.port(); }
  // Where this machine reaches it, without looking a name up.
  const std::string& reached_at() const { return edge_.reached_at(); }
  // What gRPC's health service says of this node.
  void SetServing(bool serving);
  // No new calls; those under way have until `grace` has passed.
  void Shutdown(absl::Duration grace);

 private:
  PeerServer(PeerEdge::Who who, PeerHandler handler, const PeerEdge::Limits& limits);
  PeerEdge edge_;
  std::unique_ptr<PeerService> service_;
  std::unique_ptr<grpc::Server> server_;
};

class LocalServer {
 public:
  // Listens on dir/local.sock, mode 0660, however long `dir` is (the kernel allows 107 bytes: the
  // address goes through a descriptor of the directory). Services outlive the server.
  static absl::StatusOr<std::unique_ptr<LocalServer>> Start(
      const std::string& dir, const std::vector<grpc::Service*>& services);
  ~LocalServer();
  void SetServing(bool serving);
  // As PeerServer's; nobody is waited for who only holds a connection.
  void Shutdown(absl::Duration grace);

 private:
  LocalServer();
  int dir_fd_ = -1;
  LocalCalls calls_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<LocalDoor> door_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_SERVERS_H_
