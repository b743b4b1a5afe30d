// What documents add to an organisation's set, which stands beside its log.
#ifndef COMMONS_NODE_DOCUMENTS_SET_GAIN_H_
#define COMMONS_NODE_DOCUMENTS_SET_GAIN_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "node/documents/held_logs.h"

namespace commons::node {

struct SetGain {
  std::vector<DocumentPtr> changed;   // as they are to be kept, with the signatures that count
  std::vector<absl::Status> refused;  // of each that is not taken, but not of those that are known
};

// For whoever holds the lock of the LogBook; changes nothing. UNKNOWN_ISSUER, WRONG_COMMONS,
// UNDER_SIGNED: it lacks signatures, or the board lifted all that its only key stops;
// MESSAGE_TOO_LARGE: the keys that signed it have filled their part.
SetGain SetGainOf(const HeldLogs& logs, const OrgId& org,
                  absl::Span<const governance::Document> documents);

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_SET_GAIN_H_
