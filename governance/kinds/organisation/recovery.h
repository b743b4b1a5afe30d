// A card by which others than the board give an organisation new keys: whom its card names in
// `recovery`. It waits 30 days for an objection (docs/decisions/0021-recovery.md).
#ifndef COMMONS_GOVERNANCE_KINDS_ORGANISATION_RECOVERY_H_
#define COMMONS_GOVERNANCE_KINDS_ORGANISATION_RECOVERY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "governance/document/document.h"
#include "governance/document/kind.h"
#include "governance/kinds/organisation/next_card.h"

namespace commons::governance {

extern const Kind kRecoveryKind;

// Payload bytes ready for SignDocument, by those whom `card` names in `recovery` and by the new
// board. It ends when `card` does, unless that is over or `changes` say otherwise. As
// DraftNextCard.
absl::StatusOr<std::string> DraftRecovery(const Document& card, const CardChanges& changes,
                                          absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_ORGANISATION_RECOVERY_H_
