// An owner may ask that those who answer with it have been members for some days: who joins today
// to make up the number does not count.
#ifndef COMMONS_QUERY_MEMBER_MEMBERSHIP_AGE_H_
#define COMMONS_QUERY_MEMBER_MEMBERSHIP_AGE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::query {

// TOO_FEW_MEMBERS unless min_members of these have been members for min_membership_days, as this
// node has seen it (Organisation::admitted_at). OK where the rule sets no days.
absl::Status CheckMembershipAge(const v1::Rule& rule, const std::vector<OrgId>& members,
                                const governance::Register& reg, absl::Time now);

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_MEMBERSHIP_AGE_H_
