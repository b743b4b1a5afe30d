// What comes of rules that are proposed, beside all the others that hold.
#ifndef COMMONS_GOVERNANCE_REVIEW_RULE_EFFECT_H_
#define COMMONS_GOVERNANCE_REVIEW_RULE_EFFECT_H_

#include "base/ids.h"
#include "governance/register/register.h"
#include "governance/review/screen.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// An owner's rules beside those they take the place of (nullptr: none): each change, what another
// rule holds back of it, who could then ask for what, what a year's answers would then tell. What
// holds now is said where the screen knows the time.
void ShowOwnerRules(const v1::OwnerPolicy& next, const v1::OwnerPolicy* before, const Register* reg,
                    Screen& screen);

// Common rules likewise, for all that members hold.
void ShowCommonRules(const v1::CommonsPolicy& next, const v1::CommonsPolicy* before,
                     const Register& reg, Screen& screen);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_RULE_EFFECT_H_
