// Decide(register, request, now): the one place where an owner's rules say yes or no. Pure: two
// nodes with the same documents decide the same. Unknown or missing means deny.
#ifndef COMMONS_GOVERNANCE_RULES_DECIDE_H_
#define COMMONS_GOVERNANCE_RULES_DECIDE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "governance/rules/ask_request.h"
#include "governance/rules/rule_in_force.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// RELEASE_NOT_ALLOWED unless exact figures of such a dataset may be released at all: nothing in it
// tells people apart, names or hides them.
absl::Status MayBeOpen(const v1::Standard& standard);

struct Permission {
  EffectiveRule rule;
  v1::Manifest manifest;
  DocId manifest_id;
  // All that decided: rule, manifest, accreditation, project, approval.
  std::vector<DocId> documents;
};

// Refusals (governance/document/refusal.h): NOT_A_MEMBER, UNKNOWN_DATASET, WRONG_STANDARD, NO_DATA,
// COLUMN_NOT_HELD, NO_POLICY, FROZEN, RELEASE_NOT_ALLOWED, NOISE_TOO_FINE, PURPOSE_NOT_ALLOWED,
// COLUMN_NOT_ALLOWED, REQUESTER_NOT_ALLOWED, NOT_ACCREDITED, PROJECT_NOT_APPROVED, EXPIRED,
// EXCLUSIVE_CELLS; PRACTICE_KEY: a practice owner or asker in a real commons; MALFORMED: a column
// the Standard does not have. Roster rules (min_members, min_membership_days) and budgets are the
// caller's: they are in the rule.
absl::StatusOr<Permission> Decide(const Register& reg, const OrgId& owner,
                                  const AskRequest& request, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_RULES_DECIDE_H_
