// The organisation's own log: what may be appended to it, and the checkpoint that its node signs.
#ifndef COMMONS_NODE_DOCUMENTS_OWN_LOG_H_
#define COMMONS_NODE_DOCUMENTS_OWN_LOG_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/clock.h"
#include "base/ids.h"
#include "crypto/keys.h"
#include "governance/document/document.h"
#include "node/documents/held_logs.h"
#include "proto/documents.pb.h"

namespace commons::node {

// Not thread-safe: whoever uses it holds the lock of its LogBook. Everything outlives it. What it
// refuses is not stored.
class OwnLog {
 public:
  OwnLog(HeldLogs* logs, const OrgId& org, const crypto::SigningKey* node_key, const Clock* clock)
      : logs_(logs), org_(org), node_key_(node_key), clock_(clock) {}

  const OrgId& org() const { return org_; }
  bool Holds(const DocId& document) const;
  // MESSAGE_TOO_LARGE. Whether it would count is not asked.
  absl::Status Append(const governance::Document& document);
  // A document of the own organisation, opened by its people; one that is in the log already gains
  // the signatures that are new. A refusal names why it would not count.
  absl::Status Submit(const governance::Document& document);
  // Where this node is reached, for 30 days from now.
  absl::Status MintNodeInfo(absl::Span<const std::string> endpoints, absl::string_view contact);

 private:
  governance::Document WithoutRevoked(const governance::Document& document) const;
  absl::Status AppendSignatures(const governance::Document& document);
  absl::Status MayAppend(const governance::Document& document) const;
  absl::Status WouldCount(const governance::Document& document) const;

  HeldLogs* const logs_;
  const OrgId org_;
  const crypto::SigningKey* const node_key_;
  const Clock* const clock_;
};

}  // namespace commons::node

#endif  // COMMONS_NODE_DOCUMENTS_OWN_LOG_H_
