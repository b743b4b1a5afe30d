// Self-signed Ed25519 certificates for pinned TLS (RFC 8410): from a seed to PEM and back (OpenSSL).
#ifndef COMMONS_CRYPTO_X509_H_
#define COMMONS_CRYPTO_X509_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/keys.h"

namespace commons::crypto {

struct TlsIdentity {
  std::string certificate_pem;
  std::string private_key_pem;
};

// The DNS name in the certificate and in SNI: "n" and the first 26 base32 (RFC 4648, lower case)
// characters of the key; authorisation never looks at it.
std::string TlsNameOf(const PublicKey& key);

// Valid from `now` - 10 minutes for `lifetime`.
absl::StatusOr<TlsIdentity> MintTlsIdentity(const SigningKey& key, absl::Time now,
                                            absl::Duration lifetime);

// The Ed25519 key of the first certificate in the PEM. kUnauthenticated with the reason: not a
// certificate, another key type, not a valid point, or outside notBefore/notAfter at `now`.
absl::StatusOr<PublicKey> KeyFromCertificatePem(absl::string_view pem, absl::Time now);

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_X509_H_
