// What people hand in beside a log is held against what is known here: they are to hear of what
// would be kept and act on nothing.
#ifndef COMMONS_NODE_DOCUMENTS_SET_SUBMISSION_H_
#define COMMONS_NODE_DOCUMENTS_SET_SUBMISSION_H_

#include "absl/status/status.h"
#include "base/clock.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "node/documents/held_logs.h"

namespace commons::node {

// Of a document that belongs into the set of `org`. OUT_OF_ORDER: a revocation that speaks of a log
// that never was so, a freeze that is lifted, an objection that comes too late; UNDER_SIGNED: an
// objection by a seat that has no say.
absl::Status CheckSubmission(const HeldLogs& logs, const OrgId& org,
                             const governance::Document& document, const Clock& clock);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_SET_SUBMISSION_H_
