// Whether an owner stopped a question.
#ifndef COMMONS_GOVERNANCE_RULES_FROZEN_H_
#define COMMONS_GOVERNANCE_RULES_FROZEN_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "governance/rules/ask_request.h"

namespace commons::governance {

// A freeze of the owner that stops it, owned by the register; nullptr: none does.
const FreezeInForce* FrozenBy(const Register& reg, const OrgId& owner, const AskRequest& request);
// FROZEN, with what is stopped and why.
absl::Status CheckNotFrozen(const Register& reg, const OrgId& owner, const AskRequest& request);

// The freeze that stops a dataset for everybody, whatever is asked of it; nullptr: none does.
const FreezeInForce* FrozenForAll(const Register& reg, const OrgId& owner,
                                  absl::string_view dataset);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_RULES_FROZEN_H_
