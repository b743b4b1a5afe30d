// The proposals that are voted on and their votes, for the node's own people.
#ifndef COMMONS_NODE_SERVICES_VOTE_STATUS_H_
#define COMMONS_NODE_SERVICES_VOTE_STATUS_H_

#include "governance/register/register.h"
#include "proto/local.pb.h"

namespace commons::node {

void AddProposals(const governance::Register& reg, v1::StatusReply& reply);

}  // namespace commons::node

#endif  // COMMONS_NODE_SERVICES_VOTE_STATUS_H_
