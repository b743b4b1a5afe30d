// What a column of several responses is.
#ifndef COMMONS_GOVERNANCE_STANDARD_RESPONSES_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_RESPONSES_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// kInvalidArgument, "what, what to do": max_responses or separator of a column that passed the
// other checks of CheckColumn.
absl::Status CheckResponses(const v1::Column& column);
// kInvalidArgument: a text that can't stand between two responses.
absl::Status CheckSeparator(const std::string& separator);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_RESPONSES_CHECK_H_
