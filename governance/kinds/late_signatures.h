// Signatures that come after their document. The organisation appends the document to its log once
// more, with all signatures it has by then, so that they reach everybody as anything new does;
// where it stands first it gains them. Pure.
#ifndef COMMONS_GOVERNANCE_KINDS_LATE_SIGNATURES_H_
#define COMMONS_GOVERNANCE_KINDS_LATE_SIGNATURES_H_

#include "absl/status/statusor.h"
#include "governance/document/document.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// `first` with the signatures that `again`, the same document, brings: valid ones by keys on the
// card in force where the document stands or, for a project, of its researchers and, for a card, of
// its own seats; of nobody else, so that a peer can't make it grow. UNDER_SIGNED when it brings
// none, or none for which there is room.
absl::StatusOr<Document> WithSignaturesOf(const Document& again, const v1::OrgRoot& card,
                                          const Document& first);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_LATE_SIGNATURES_H_
