// One organisation's log as this node holds it.
#ifndef COMMONS_GOVERNANCE_FOLD_ORG_LOG_H_
#define COMMONS_GOVERNANCE_FOLD_ORG_LOG_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"

namespace commons::governance {

// What stands in no log, by id; only what counts by the issuer's card is taken into it.
struct SetEntry {
  std::shared_ptr<const Document> document;  // never nullptr; with all its signatures
  absl::Time seen_at;                        // when this node first durably stored it
};
using DocumentSet = std::map<DocId, SetEntry>;

// In log order; entry 0 is its OrgRoot genesis.
struct OrgLog {
  struct Entry {
    std::shared_ptr<const Document> document;  // nullptr: of a kind unknown here
    absl::Time seen_at;  // when this node first durably stored the complete signatures
    // Where in the log the last of its signatures stands; its place here when none came later.
    uint64_t index = 0;
  };
  std::vector<Entry> entries;
  std::optional<Document> node_info;
  std::shared_ptr<const DocumentSet> sets;  // freezes, lifts, ...; nullptr: none
  // Read by its organisation's own node, whose time decides when a recovery takes power.
  bool own = false;
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
