// One organisation's log to what it says.
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_ORG_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_ORG_H_

#include "base/ids.h"
#include "governance/fold/card.h"
#include "governance/fold/org_log.h"
#include "governance/register/state.h"

namespace commons::governance {

// The log begins with the complete card. What does not count is among the problems.
OrgState FoldOrg(const OrgId& org, const Card& card, const OrgLog& log, const Ground& ground);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_ORG_H_
