// DSSE v1 envelopes (github.com/secure-systems-lab/dsse): signatures over the pre-authentication
// encoding of opaque bytes. Knows no document kind and no policy; who must sign is governance's.
#ifndef COMMONS_CRYPTO_DSSE_H_
#define COMMONS_CRYPTO_DSSE_H_

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "crypto/keys.h"

namespace commons::crypto {

struct DsseSignature {
  PublicKey key;
  std::string signature;  // 64 bytes
};

// "DSSEv1" SP LEN(type) SP type SP LEN(payload) SP payload, lengths in decimal.
std::string PreAuthEncoding(absl::string_view payload_type, absl::string_view payload);

DsseSignature SignDsse(const SigningKey& key, absl::string_view payload_type,
                       absl::string_view payload);

// The distinct public keys that validly (strictly) signed. Invalid extra signatures are ignored;
// only the first limits::kSignaturesPerEnvelope are looked at.
std::set<PublicKey> ValidSigners(absl::string_view payload_type, absl::string_view payload,
                                 absl::Span<const DsseSignature> signatures);

}  // namespace commons::crypto

#endif  // COMMONS_CRYPTO_DSSE_H_
