// CAST and :: where they change nothing, as query builders write them.
#ifndef COMMONS_QUERY_SQL_NAMES_CASTS_H_
#define COMMONS_QUERY_SQL_NAMES_CASTS_H_

#include "absl/status/status.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// UNSUPPORTED_SQL at a cast that makes other values: a text of a number, a whole number of one with
// decimals. Names that are not known are for others to refuse.
absl::Status CheckCasts(const Select& select, const Names& names);

// Whether yes counts one and no none: a condition, or a column of yes and no, cast to a number.
bool CountsOnes(const Expr& expr, const Names& names);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_NAMES_CASTS_H_
