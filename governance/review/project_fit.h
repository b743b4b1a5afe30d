// What an owner's rules leave of a project, before its board says yes or no to it. Pure.
#ifndef COMMONS_GOVERNANCE_REVIEW_PROJECT_FIT_H_
#define COMMONS_GOVERNANCE_REVIEW_PROJECT_FIT_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Why a question of the project would be refused even after a yes: a line for each thing that the
// rules in force keep out, by dataset that the owner gave notice of. Safe for a terminal.
std::vector<std::string> KeptOutByRules(const v1::Project& project, const Register& reg,
                                        const OrgId& owner, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_PROJECT_FIT_H_
