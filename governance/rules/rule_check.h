// What holds for every rule by itself.
#ifndef COMMONS_GOVERNANCE_RULES_RULE_CHECK_H_
#define COMMONS_GOVERNANCE_RULES_RULE_CHECK_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Each list bounded; ids of 32 bytes; the empty text only alone ("allows nothing"). MALFORMED.
absl::Status ValidateRule(const v1::Rule& rule);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_RULES_RULE_CHECK_H_
