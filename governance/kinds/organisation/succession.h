// How cards follow each other in an organisation's log, and whose board is in force behind a
// recovery card (docs/decisions/0021-recovery.md). Pure.
#ifndef COMMONS_GOVERNANCE_KINDS_ORGANISATION_SUCCESSION_H_
#define COMMONS_GOVERNANCE_KINDS_ORGANISATION_SUCCESSION_H_

#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/register/reign.h"

namespace commons::governance {

// A card as it stands.
StandingCard Standing(const Document& card, absl::Time seen_at);

// Whether the document is the first that the board of the card that waits has signed and the board
// in force has not: from it on, in the log, the waiting card is in force.
bool Turns(const Reign& reign, const OrgId& org, const Document& document);
void Turn(Reign& reign);
// Whether a node takes that from a log which it had at `log_seen_at`: when it has had the recovery
// card for the whole wait, or has only just come.
bool MayTurn(const StandingCard& waiting, absl::Time log_seen_at, absl::Time seen_at);

// Whether a card stands next. CheckSucceeds' refusals.
absl::Status CheckNext(const Reign& reign, const OrgId& org, const Document& card);
// One that does. A recovery card waits; any other ends a wait that has not turned.
void Take(Reign& reign, const Document& card, absl::Time seen_at);

// What the organisation's own node asks of a document while a recovery card waits, by its own time.
// UNDER_SIGNED: by the board of the card alone, before it has power or for ever after an objection;
// by the board before it, or those who recover, once it has.
absl::Status CheckInTime(const Reign& reign, const Recovery& waiting, const OrgId& org,
                         const Document& document, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_ORGANISATION_SUCCESSION_H_
