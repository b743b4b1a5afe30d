// An owner's yes or no to a project.
#ifndef COMMONS_GOVERNANCE_KINDS_RESEARCH_PROJECT_APPROVAL_H_
#define COMMONS_GOVERNANCE_KINDS_RESEARCH_PROJECT_APPROVAL_H_

#include <string>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"

namespace commons::governance {

extern const Kind kProjectApprovalKind;

// Payload bytes of a yes, ready for SignDocument.
std::string DraftProjectApproval(const Register& reg, const OrgId& issuer, const DocId& project,
                                 absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_RESEARCH_PROJECT_APPROVAL_H_
