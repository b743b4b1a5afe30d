// A column in which each row counts once, in the first of the codes that it has in another column.
#ifndef COMMONS_GOVERNANCE_STANDARD_PRIORITY_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_PRIORITY_CHECK_H_

#include <string>

#include "absl/status/status.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// What it is called, after the column that it is made from.
std::string PrioritisedName(const std::string& source);

// kInvalidArgument: a column with priority_of whose source is not there or has no several
// responses, or which is not a dimension of the same codes, in some order, and of the same missing
// values. Columns without it are not looked at.
absl::Status CheckPriorities(const v1::Standard& standard);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_PRIORITY_CHECK_H_
