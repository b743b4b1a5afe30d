// Numbers and dates as a datapackage writes them, exactly: no double anywhere.
#ifndef COMMONS_GOVERNANCE_STANDARD_SCALAR_H_
#define COMMONS_GOVERNANCE_STANDARD_SCALAR_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// "12.50", "-3", "1e2" times 10^decimals. kInvalidArgument: not a number, more decimals than
// declared, or beyond limits::kAbsScaledValueMax.
absl::StatusOr<int64_t> ScaleDecimal(absl::string_view text, int decimals);
// The shortest text of scaled / 10^decimals: 1250 with 2 is "12.5".
std::string DecimalText(int64_t scaled, int decimals);

// A day "YYYY-MM-DD", month "YYYY-MM", quarter "YYYY-Qn" or year "YYYY"; a day may stand for its
// unit. Days since 1970-01-01 of the unit's first or last day; years 0001 to 9999.
enum class Edge { kFirstDay, kLastDay };
absl::StatusOr<int64_t> PeriodEdge(absl::string_view text, v1::PeriodUnit unit, Edge edge);
// Whether `day` is the first or last day of a unit, in the years 0001 to 9999.
bool IsPeriodEdge(int64_t day, v1::PeriodUnit unit, Edge edge);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_SCALAR_H_
