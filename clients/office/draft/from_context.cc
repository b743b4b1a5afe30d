#include "clients/office/draft/from_context.h"

#include "base/status.h"
#include "clients/office/draft/common.h"
#include "governance/document/chains.h"
#include "governance/document/document.h"

namespace commons::clients {

absl::Status TakeContext(const Papers& context, Sources& sources) {
  sources.commons = context.commons();
  sources.ballot = context.reg().ballots().ballot;
  if (sources.spec.Has("issuer")) {
    ASSIGN_OR_RETURN(sources.own, OrgNamed(sources, "issuer"));
  }
  for (const Paper& paper : context.all()) {
    if (paper.standing != Paper::Standing::kCounts) continue;
    const std::string& chain = paper.document->header->chain();
    const bool ours = sources.own.has_value() && paper.log == *sources.own && !chain.empty();
    if (ours || chain == governance::kCommonsChain) sources.before.push_back(*paper.document);
  }
  return absl::OkStatus();
}

}  // namespace commons::clients
