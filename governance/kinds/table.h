// Every kind of document known here.
#ifndef COMMONS_GOVERNANCE_KINDS_TABLE_H_
#define COMMONS_GOVERNANCE_KINDS_TABLE_H_

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "governance/document/document.h"
#include "governance/document/kind.h"

namespace commons::governance {

absl::Span<const Kind* const> AllKinds();
// nullptr: unknown here.
const Kind* FindKind(absl::string_view payload_type);
// Of a document that was opened, so that its kind is known.
const Kind& KindOf(const Document& document);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_TABLE_H_
