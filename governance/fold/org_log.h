// One organisation's log as this node holds it.
#ifndef COMMONS_GOVERNANCE_FOLD_ORG_LOG_H_
#define COMMONS_GOVERNANCE_FOLD_ORG_LOG_H_

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"

namespace commons::governance {

// In log order; entry 0 is its OrgRoot genesis.
struct OrgLog {
  struct Entry {
    std::shared_ptr<const Document> document;  // nullptr: of a kind unknown here
    absl::Time seen_at;  // when this node first durably stored the complete signatures
  };
  std::vector<Entry> entries;
  std::optional<Document> node_info;
  // When this node had proof that the log has two histories. What came from then on widens nothing.
  absl::Time forked_at = absl::InfiniteFuture();
};

using Logs = std::map<OrgId, std::shared_ptr<const OrgLog>>;  // never nullptr
// Puts a copy of a log in its place, an empty one where there is none, to be changed until `logs`
// are copied or the next ChangeIn of that log. Whoever has the one before keeps it as it was.
OrgLog& ChangeIn(Logs& logs, const OrgId& org);

// As every organisation's log does: with the first, whose hash is its name.
bool BeginsWithItsCard(const OrgId& org, const OrgLog& log);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_ORG_LOG_H_
