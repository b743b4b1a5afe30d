// Whose document it is, wherever its kind says so.
#ifndef COMMONS_GOVERNANCE_DOCUMENT_ISSUER_H_
#define COMMONS_GOVERNANCE_DOCUMENT_ISSUER_H_

#include "base/ids.h"
#include "governance/document/document.h"

namespace commons::governance {

// The organisation that a document speaks for: of its card the one that it is. OrgId() for a
// charter, which is nobody's alone.
OrgId IssuerOf(const Document& document);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_DOCUMENT_ISSUER_H_
