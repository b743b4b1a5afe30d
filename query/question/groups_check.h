// Checks of a dimension's groups, of a Question that came from a peer.
#ifndef COMMONS_QUERY_QUESTION_GROUPS_CHECK_H_
#define COMMONS_QUERY_QUESTION_GROUPS_CHECK_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"

namespace commons::query {

// Of a dimension of the column, which can be grouped by, and a question whose filters are valid.
// Groups of CASE part the bins that the question's filter leaves, in the order of their first bins.
// Groups of one bin each are the dimension itself; those that the definition declares are said by
// its place there, and of a long list there are no others. MALFORMED, TOO_MANY_CELLS.
absl::Status CheckGroups(const v1::Question& question, const v1::Dimension& dimension,
                         const v1::Column& column, const v1::Standard& standard);

}  // namespace commons::query

#endif  // COMMONS_QUERY_QUESTION_GROUPS_CHECK_H_
