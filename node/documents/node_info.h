// Where another member's node says it is reached.
#ifndef COMMONS_NODE_DOCUMENTS_NODE_INFO_H_
#define COMMONS_NODE_DOCUMENTS_NODE_INFO_H_

#include <optional>

#include "absl/status/statusor.h"
#include "governance/document/document.h"
#include "node/documents/snapshot.h"
#include "proto/documents.pb.h"

namespace commons::node {

// A member's node info, verified; nullopt when it is nothing new at `now`, nothing about a member,
// or about this node, `own`. MALFORMED: something else. UNDER_SIGNED: not by its node key.
absl::StatusOr<std::optional<governance::Document>> OpenNewNodeInfo(const Snapshot& now,
                                                                    const OrgId& own,
                                                                    const v1::Envelope& envelope);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_NODE_INFO_H_
