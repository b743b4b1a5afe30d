#include "governance/document/document.h"

#include <algorithm>

#include "crypto/dsse.h"
#include "crypto/hash.h"
#include "governance/document/payload_types.h"

namespace commons::governance {

bool Document::SignedBy(absl::string_view key_bytes) const {
  const auto key = PublicKey::FromBytes(key_bytes);
  return key.ok() && signers.contains(*key);
}

v1::Envelope SignDocument(absl::string_view kind, absl::string_view payload,
                          absl::Span<const crypto::SigningKey* const> keys) {
  v1::Envelope envelope;
  envelope.set_payload_type(kind.data(), kind.size());
  envelope.set_payload(payload.data(), payload.size());
  for (const crypto::SigningKey* key : keys) AddSignature(envelope, *key);
  return envelope;
}

void AddSignature(v1::Envelope& envelope, const crypto::SigningKey& key) {
  const auto made = crypto::SignDsse(key, envelope.payload_type(), envelope.payload());
  auto& list = *envelope.mutable_signatures();
  const auto old = std::find_if(list.begin(), list.end(), [&](const v1::Signature& s) {
    return s.key() == made.key.ToBytes();
  });
  v1::Signature& signature = old == list.end() ? *list.Add() : *old;
  signature.set_key(made.key.ToBytes());
  signature.set_signature(made.signature);
}

DocId IdOf(const v1::Envelope& envelope) {
  return crypto::DocIdOf(envelope.payload_type(), envelope.payload());
}

Hash32 StandardIdOf(absl::string_view standard_bytes) {
  return crypto::Retype<Hash32>(crypto::DocIdOf(kinds::kStandard, standard_bytes));
}

}  // namespace commons::governance
