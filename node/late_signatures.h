// Signatures that come after their document. The organisation appends the document to its log once
// more, with all signatures it has by then, so that they reach everybody as anything new does;
// where it stands first it gains them. Pure.
#ifndef COMMONS_NODE_LATE_SIGNATURES_H_
#define COMMONS_NODE_LATE_SIGNATURES_H_

#include "absl/status/statusor.h"
#include "governance/document.h"
#include "proto/documents.pb.h"

namespace commons::node {

// `first` with the signatures that `again`, the same document, brings: valid ones by keys on the
// organisation's card or, for a project, of its researchers; of nobody else, so that a peer can't
// make it grow. UNDER_SIGNED when it brings none, or none for which there is room.
absl::StatusOr<governance::Document> WithSignaturesOf(const governance::Document& again,
                                                      const v1::OrgRoot& card,
                                                      const governance::Document& first);

}  // namespace commons::node

#endif  // COMMONS_NODE_LATE_SIGNATURES_H_
