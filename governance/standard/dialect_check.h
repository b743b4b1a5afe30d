// Whether a dialect says how files are written, once and without contradiction.
#ifndef COMMONS_GOVERNANCE_STANDARD_DIALECT_CHECK_H_
#define COMMONS_GOVERNANCE_STANDARD_DIALECT_CHECK_H_

#include "absl/status/status.h"
#include "proto/dialect.pb.h"

namespace commons::governance {

// kInvalidArgument, one line, what and what to do: larger than limits::kDialectBytes, characters
// that can't be told apart, an encoding or a date format that is not known, a field or a text that
// stands there twice, texts that are not in NFC.
absl::Status CheckDialect(const v1::Dialect& dialect);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_DIALECT_CHECK_H_
