// An organisation vouches for a researcher's key.
#ifndef COMMONS_GOVERNANCE_KINDS_RESEARCH_ACCREDITATION_H_
#define COMMONS_GOVERNANCE_KINDS_RESEARCH_ACCREDITATION_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"

namespace commons::governance {

extern const Kind kAccreditationKind;

// Payload bytes ready for SignDocument.
std::string DraftAccreditation(const Register& reg, const OrgId& issuer,
                               const PublicKey& researcher, absl::string_view affiliation,
                               bool practice, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_RESEARCH_ACCREDITATION_H_
