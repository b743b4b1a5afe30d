// Whose key a connection's certificate holds.
#ifndef COMMONS_NODE_TRANSPORT_CERTIFICATE_KEYS_H_
#define COMMONS_NODE_TRANSPORT_CERTIFICATE_KEYS_H_

#include <grpcpp/security/auth_context.h>

#include <mutex>
#include <string>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/x509.h"

namespace commons::node {

// A connection brings the same certificate with every call: it is read once, its dates looked at
// each time. Only certificates that passed a handshake come here. Thread-safe.
class CertificateKeys {
 public:
  // kUnauthenticated: no certificate, or not valid at `now`.
  absl::StatusOr<PublicKey> KeyOf(const grpc::AuthContext& connection, absl::Time now);

 private:
  static constexpr size_t kMost = 1024;
  std::mutex mu_;
  std::unordered_map<std::string, crypto::CertifiedKey> read_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_TRANSPORT_CERTIFICATE_KEYS_H_
