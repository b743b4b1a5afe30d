#include "governance/document/open_as.h"

#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "crypto/dsse.h"
#include "governance/document/payload.h"
#include "governance/document/refusal.h"

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

absl::Status CheckHeader(const Kind& kind, const v1::Header& header, absl::string_view chain) {
  if (kind.renewed && header.version() > 1) return CheckRenewal(header, chain);
  return kind.genesis ? CheckGenesis(header, chain) : CheckOrdinary(header, chain);
}

absl::Status OpenAll(const Kind* kind, const std::vector<const v1::Envelope*>& envelopes,
                     std::vector<std::shared_ptr<const Document>>& opened) {
  for (const v1::Envelope* envelope : envelopes) {
    ASSIGN_OR_RETURN(Document document, OpenAs(kind, *envelope));
    opened.push_back(std::make_shared<const Document>(std::move(document)));
  }
  return absl::OkStatus();
}

// Whom a card names is its organisation's first one's hash: others say so only of themselves.
absl::Status CheckFirst(const std::vector<std::shared_ptr<const Document>>& cards) {
  for (const auto& card : cards) {
    if (card->header->version() == 1) continue;
    return Refuse(v1::MALFORMED, "a card within a document must be its organisation's first");
  }
  return absl::OkStatus();
}

// Cards and approvals hold nothing more, so this ends.
absl::Status OpenCarried(const Kind& kind, const Kind::Message& payload, Document& document) {
  if (kind.carries != nullptr) {
    RETURN_IF_ERROR(OpenAll(kind.carried, kind.carries(payload), document.cards));
    RETURN_IF_ERROR(CheckFirst(document.cards));
  }
  if (kind.cites != nullptr) {
    for (const v1::Envelope* envelope : kind.cites(payload)) {
      ASSIGN_OR_RETURN(const Document cited, OpenAs(kind.cited, *envelope));
      kind.take_cited(cited, document);
    }
  }
  return kind.check_carried == nullptr ? absl::OkStatus() : kind.check_carried(document);
}

}  // namespace

absl::StatusOr<std::shared_ptr<google::protobuf::Message>> ParseAs(const Kind& kind,
                                                                   absl::string_view bytes) {
  auto payload = kind.make();
  RETURN_IF_ERROR(ParseStrictly(bytes, *payload));
  if (kind.chain != nullptr) {
    ASSIGN_OR_RETURN(const std::string chain, kind.chain(*payload));
    RETURN_IF_ERROR(CheckHeader(kind, *HeaderOf(*payload), chain));
  }
  if (kind.set_head != nullptr) {
    if (bytes.size() > limits::kSetDocumentBytes) return Malformed("more than 20 KiB");
    RETURN_IF_ERROR(CheckSetHead(kind.set_head(*payload), kind.outside_commons));
  }
  if (kind.check != nullptr) RETURN_IF_ERROR(kind.check(*payload));
  return payload;
}

absl::StatusOr<Document> OpenAs(const Kind* kind, const v1::Envelope& envelope) {
  RETURN_IF_ERROR(CheckEnvelope(envelope));
  if (kind == nullptr || envelope.payload_type() != kind->type) {
    return Refuse(v1::UNKNOWN_KIND,
                  absl::StrCat("unknown kind '", envelope.payload_type().substr(0, 64), "'"));
  }
  Document document;
  ASSIGN_OR_RETURN(const auto payload, ParseAs(*kind, envelope.payload()));
  document.payload = payload;
  if (const v1::Header* header = HeaderOf(*document.payload)) document.header = header;
  document.envelope = envelope;
  document.id = IdOf(envelope);
  document.signers = SignersOf(envelope);
  RETURN_IF_ERROR(OpenCarried(*kind, *payload, document));
  if (kind->forget_cited != nullptr) kind->forget_cited(*payload);
  return document;
}

absl::StatusOr<std::string> Drafted(const Kind& kind, std::string payload) {
  RETURN_IF_ERROR(OpenAs(&kind, SignDocument(kind.type, payload, {})).status());
  return payload;
}

}  // namespace commons::governance
