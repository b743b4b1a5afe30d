// What holds for every Standard, whoever made it. Messages are "what; what to do" without a place:
// the caller says where.
#ifndef COMMONS_GOVERNANCE_STANDARD_STANDARD_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_STANDARD_CHECK_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// [a-z_][a-z0-9_]*, at most 63 bytes: usable in SQL without quotes.
absl::Status CheckDatasetName(absl::string_view name);
// Everything but the columns by themselves: names, person, owners, texts, size.
absl::Status CheckDataset(const v1::Standard& standard);
// All of it, columns too: what a datapackage.json and a Standard that came from a peer must pass.
absl::Status ValidateStandard(const v1::Standard& standard);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_STANDARD_CHECK_H_
