// What a person reads before signing: one screen, in a board's words.
#ifndef COMMONS_GOVERNANCE_KINDS_REVIEW_H_
#define COMMONS_GOVERNANCE_KINDS_REVIEW_H_

#include <string>

#include "governance/document/document.h"
#include "governance/register/register.h"

namespace commons::governance {

// In plain words, with what looks wrong (no recovery, a person's name, practice keys). `reg` may be
// nullptr: then organisations are known by their fingerprints alone.
std::string Review(const Document& document, const Register* reg);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_REVIEW_H_
