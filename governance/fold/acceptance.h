// Whether a document would count, told away from any node from documents that the asker trusts.
// Pure: looks at no clock.
#ifndef COMMONS_GOVERNANCE_FOLD_ACCEPTANCE_H_
#define COMMONS_GOVERNANCE_FOLD_ACCEPTANCE_H_

#include <vector>

#include "absl/status/status.h"
#include "governance/document/document.h"

namespace commons::governance {

// OK when `document` counts after the `trusted` ones: cards, the charter and its approvals, earlier
// versions. Each is taken to lie in its issuer's log; where several begin one chain, the first of
// them counts. `document` is judged as what is to come, by its organisation's newest card: nothing
// shows where a file stands in a log, and a date is its signers' word. Without a charter among
// them, the commons is the one that the document names, and whoever has a complete card speaks for
// itself. Refusals: UNKNOWN_ISSUER without the issuer's card, WRONG_COMMONS for another commons
// than the charter's, else the fold's: UNDER_SIGNED, OUT_OF_ORDER, PRACTICE_KEY, NOT_A_MEMBER,
// MALFORMED.
absl::Status Accept(const std::vector<Document>& trusted, const Document& document);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_ACCEPTANCE_H_
