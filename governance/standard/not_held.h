// Columns of a common definition that an owner says it does not hold.
#ifndef COMMONS_GOVERNANCE_STANDARD_NOT_HELD_H_
#define COMMONS_GOVERNANCE_STANDARD_NOT_HELD_H_

#include <cstdint>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// Whether a column is kept in a table: neither skipped nor the one that tells people apart.
bool IsKept(const v1::Column& column, const v1::Standard& standard);

// MALFORMED, naming the first of `names` that is no column of `standard` which is kept.
absl::Status CheckNotHeld(const std::set<std::string>& names, const v1::Standard& standard);

// COLUMN_NOT_HELD, naming the first column that the owner's notice says it does not hold and that
// is among `columns` (indices in `asked`).
absl::Status CheckColumnsHeld(const v1::Manifest& notice, const v1::Standard& asked,
                              const std::set<uint32_t>& columns);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_NOT_HELD_H_
