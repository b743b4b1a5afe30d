// What literals of a condition stand for: codes, numbers and days of a column.
#ifndef COMMONS_QUERY_SQL_CONDITIONS_LITERAL_H_
#define COMMONS_QUERY_SQL_CONDITIONS_LITERAL_H_

#include <vector>

#include "absl/status/statusor.h"
#include "proto/documents.pb.h"
#include "query/question/intervals.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

bool IsValue(const Expr& expr);

// The values that a literal stands for: one code, number or day, or a band or period by its label.
// UNSUPPORTED_SQL, UNKNOWN_LABEL and RANGE_OFF_EDGES, with what to write.
absl::StatusOr<Interval> ValuesOf(const v1::Column& column, const Expr& value);

// A week from another day than Monday is called by that day; where nothing finer is known, a text
// that is such a name is the week.
Interval WholeWeek(const v1::Column& column, const Expr& value, const Interval& day);

// What a comparison or BETWEEN keeps of `all`, given the values that each of its literals stands
// for.
Interval RangeOf(const Expr& expr, const std::vector<Interval>& literals, Interval all);

// Of a list of numbers, those in the range of a comparison or BETWEEN; a list of texts has no
// order: UNSUPPORTED_SQL.
absl::StatusOr<IntervalSet> CodesInRange(const v1::Column& column, const Expr& expr);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_CONDITIONS_LITERAL_H_
