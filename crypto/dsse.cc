#include "crypto/dsse.h"

#include "absl/strings/str_cat.h"
#include "base/limits.h"

namespace commons::crypto {

std::string PreAuthEncoding(absl::string_view payload_type, absl::string_view payload) {
  return absl::StrCat("DSSEv1 ", payload_type.size(), " ", payload_type, " ", payload.size(), " ",
                      payload);
}

DsseSignature SignDsse(const SigningKey& key, absl::string_view payload_type,
                       absl::string_view payload) {
  return {key.public_key(), key.Sign(PreAuthEncoding(payload_type, payload))};
}

std::set<PublicKey> ValidSigners(absl::string_view payload_type, absl::string_view payload,
                                 absl::Span<const DsseSignature> signatures) {
  const std::string message = PreAuthEncoding(payload_type, payload);
  std::set<PublicKey> signers;
  for (const DsseSignature& s : signatures.subspan(0, limits::kSignaturesPerEnvelope)) {
    if (!signers.contains(s.key) && VerifyStrict(s.key, message, s.signature)) {
      signers.insert(s.key);
    }
  }
  return signers;
}

}  // namespace commons::crypto
