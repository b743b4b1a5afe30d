// WHERE to one condition per column.
#ifndef COMMONS_QUERY_SQL_WHERE_H_
#define COMMONS_QUERY_SQL_WHERE_H_

#include <cstdint>
#include <map>

#include "absl/status/statusor.h"
#include "proto/documents.pb.h"
#include "query/question/intervals.h"
#include "query/sql/ast.h"
#include "query/sql/resolve.h"

namespace commons::query::sql {

// Column to the values that the whole expression keeps; all must hold. Refuses what is not a
// conjunction of conditions on single columns, ranges off the edges, unknown labels.
absl::StatusOr<std::map<uint32_t, Condition>> ReadWhere(const Expr& where, const Names& names,
                                                        v1::Release release);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_WHERE_H_
