// The commons chain to members, standards and common rules.
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_COMMONS_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_COMMONS_H_

#include <map>
#include <memory>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/fold/card.h"
#include "governance/register/state.h"

namespace commons::governance {

// A charter, wherever it lies, or a resolution in its issuer's log.
struct CommonsDocument {
  std::shared_ptr<const Document> document;
  OrgId log;           // the first that holds it
  absl::Time seen_at;  // the earliest
};

using OrgStates = std::map<OrgId, std::shared_ptr<const OrgState>>;

// All of one commons. `cards` has every card that the documents hold. `before`: an earlier fold,
// whose definitions need not be read again; may be nullptr.
CommonsState FoldCommons(const CommonsDocument& charter,
                         const std::map<DocId, CommonsDocument>& resolutions, const Cards& cards,
                         const OrgStates& orgs, const CommonsState* before);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_COMMONS_H_
