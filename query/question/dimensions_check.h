// Checks of what a question groups by, of a Question that came from a peer.
#ifndef COMMONS_QUERY_QUESTION_DIMENSIONS_CHECK_H_
#define COMMONS_QUERY_QUESTION_DIMENSIONS_CHECK_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// Its dimensions, beside its filters, which are valid: few, of columns that can be grouped by, in
// order; of one column the finest level first, each above the one before. MALFORMED,
// UNKNOWN_COLUMN, COLUMN_NOT_QUERYABLE, TOO_MANY_DIMENSIONS, CheckGroups's.
absl::Status CheckDimensions(const v1::Question& question, const v1::Standard& standard);

// The set of all columns, then each the one before with one of them at its next level or gone;
// every level is in some set.
// MALFORMED.
absl::Status CheckSets(const v1::Question& question);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_DIMENSIONS_CHECK_H_
