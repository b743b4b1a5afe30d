// One owner's rules for a dataset, or for all of theirs.
#ifndef COMMONS_GOVERNANCE_KINDS_DATASET_OWNER_POLICY_H_
#define COMMONS_GOVERNANCE_KINDS_DATASET_OWNER_POLICY_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kOwnerPolicyKind;

// Payload bytes ready for SignDocument. A rule that is open carries the board's statement that no
// protected dataset describes the same records.
std::string DraftOwnerPolicy(const Register& reg, const OrgId& issuer, absl::string_view dataset,
                             const v1::Rule& rule, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_DATASET_OWNER_POLICY_H_
