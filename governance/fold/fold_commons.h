// The commons chain to members, standards and common rules.
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_COMMONS_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_COMMONS_H_

#include "governance/fold/card.h"
#include "governance/fold/commons_document.h"
#include "governance/register/state.h"

namespace commons::governance {

// All of one commons. `cards` has every card that the documents hold. `before`: an earlier fold,
// whose definitions need not be read again; may be nullptr.
CommonsState FoldCommons(const CommonsDocument& charter, const CommonsDocuments& resolutions,
                         const Cards& cards, const OrgStates& orgs, const CommonsState* before);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_COMMONS_H_
