// The charter: version 1 of the commons chain. Its hash is the commons_id.
#ifndef COMMONS_GOVERNANCE_KINDS_COMMONS_CHARTER_H_
#define COMMONS_GOVERNANCE_KINDS_COMMONS_CHARTER_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "crypto/random.h"
#include "governance/document/kind.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kCharterKind;

// Payload bytes; nobody signs them. MALFORMED; UNDER_SIGNED: a card that its board has not signed;
// PRACTICE_KEY: practice cards in a real charter.
absl::StatusOr<std::string> DraftCharter(absl::Span<const v1::Envelope> founder_cards,
                                         absl::string_view name, absl::string_view purpose,
                                         absl::Duration cooling_off, bool practice,
                                         crypto::RandomSource& random, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_COMMONS_CHARTER_H_
