// What holds for every column of a Standard, whoever made it. Messages as in standard_check.h.
#ifndef COMMONS_GOVERNANCE_STANDARD_COLUMN_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_COLUMN_CHECK_H_

#include "absl/status/status.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// One column by itself.
absl::Status CheckColumn(const v1::Column& column);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_COLUMN_CHECK_H_
