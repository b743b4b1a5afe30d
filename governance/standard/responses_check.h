// What a column of several responses is.
#ifndef COMMONS_GOVERNANCE_STANDARD_RESPONSES_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_RESPONSES_CHECK_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// kInvalidArgument, "what, what to do": max_responses or separator of a column that passed the
// other checks of CheckColumn.
absl::Status CheckResponses(const v1::Column& column);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_RESPONSES_CHECK_H_
