#include "governance/document/document.h"

#include <algorithm>

#include "base/limits.h"
#include "base/status.h"
#include "crypto/dsse.h"
#include "crypto/hash.h"
#include "governance/document/kinds.h"
#include "governance/document/refusal.h"
#include "governance/kinds/payload.h"

namespace commons::governance {
namespace {

absl::Status CheckEnvelope(const v1::Envelope& envelope) {
  if (envelope.ByteSizeLong() > limits::kDocumentBytes) {
    return Refuse(v1::MALFORMED, "a document larger than 1 MiB");
  }
  if (envelope.signatures_size() > static_cast<int>(limits::kSignaturesPerEnvelope)) {
    return Refuse(v1::MALFORMED, "a document with more than 64 signatures");
  }
  if (!envelope.GetReflection()->GetUnknownFields(envelope).empty()) {
    return Refuse(v1::MALFORMED, "unknown field in the envelope");
  }
  return absl::OkStatus();
}

std::set<PublicKey> SignersOf(const v1::Envelope& envelope) {
  std::vector<crypto::DsseSignature> signatures;
  for (const v1::Signature& s : envelope.signatures()) {
    if (auto key = PublicKey::FromBytes(s.key()); key.ok()) {
      signatures.push_back({*key, s.signature()});
    }
  }
  return crypto::ValidSigners(envelope.payload_type(), envelope.payload(), signatures);
}

// The organisation cards a Charter or Resolution carries: cards hold no cards, so this ends.
absl::Status OpenCards(Document& document) {
  std::vector<const v1::Envelope*> envelopes;
  if (document.kind() == kinds::kCharter) {
    for (const v1::Envelope& card : document.As<v1::Charter>().founder_cards()) {
      envelopes.push_back(&card);
    }
  } else if (document.kind() == kinds::kResolution) {
    for (const v1::Resolution::Item& item : document.As<v1::Resolution>().items()) {
      if (item.membership().has_admit()) envelopes.push_back(&item.membership().admit());
    }
  }
  for (const v1::Envelope* envelope : envelopes) {
    ASSIGN_OR_RETURN(Document card, OpenDocument(*envelope));
    document.cards.push_back(std::make_shared<const Document>(std::move(card)));
  }
  return absl::OkStatus();
}

absl::Status CheckFounders(const Document& charter) {
  std::set<std::string> names, node_keys;
  for (const auto& card : charter.cards) {
    const auto& root = card->As<v1::OrgRoot>();
    if (!names.insert(root.name()).second) {
      return Refuse(v1::MALFORMED, "charter: two founders named '" + root.name() + "'");
    }
    for (const std::string& key : NodeKeysOf(root)) {
      if (!node_keys.insert(key).second) {
        return Refuse(v1::MALFORMED, "charter: two founders share a node's key");
      }
    }
    if (root.practice() && !charter.As<v1::Charter>().practice()) {
      return Refuse(v1::PRACTICE_KEY, "'" + root.name() + "' has practice keys");
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Document> OpenDocument(const v1::Envelope& envelope) {
  RETURN_IF_ERROR(CheckEnvelope(envelope));
  Document document;
  ASSIGN_OR_RETURN(document.payload, ParsePayload(envelope.payload_type(), envelope.payload()));
  if (const v1::Header* header = HeaderOf(*document.payload)) document.header = *header;
  document.envelope = envelope;
  document.id = IdOf(envelope);
  document.signers = SignersOf(envelope);
  RETURN_IF_ERROR(OpenCards(document));
  if (document.kind() == kinds::kCharter) RETURN_IF_ERROR(CheckFounders(document));
  return document;
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
