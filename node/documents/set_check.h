// The documents beside a log that a peer handed on, verified before anything of them is kept.
#ifndef COMMONS_NODE_DOCUMENTS_SET_CHECK_H_
#define COMMONS_NODE_DOCUMENTS_SET_CHECK_H_

#include <vector>

#include "absl/status/status.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "node/documents/log_book.h"
#include "node/peer/peer_budgets.h"
#include "proto/peer.pb.h"

namespace commons::node {

// Those of the page that may be new and belong into its organisation's set; without a lock. What is
// known, or signed by keys that do not count or have no room left, is passed over unverified, so
// that however many come, few cost anything. Refused, and to be looked at no further:
// UNKNOWN_ISSUER; BUSY of `spend`. Of others that are refused the first is told.
std::vector<governance::Document> CheckSets(const LogBook& book, const Spend& spend,
                                            const OrgId& org, const v1::LogPage& page,
                                            std::vector<absl::Status>* refused);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_SET_CHECK_H_
