// What the commons chain is folded from.
#ifndef COMMONS_GOVERNANCE_FOLD_COMMONS_DOCUMENT_H_
#define COMMONS_GOVERNANCE_FOLD_COMMONS_DOCUMENT_H_

#include <map>
#include <memory>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/register/state.h"

namespace commons::governance {

// A charter, wherever it lies, or a resolution in its issuer's log.
struct CommonsDocument {
  std::shared_ptr<const Document> document;
  OrgId log;           // the first that holds it
  absl::Time seen_at;  // the earliest
};
using CommonsDocuments = std::map<DocId, CommonsDocument>;

using OrgStates = std::map<OrgId, std::shared_ptr<const OrgState>>;

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_COMMONS_DOCUMENT_H_
