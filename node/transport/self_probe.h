// Whether this node can be reached: gRPC's health check through its own doors, each time over a new
// connection, so that accepting, TLS and gRPC's threads are all asked.
#ifndef COMMONS_NODE_TRANSPORT_SELF_PROBE_H_
#define COMMONS_NODE_TRANSPORT_SELF_PROBE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/ids.h"
#include "node/transport/tls.h"

namespace commons::node {

// reached_at: "host:port" in digits (PeerServer's). A name is not looked up, since a name service
// that is out would make a node that is well look as if it were not. Needs a server that lets
// `own_key` in.
absl::Status ProbePeerPort(const std::string& reached_at, const OwnCertificate& own,
                           const PublicKey& own_key, const Clock* clock, absl::Duration timeout);
// dir: where local.sock is.
absl::Status ProbeLocalSocket(const std::string& dir, absl::Duration timeout);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_SELF_PROBE_H_
