// Bytes to a document or a payload of a given kind.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_OPEN_AS_H_
#define COMMONS_GOVERNANCE_DOCUMENT_OPEN_AS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "governance/document/document.h"
#include "governance/document/kind.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Every rule that needs no other document. Refusals: MALFORMED (also unknown fields and enum values
// at any depth), NOT_SUPPORTED_YET. Envelopes within are not opened.
absl::StatusOr<std::shared_ptr<google::protobuf::Message>> ParseAs(const Kind& kind,
                                                                   absl::string_view bytes);

// As OpenDocument of kinds/open_document.h; nullptr is a kind unknown here (UNKNOWN_KIND).
absl::StatusOr<Document> OpenAs(const Kind* kind, const v1::Envelope& envelope);

// What a peer would refuse is refused while it is still a draft: the payload, if it is one.
absl::StatusOr<std::string> Drafted(const Kind& kind, std::string payload);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_OPEN_AS_H_
