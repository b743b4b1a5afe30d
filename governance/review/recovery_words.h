// Recoveries in words: by whom, from when on, and what to do about it. For people of the
// organisation `own`. Safe for a terminal.
#ifndef COMMONS_GOVERNANCE_REVIEW_RECOVERY_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_RECOVERY_WORDS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "governance/review/note.h"

namespace commons::governance {

// What waits or has just taken power, and what to do about it; its own first.
std::vector<Note> RecoveryNotes(const Register& reg, const OrgId& own, absl::Time now);

// "the chair seat of waikato, 1234 ..., ...": whose keys have signed it for the lost ones.
std::string RecoveredBy(const Document& card, const v1::OrgRoot& replaces, const Register& reg);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_RECOVERY_WORDS_H_
