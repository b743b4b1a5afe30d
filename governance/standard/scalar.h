// Numbers and dates of documents, by base/text/decimal.h and base/period.h, with what to do
// instead in an author's words.
#ifndef COMMONS_GOVERNANCE_STANDARD_SCALAR_H_
#define COMMONS_GOVERNANCE_STANDARD_SCALAR_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/period.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// The number times 10^decimals. kInvalidArgument: not a number, more decimals than declared, or
// beyond limits::kAbsScaledValueMax.
absl::StatusOr<int64_t> ScaleDecimal(absl::string_view text, int decimals);

// With how many decimals a list of codes is read: it declares none, so as many as there may be.
int CodeDecimals(v1::ValueType type);

// The days of the unit that `text` names; a day stands for the unit that holds it.
// kInvalidArgument: not a date of that unit.
absl::StatusOr<DayRange> ReadPeriod(absl::string_view text, PeriodUnit unit);

// One that a document leaves out, or that this version does not know, is a day. Weeks begin on the
// column's day; without a column on Monday.
PeriodUnit UnitOf(v1::PeriodUnit unit);
PeriodUnit UnitOf(v1::PeriodUnit unit, const v1::Column& column);
// As the column declares it.
PeriodUnit UnitOf(const v1::Column& column);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_SCALAR_H_
