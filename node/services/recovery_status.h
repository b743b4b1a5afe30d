// Recoveries that wait, for `commons node status` and `doctor`.
#ifndef COMMONS_NODE_SERVICES_RECOVERY_STATUS_H_
#define COMMONS_NODE_SERVICES_RECOVERY_STATUS_H_

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/local.pb.h"

namespace commons::node {

// Every member's, in words for people of `own`.
void AddRecoveries(const governance::Register& reg, const OrgId& own, absl::Time now,
                   v1::StatusReply& reply);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_RECOVERY_STATUS_H_
