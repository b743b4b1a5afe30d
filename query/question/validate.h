// Checks of a Question that do not depend on who sent it.
#ifndef COMMONS_QUERY_QUESTION_VALIDATE_H_
#define COMMONS_QUERY_QUESTION_VALIDATE_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// The planner's checks on a Question that came from a peer, against this node's own Standard:
// bounded, canonical, queryable columns, ranges on edges when protected, at most limits::kCells.
// Same reasons.
absl::Status ValidateQuestion(const v1::Question& question, const v1::Standard& standard);

// ValidateQuestion but for the noise class, which the planner does not choose.
absl::Status ValidateShape(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_VALIDATE_H_
