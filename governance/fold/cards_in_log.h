// Which cards count in an organisation's log, and which of them had power when something came that
// stands in no log (docs/decisions/0016-stopping.md). Pure.
#ifndef COMMONS_GOVERNANCE_FOLD_CARDS_IN_LOG_H_
#define COMMONS_GOVERNANCE_FOLD_CARDS_IN_LOG_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/fold/org_log.h"
#include "governance/fold/recoveries.h"
#include "governance/register/cards_in_turn.h"
#include "governance/register/log_cards.h"

namespace commons::governance {

using SharedCards = std::shared_ptr<const CardsInTurn>;  // never nullptr where a log is folded
using SharedLogCards = std::shared_ptr<const LogCards>;  // likewise

// The log begins with the organisation's complete card.
SharedLogCards CardsInLog(const OrgId& org, const OrgLog& log);
// The same, where `before` are those of its first `from` entries; `before` itself if no card came
// and none was put into force.
SharedLogCards CardsInLog(const OrgId& org, const OrgLog& log, const SharedLogCards& before,
                          size_t from);

using Holds = absl::FunctionRef<bool(const v1::OrgRoot&)>;

// Whether it is so by any of the cards that name one of those who signed. `steps`, unless nullptr,
// grows by how many were looked at.
bool ByAny(const CardsInTurn& cards, const Document& document, Holds holds,
           uint64_t* steps = nullptr);
// Whether it is so by the card that was in force when this node first had something, at `seen_at`,
// or by the newest; none counts that came at or after `forked_at`, nor one without power then.
bool ByThatInForce(const CardsInTurn& cards, const BoardPower& power, absl::Time seen_at,
                   absl::Time forked_at, Holds holds);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_CARDS_IN_LOG_H_
