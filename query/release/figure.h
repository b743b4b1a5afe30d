// A figure of an answer as text: how many digits it has, and what stands beside it.
#ifndef COMMONS_QUERY_RELEASE_FIGURE_H_
#define COMMONS_QUERY_RELEASE_FIGURE_H_

#include <limits>
#include <string>

#include "privacy/estimate.h"
#include "privacy/present.h"
#include "proto/local.pb.h"

namespace commons::query {

// A value as text, and as a number for ORDER BY; NaN sorts last.
struct Shown {
  v1::CellValue value;
  long double sort_key = std::numeric_limits<long double>::quiet_NaN();
};

void Suppress(privacy::SuppressReason reason, v1::CellValue& value);
// Of an exact figure: released, with no margin; the value is the caller's to set.
void SetExact(v1::CellValue& value);
// Of one that is shown with so many digits after the point.
void SetEstimate(const privacy::Estimate& estimate, privacy::EstimateStatus status, int digits,
                 Shown& shown);

// Two digits of the margin: further ones would be noise.
int DecimalsFor(double margin);
// A standard deviation, to two digits more than a margin has.
std::string Rounded(double deviation);
std::string Upwards(double margin, int digits);
// Where the truth lies, as far from the value on one side as the margin: set only where the other
// side is nearer. Of an estimate that is set already, with as many digits.
void SetInterval(double low, double high, double value, int digits, v1::CellValue& cell);

}  // namespace commons::query

#endif  // COMMONS_QUERY_RELEASE_FIGURE_H_
