// A document as it came: verbatim envelope, its id, its parsed header and who validly signed it.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_DOCUMENT_H_
#define COMMONS_GOVERNANCE_DOCUMENT_DOCUMENT_H_

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// What an Approval within another document says, and who validly signed it. Its bytes stand there:
// many are held, and none is kept twice.
struct CitedApproval {
  DocId id;
  OrgId issuer;
  CommonsId commons;
  uint64_t version = 0;
  uint32_t ballot = 0;
  DocId document;
  bool yes = false;
  std::set<PublicKey> signers;
};

// Valid or absent: bounded, parsed, signatures strictly verified. Immutable. Made by OpenDocument
// (kinds/open_document.h). Payload rules and the header rules of each kind:
// docs/formats/documents.md.
struct Document {
  v1::Envelope envelope;  // bytes as received
  DocId id;
  // The payload's; an empty one for kinds without one (NodeInfo). Never nullptr.
  const v1::Header* header = &v1::Header::default_instance();
  std::set<PublicKey> signers;  // distinct keys whose signatures verified
  std::shared_ptr<const google::protobuf::Message> payload;
  // OrgRoots embedded in a Charter (its founders) or a Resolution (whom it admits), in their order.
  std::vector<std::shared_ptr<const Document>> cards;
  // Approvals that a Resolution holds to show that the ballot before its own is dead; they stand
  // here alone, and not in `payload`.
  std::vector<CitedApproval> cited;

  // Payload is the message of kind().
  template <typename Payload>
  const Payload& As() const {
    return static_cast<const Payload&>(*payload);
  }
  const std::string& kind() const { return envelope.payload_type(); }
  bool SignedBy(absl::string_view key_bytes) const;
};

// Signs payload bytes into a new envelope, or adds signatures to an existing one (same key once).
v1::Envelope SignDocument(absl::string_view kind, absl::string_view payload,
                          absl::Span<const crypto::SigningKey* const> keys);
void AddSignature(v1::Envelope& envelope, const crypto::SigningKey& key);

// The doc_id of an envelope without looking at its signatures.
DocId IdOf(const v1::Envelope& envelope);
Hash32 StandardIdOf(absl::string_view standard_bytes);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_DOCUMENT_H_
