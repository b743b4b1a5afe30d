// Groupings of a column's codes, whoever made them.
#ifndef COMMONS_GOVERNANCE_STANDARD_GROUPINGS_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_GROUPINGS_CHECK_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// kInvalidArgument, "what, what to do": a grouping of a column without a code list or of several
// responses, one that does not put every code in one of its groups, groups without codes, two that
// are called the same, or too many; a long list without any. That names differ from all others of
// the definition is CheckDataset's.
absl::Status CheckGroupings(const v1::Column& column);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_GROUPINGS_CHECK_H_
