// Where an organisation and what its board has signed stand, in words: what ends, what has ended,
// and why nothing of a dataset is answered. For its own people. Pure; safe for a terminal.
#ifndef COMMONS_GOVERNANCE_REVIEW_STANDING_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_STANDING_WORDS_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "governance/review/note.h"

namespace commons::governance {

// That it is suspended; what of its editions an earlier definition keeps from being asked about;
// and which of its rules, notices, vouchings, projects and agreements end soon or have ended. Cards
// are another matter: Organisation::CardExpiredAt.
std::vector<Note> StandingNotes(const Register& reg, const OrgId& own, absl::Time now);

// Why no question about edition `held` of a dataset can be answered by its owner; nullopt: nothing
// in its rules and notices, nor in what the members define, is in the way of all of them. What is
// stopped has its own words (stop_words.h).
std::optional<Note> WhyClosed(const Register& reg, const OrgId& owner, absl::string_view dataset,
                              uint64_t held, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_STANDING_WORDS_H_
