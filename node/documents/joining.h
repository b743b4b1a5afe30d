// How a node becomes part of a commons: by the charter that it founds, or by an invitation.
#ifndef COMMONS_NODE_DOCUMENTS_JOINING_H_
#define COMMONS_NODE_DOCUMENTS_JOINING_H_

#include "absl/status/statusor.h"
#include "base/ids.h"
#include "node/documents/held_logs.h"
#include "node/documents/own_log.h"
#include "proto/documents.pb.h"

namespace commons::node {

// Keeps which commons it is, and the charter or the invitation; for whoever holds the lock of the
// LogBook. MALFORMED: the file holds neither. WRONG_COMMONS: in another one already. NOT_A_MEMBER:
// not among the founders. Again is harmless.
absl::StatusOr<CommonsId> JoinBy(const v1::RuleFile& file, HeldLogs& logs, OwnLog& own);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_JOINING_H_
