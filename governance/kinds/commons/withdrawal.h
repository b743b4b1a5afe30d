// A proposer asks for no more votes for its proposal. Advice: what has the votes it needs is
// decided all the same.
#ifndef COMMONS_GOVERNANCE_KINDS_COMMONS_WITHDRAWAL_H_
#define COMMONS_GOVERNANCE_KINDS_COMMONS_WITHDRAWAL_H_

#include <string>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"

namespace commons::governance {

extern const Kind kWithdrawalKind;

// Payload bytes that withdraw a resolution of `issuer`.
std::string DraftWithdrawal(const Register& reg, const OrgId& issuer, const Document& resolution,
                            absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_COMMONS_WITHDRAWAL_H_
