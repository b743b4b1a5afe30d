// Before anybody signs: two members to whom a third showed two histories of its log may have
// certified different documents, and know nothing of it until they compare.
#ifndef COMMONS_QUERY_RELEASE_COMPARE_H_
#define COMMONS_QUERY_RELEASE_COMPARE_H_

#include <map>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "query/peer/node_context.h"
#include "query/release/roster.h"

namespace commons::query {

// Compares (NodeContext::compare) with those who voted under another register than `before`, which
// is this node's own as of its vote. Whom that failed with, and why; mostly nobody.
// CONFLICTING_LOG: since `before` it came out that a member, who is named, has two histories.
absl::StatusOr<std::map<OrgId, absl::Status>> CompareWithVoters(const NodeContext& context,
                                                                const governance::Register& before,
                                                                absl::Span<const Voter> voters);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_COMPARE_H_
