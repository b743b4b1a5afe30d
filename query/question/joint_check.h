// Checks of joint filters, of a Question that came from a peer.
#ifndef COMMONS_QUERY_QUESTION_JOINT_CHECK_H_
#define COMMONS_QUERY_QUESTION_JOINT_CHECK_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// Its columns are dimensions of one response, and the combinations of their bins can be listed:
// JointOf may read it. MALFORMED, UNKNOWN_COLUMN, COLUMN_NOT_QUERYABLE.
absl::Status CheckJointColumns(const v1::JointFilter& filter, const v1::Standard& standard);

// The question's own, beside its filters, which are valid: few, in order, none of a column that
// another has, none that can be taken apart, and of each column alone the filter keeps what the
// joint filter has. MALFORMED, or as above.
absl::Status CheckJointFilters(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_JOINT_CHECK_H_
