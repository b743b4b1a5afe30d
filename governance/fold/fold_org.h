// One organisation's log to what it says.
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_ORG_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_ORG_H_

#include "base/ids.h"
#include "governance/fold/card.h"
#include "governance/fold/org_log.h"
#include "governance/register/state.h"

namespace commons::governance {

// What an organisation's log is read by; all outlives the fold.
struct OrgGround {
  const OrgId& org;
  const Card& card;
  const Ground& ground;
  const Stops& stops;  // for the keys that were revoked
};

// Adds to `said`, which the entries before `from` made (none: an OrgState of its own), what the log
// says from there on. The log begins with the complete card, the first of its organisation; what
// stands behind a later one is signed by that one's board. What does not count is among the
// problems.
void FoldOrg(const OrgGround& ground, const OrgLog& log, size_t from, OrgState& said);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_ORG_H_
