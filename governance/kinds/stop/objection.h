// A seat's no to a recovery card, which then never gains power (docs/decisions/0021-recovery.md).
#ifndef COMMONS_GOVERNANCE_KINDS_STOP_OBJECTION_H_
#define COMMONS_GOVERNANCE_KINDS_STOP_OBJECTION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "crypto/random.h"
#include "governance/document/kind.h"

namespace commons::governance {

extern const Kind kObjectionKind;

// Payload bytes ready for SignDocument, by any one seat of the board that `card`, a recovery card
// of the issuer, would replace. MALFORMED.
absl::StatusOr<std::string> DraftObjection(const OrgId& issuer, const DocId& card,
                                           crypto::RandomSource& random, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_STOP_OBJECTION_H_
