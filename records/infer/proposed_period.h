// The period of a column of dates, in public numbers.
#ifndef COMMONS_RECORDS_INFER_PROPOSED_PERIOD_H_
#define COMMONS_RECORDS_INFER_PROPOSED_PERIOD_H_

#include <string>

#include "absl/strings/string_view.h"
#include "records/infer/column_profile.h"

namespace commons::records {

struct ProposedPeriod {
  std::string unit, from, to;  // of commons:period
};
// Of a column of this type of Table Schema whose values are all dates: whole years; one value far
// out tells no more than its decade.
ProposedPeriod PeriodOf(const ColumnProfile& column, absl::string_view type);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_PROPOSED_PERIOD_H_
