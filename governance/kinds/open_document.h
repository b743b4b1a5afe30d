// Bytes from outside to a document.
#ifndef COMMONS_GOVERNANCE_KINDS_OPEN_DOCUMENT_H_
#define COMMONS_GOVERNANCE_KINDS_OPEN_DOCUMENT_H_

#include "absl/status/statusor.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// MALFORMED: not a known kind's payload, beyond limits, unknown fields or values; UNKNOWN_KIND;
// NOT_SUPPORTED_YET: what a later version brings; PRACTICE_KEY: practice cards in a real charter.
// An envelope with no valid signature is a document with no signers: thresholds decide later.
absl::StatusOr<Document> OpenDocument(const v1::Envelope& envelope);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_OPEN_DOCUMENT_H_
