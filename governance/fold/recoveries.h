// Recoveries of an organisation as one node sees them: which may take power, and when
// (docs/decisions/0021-recovery.md). Pure.
#ifndef COMMONS_GOVERNANCE_FOLD_RECOVERIES_H_
#define COMMONS_GOVERNANCE_FOLD_RECOVERIES_H_

#include <cstddef>
#include <cstdint>
#include <map>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/fold/org_log.h"
#include "governance/register/log_cards.h"
#include "governance/register/reign.h"

namespace commons::governance {

// By their cards. `objections` has when this node had the first objection of a seat to each,
// `revoked` which keys lost their power.
std::map<DocId, Recovery> RecoveriesOf(const LogCards& cards, const OrgLog& log,
                                       const std::map<DocId, absl::Time>& objections,
                                       const std::map<PublicKey, uint64_t>& revoked);

// What the recoveries leave of the boards' power over what stands in no log. Indices are of the
// cards in turn.
struct BoardPower {
  size_t end = ~size_t{0};             // from this card on, none has any
  std::map<size_t, absl::Time> until;  // a recovery took that card's board's power then
};
BoardPower PowerLeft(const LogCards& cards, const std::map<DocId, Recovery>& recoveries);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_RECOVERIES_H_
