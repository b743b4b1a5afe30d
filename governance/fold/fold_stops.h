// An organisation's freezes and lifts to what is stopped: a function of the set alone, so that the
// order in which they come does not matter (docs/decisions/0016-stopping.md).
#ifndef COMMONS_GOVERNANCE_FOLD_FOLD_STOPS_H_
#define COMMONS_GOVERNANCE_FOLD_FOLD_STOPS_H_

#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "base/ids.h"
#include "governance/fold/cards_in_log.h"
#include "governance/fold/org_log.h"
#include "governance/fold/still_counting.h"
#include "governance/register/cards_in_turn.h"
#include "governance/register/state.h"
#include "governance/register/stops.h"

namespace commons::governance {

// `cards` are those of CardsInLog.
Stops FoldStops(const OrgId& org, const OrgLog& log, const Ground& ground, SharedLogCards cards);

// Whether it is a freeze that nobody but a key which was lifted signed, nor the board. `steps` as
// in ByAny.
bool IsOfLiftedKey(const Document& document, const Stops& stops, uint64_t* steps = nullptr);

// Whether it belongs into the set of the organisation with these cards, in this commons: those who
// signed are enough by any of them. `steps` as in ByAny. UNKNOWN_ISSUER, WRONG_COMMONS,
// UNDER_SIGNED.
absl::Status CheckBelongs(const Document& document, const OrgId& org, const CardsInTurn& cards,
                          const std::optional<CommonsId>& commons, uint64_t* steps = nullptr);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_FOLD_STOPS_H_
