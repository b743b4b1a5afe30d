// All logs to the register: a pure function, which looks at no clock. The order of arrival does not
// matter (docs/decisions/0003-in-force.md).
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_H_

#include <map>
#include <optional>

#include "base/ids.h"
#include "governance/fold/org_log.h"
#include "governance/register/register.h"

namespace commons::governance {

// `charter` names the commons; without one the register holds only the organisations' own cards.
// The log of OrgId() is nobody's: of what lies there, only that charter counts.
// Documents that do not count (unknown issuer, under-signed, out of order) are left out and named
// in problems(): they are kept in the log and may count later.
Register FoldLogs(const std::map<OrgId, OrgLog>& logs, std::optional<CommonsId> charter);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_H_
