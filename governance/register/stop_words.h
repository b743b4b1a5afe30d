// What a freeze stops, and why, in words for people.
#ifndef COMMONS_GOVERNANCE_REGISTER_STOP_WORDS_H_
#define COMMONS_GOVERNANCE_REGISTER_STOP_WORDS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// "the dataset 'cases'", "everything"; names of members where `reg`, which may be nullptr, has
// them.
std::string ScopeWords(const v1::Scope& scope, const Register* reg);
// "the records are wrong".
absl::string_view StopReasonWords(v1::StopReason reason);
// "harm", as people write it; STOP_REASON_UNSPECIFIED when it is none of them.
absl::string_view StopReasonCode(v1::StopReason reason);
v1::StopReason StopReasonOf(absl::string_view code);
// All of those: "harm, consent, ...".
std::string StopReasonCodes();

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_STOP_WORDS_H_
