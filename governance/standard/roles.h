// What a column's role lets people do.
#ifndef COMMONS_GOVERNANCE_STANDARD_ROLES_H_
#define COMMONS_GOVERNANCE_STANDARD_ROLES_H_

#include <string>
#include <vector>

#include "base/limits.h"
#include "proto/documents.pb.h"

namespace commons::governance {

inline bool IsDimension(const v1::Column& column) {
  return column.role() == v1::DIMENSION || column.role() == v1::DIMENSION_AND_MEASURE;
}

inline bool IsMeasure(const v1::Column& column) {
  return column.role() == v1::MEASURE || column.role() == v1::DIMENSION_AND_MEASURE;
}

inline bool IsQueryable(const v1::Column& column) {
  return IsDimension(column) || IsMeasure(column);
}

// A row may have several of its codes, and counts once in the group of each.
inline bool HasResponses(const v1::Column& column) { return column.max_responses() > 0; }

// Codes whose label is another code of the column: in a question that text means the other one.
std::vector<const v1::Code*> LabelsThatAreCodes(const v1::Column& column);
std::vector<std::string> TextsOfCodes(const v1::Column& column);
// More codes than a table has cells: grouped by its groupings alone, filtered by its codes too.
inline bool HasLongList(const v1::Column& column) {
  return column.codes_size() > static_cast<int>(limits::kCodesPerColumn);
}

// A dimension and measure of which each whole number, from its minimum to its maximum, is a group
// of its own: its bands are of one number each.
inline bool HasWholeNumbers(const v1::Column& column) {
  const int edges = column.breaks_size();
  return column.role() == v1::DIMENSION_AND_MEASURE && column.type() == v1::INTEGER && edges > 1 &&
         column.has_minimum() && column.minimum() == column.breaks(0) && column.has_maximum() &&
         column.maximum() == column.breaks(edges - 1) - 1 &&
         column.maximum() - column.minimum() == edges - 2;
}

// What people see for a code; long lists leave out a label that is the code itself.
inline const std::string& LabelOf(const v1::Code& code) {
  return code.label().empty() ? code.value() : code.label();
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_STANDARD_ROLES_H_
