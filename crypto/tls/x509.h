// Self-signed Ed25519 certificates for pinned TLS (RFC 8410): from a seed to PEM and back
// (OpenSSL).
#ifndef COMMONS_CRYPTO_TLS_X509_H_
#define COMMONS_CRYPTO_TLS_X509_H_

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

// Valid from `now` - 10 minutes for `lifetime`. kInternal: OpenSSL could not.
absl::StatusOr<TlsIdentity> MintTlsIdentity(const SigningKey& key, absl::Time now,
                                            absl::Duration lifetime);

// What the first certificate in a PEM certifies, and from when to when.
struct CertifiedKey {
  PublicKey key;
  absl::Time not_before, not_after;

  // kUnauthenticated outside not_before <= now < not_after.
  absl::StatusOr<PublicKey> At(absl::Time now) const;
};

// kUnauthenticated with the reason: not a certificate, no dates, another key type than Ed25519, or
// not a valid point.
absl::StatusOr<CertifiedKey> ReadCertificatePem(absl::string_view pem);
// Both steps at once.
absl::StatusOr<PublicKey> KeyFromCertificatePem(absl::string_view pem, absl::Time now);

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_TLS_X509_H_
