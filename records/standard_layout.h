// A common definition as rows are read and stored by it: codes and ranges, no policy.
#ifndef COMMONS_RECORDS_STANDARD_LAYOUT_H_
#define COMMONS_RECORDS_STANDARD_LAYOUT_H_

#include <cstdint>
#include <set>
#include <string>

#include "proto/documents.pb.h"
#include "records/layout.h"

namespace commons::records {

struct ValueRange {
  int64_t first = 0;
  int64_t end = 0;  // not included
};
// The scaled numbers or days that a column without codes accepts.
ValueRange NumbersOf(const v1::Column& column);
ValueRange DaysOf(const v1::Column& column);

ColumnLayout LayoutOf(const v1::Column& column);
// Columns that are skipped, those without a role and those that their owner does not hold are named
// and not stored.
TableLayout LayoutOf(const v1::Standard& standard, const std::set<std::string>& not_held = {});

}  // namespace commons::records

#endif  // COMMONS_RECORDS_STANDARD_LAYOUT_H_
