// A steward's description of how the owner's files are written, as JSON: the CSV Dialect of
// Frictionless, and the lexical properties of Table Schema (docs/formats/dialect.md). Text in,
// message out: no disk.
#ifndef COMMONS_GOVERNANCE_STANDARD_DIALECT_H_
#define COMMONS_GOVERNANCE_STANDARD_DIALECT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/dialect.pb.h"

namespace commons::governance {

// Of a file of its own, or of the owner's datapackage: of its only resource, or the one that is
// called `dataset`. CheckDialect has passed. kInvalidArgument, one line: where in the file (a path
// such as fields[3]), what, what to do; a property that is not known, or can't be kept, is refused.
absl::StatusOr<v1::Dialect> ParseDialect(absl::string_view json, absl::string_view dataset);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_DIALECT_H_
