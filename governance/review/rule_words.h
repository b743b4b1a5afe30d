// A rule in a board's words.
#ifndef COMMONS_GOVERNANCE_REVIEW_RULE_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_RULE_WORDS_H_

#include <functional>
#include <string>

#include "google/protobuf/descriptor.h"
#include "governance/register/register.h"
#include "governance/review/screen.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// A line for each field that is set.
void ShowRule(const v1::Rule& rule, const Register* reg, Screen& screen);

// What a rule says in this field, canonical, and nothing else.
v1::Rule OnlyField(const v1::Rule& rule, const google::protobuf::FieldDescriptor& field);
// ... in words: "6"; "not set".
std::string ValueWords(const v1::Rule& rule, const google::protobuf::FieldDescriptor& field,
                       const Register* reg);
// Whether `rule` allows anything that `before` did not.
bool Widens(const v1::Rule& before, const v1::Rule& rule);

// A change for each field in which it differs from the rule before it, and what comes of it.
using Consequence =
    std::function<std::string(const google::protobuf::FieldDescriptor& field, Way way)>;
void ShowRuleChanges(const v1::Rule& before, const v1::Rule& rule, const Register* reg,
                     Screen& screen, const Consequence& consequence = nullptr);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_RULE_WORDS_H_
