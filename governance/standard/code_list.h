// commons:codes of a field: its codes, their labels and their groups from a file beside the
// package.
#ifndef COMMONS_GOVERNANCE_STANDARD_CODE_LIST_H_
#define COMMONS_GOVERNANCE_STANDARD_CODE_LIST_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "governance/standard/code_table.h"
#include "governance/standard/datapackage_place.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// kInvalidArgument unless the path stays in the folder that it is relative to, as far as its words
// say; whether links lead elsewhere is for whoever opens it.
absl::Status CheckBeside(absl::string_view path);

// Fills codes and groupings of a column that has its type and missing values. kInvalidArgument with
// the place, and the row of the file that is at fault.
absl::Status ParseCodeList(const Place& reference, const CodeTableReader& read, v1::Column* column);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_CODE_LIST_H_
