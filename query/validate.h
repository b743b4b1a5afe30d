// Checks of a Question that do not depend on who sent it.
#ifndef COMMONS_QUERY_VALIDATE_H_
#define COMMONS_QUERY_VALIDATE_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// ValidateQuestion but for the noise class, which the planner does not choose.
absl::Status ValidateShape(const v1::Question& question, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_VALIDATE_H_
