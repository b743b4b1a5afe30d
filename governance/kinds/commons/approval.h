// What one organisation says to a charter or resolution: once for a version and ballot, in its own
// log.
#ifndef COMMONS_GOVERNANCE_KINDS_COMMONS_APPROVAL_H_
#define COMMONS_GOVERNANCE_KINDS_COMMONS_APPROVAL_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"

namespace commons::governance {

extern const Kind kApprovalKind;

// Payload bytes ready for SignDocument.
struct ApprovalDraft {
  CommonsId commons;
  uint64_t version = 0;  // of the commons chain, from 1
  uint32_t ballot = 1;
  DocId document;  // of a no, which is to every proposal in the ballot: any of them, or zero
  bool yes = true;
};
std::string DraftApproval(const ApprovalDraft& draft, const OrgId& issuer, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_COMMONS_APPROVAL_H_
