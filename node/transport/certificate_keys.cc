#include "node/transport/certificate_keys.h"

#include <grpc/grpc_security_constants.h>

#include "base/status.h"

namespace commons::node {

absl::StatusOr<PublicKey> CertificateKeys::KeyOf(const grpc::AuthContext& connection,
                                                 absl::Time now) {
  const auto pems = connection.FindPropertyValues(GRPC_X509_PEM_CERT_PROPERTY_NAME);
  if (pems.size() != 1) return absl::UnauthenticatedError("no certificate");
  const std::string pem(pems[0].data(), pems[0].size());
  std::lock_guard lock(mu_);
  auto known = read_.find(pem);
  if (known == read_.end()) {
    ASSIGN_OR_RETURN(const crypto::CertifiedKey certified, crypto::ReadCertificatePem(pem));
    if (read_.size() >= kMost) read_.clear();
    known = read_.emplace(pem, certified).first;
  }
  return known->second.At(now);
}

}  // namespace commons::node
