// A rule in a board's words.
#ifndef COMMONS_GOVERNANCE_REVIEW_RULE_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_RULE_WORDS_H_

#include "governance/register/register.h"
#include "governance/review/screen.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// A line for each field that is set.
void ShowRule(const v1::Rule& rule, const Register* reg, Screen& screen);
// A line for each field in which it differs from the rule before it; those that loosen it, whether
// or not another rule is stricter still, are also to be looked at.
void ShowRuleChanges(const v1::Rule& before, const v1::Rule& rule, const Register* reg,
                     Screen& screen);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_RULE_WORDS_H_
