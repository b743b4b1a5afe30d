// Whether a resolution fits the members before it. One bad item spoils the whole: never half a
// decision.
#ifndef COMMONS_GOVERNANCE_FOLD_FITS_H_
#define COMMONS_GOVERNANCE_FOLD_FITS_H_

#include "absl/status/status.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/fold/card.h"
#include "governance/fold/commons_document.h"
#include "governance/register/state.h"

namespace commons::governance {

// UNDER_SIGNED: a card in the charter or resolution lacks signatures. They may still come.
absl::Status CardsComplete(const Document& document, const Cards& cards);

// What never changes: NOT_A_MEMBER, MALFORMED (a name or a node's key is taken), PRACTICE_KEY.
absl::Status Fits(const Document& resolution, const CommonsState& before, bool practice);
// What may still come, of one that fits: signatures on cards, and the word of who departs
// (OUT_OF_ORDER).
absl::Status IsReady(const Document& resolution, const CommonsState& before, const Cards& cards,
                     const OrgStates& orgs);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FITS_H_
