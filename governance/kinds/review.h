// What a person reads before signing: one screen, in a board's words.
#ifndef COMMONS_GOVERNANCE_KINDS_REVIEW_H_
#define COMMONS_GOVERNANCE_KINDS_REVIEW_H_

#include <optional>
#include <string>

#include "absl/time/time.h"
#include "governance/document/document.h"
#include "governance/register/register.h"

namespace commons::governance {

// In plain words: what changes, wider first; what looks wrong (no recovery, a person's name,
// practice keys); all that it says. `reg` may be nullptr: then organisations are known by their
// fingerprints alone, and nothing can be compared. `now`: for what is in force; not said without.
std::string Review(const Document& document, const Register* reg,
                   std::optional<absl::Time> now = std::nullopt);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_REVIEW_H_
