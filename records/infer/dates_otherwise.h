// Columns of dates that an import could not read as they are, and what would help.
#ifndef COMMONS_RECORDS_INFER_DATES_OTHERWISE_H_
#define COMMONS_RECORDS_INFER_DATES_OTHERWISE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "records/infer/column_profile.h"

namespace commons::records {

// Of a column whose values are all dates or weeks, and not all in the way that definitions have
// them: how they are written, and what an owner can do; "": of any other column.
std::string DatesOtherwise(absl::string_view name, const ColumnProfile& column);

}  // namespace commons::records

#endif  // COMMONS_RECORDS_INFER_DATES_OTHERWISE_H_
