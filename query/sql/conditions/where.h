// WHERE, and the conditions of FILTER and CASE, to what they keep.
#ifndef COMMONS_QUERY_SQL_CONDITIONS_WHERE_H_
#define COMMONS_QUERY_SQL_CONDITIONS_WHERE_H_

#include <cstdint>
#include <map>
#include <set>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/documents.pb.h"
#include "query/question/intervals.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// Column to the values that the whole expression keeps; all must hold. Refuses what is not a
// conjunction of conditions on single columns, ranges off the edges, unknown labels.
absl::StatusOr<std::map<uint32_t, Condition>> ReadConditions(const Expr& condition,
                                                             const Names& names,
                                                             v1::Release release);

// Narrows a condition on the column by another that must hold too. UNSUPPORTED_SQL where they are
// no one condition, as of a column of several responses.
absl::Status AndAlso(const v1::Column& column, const Condition& more, int position, Condition* all);

// The columns that it asks about; refuses what is no condition.
absl::StatusOr<std::set<uint32_t>> ColumnsIn(const Expr& condition, const Names& names);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_CONDITIONS_WHERE_H_
