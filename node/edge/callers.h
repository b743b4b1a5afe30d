// Who speaks on a connection that gRPC was handed: TLS ended before it, so it can only name the
// other end of its socket, and that name is known here.
#ifndef COMMONS_NODE_EDGE_CALLERS_H_
#define COMMONS_NODE_EDGE_CALLERS_H_

#include <cstdint>
#include <map>
#include <mutex>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/tls/x509.h"

namespace commons::node {

// Thread-safe.
class Callers {
 public:
  Callers();
  // A pair of connected sockets that do not block, the first for us and the second for gRPC, which
  // will call the caller `name`; none like it was before or will be. The name is an abstract one
  // (unix(7)) that nothing listens on. kResourceExhausted: no descriptors left.
  struct Pair {
    int ours, grpcs;
    std::string name;
  };
  absl::StatusOr<Pair> Connect(const crypto::CertifiedKey& caller);
  void Forget(const std::string& name);
  // peer: grpc::ServerContext::peer(). kUnauthenticated: the connection has gone, or was none.
  absl::StatusOr<crypto::CertifiedKey> Find(const std::string& peer) const;

 private:
  const std::string prefix_;  // nobody else on the machine can have taken the names
  mutable std::mutex mu_;
  uint64_t count_ = 0;
  std::map<std::string, crypto::CertifiedKey> by_name_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_EDGE_CALLERS_H_
