// Mutual TLS 1.3 between nodes: both ends self-signed Ed25519 certificates, pinned to the register,
// no certificate authority. This is the calling end; node/edge is the other.
#ifndef COMMONS_NODE_TRANSPORT_TLS_H_
#define COMMONS_NODE_TRANSPORT_TLS_H_

#include <grpcpp/security/credentials.h>

#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "crypto/tls/x509.h"
#include "node/peer/peer_address.h"

namespace commons::node {

// Sets the environment that gRPC reads once: no TLS 1.2 suite that an Ed25519 certificate could use
// (gRPC 1.51 cannot be told a least version), and quick reconnects. Before the first gRPC call.
void PrepareGrpcEnvironment();

// This node's certificate and private key. For calls they are kept in memory files that gRPC looks
// at every `refresh_s` seconds, so Renew reaches new connections without a restart. Thread-safe.
class OwnCertificate {
 public:
  static constexpr absl::Duration kLifetime = absl::Hours(24 * 30);

  // Mints the first one. `tls_key` outlives it.
  static absl::StatusOr<std::unique_ptr<OwnCertificate>> Create(const crypto::SigningKey& tls_key,
                                                                absl::Time now,
                                                                unsigned refresh_s = 60);
  ~OwnCertificate();
  // To be called daily.
  absl::Status Renew(absl::Time now, absl::Duration lifetime = kLifetime);
  // The one that was minted last.
  std::shared_ptr<const crypto::TlsIdentity> latest() const;

  class Impl;
  const Impl& impl() const { return *impl_; }

 private:
  explicit OwnCertificate(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

// The server must prove exactly the key `pinned`, and it must have a standing. `clock` and `own`
// outlive the credentials.
std::shared_ptr<grpc::ChannelCredentials> PeerChannelCredentials(const OwnCertificate& own,
                                                                 StandingOf standing_of,
                                                                 const PublicKey& pinned,
                                                                 const Clock* clock);

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_TLS_H_
