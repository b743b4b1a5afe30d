// How the votes on the commons chain stand, for the node's own people.
#ifndef COMMONS_NODE_SERVICES_VOTE_STATUS_H_
#define COMMONS_NODE_SERVICES_VOTE_STATUS_H_

#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/local.pb.h"

namespace commons::node {

void AddVotes(const governance::Register& reg, const OrgId& own, v1::StatusReply& reply);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_VOTE_STATUS_H_
