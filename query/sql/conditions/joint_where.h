// WHERE and FILTER with OR between columns.
#ifndef COMMONS_QUERY_SQL_CONDITIONS_JOINT_WHERE_H_
#define COMMONS_QUERY_SQL_CONDITIONS_JOINT_WHERE_H_

#include <cstdint>
#include <map>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/documents.pb.h"
#include "query/question/intervals.h"
#include "query/question/joint.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// All of it must hold. Whatever is independent is apart, so that paraphrases are equal; of a column
// of a joint condition, its own keeps what it has there.
struct Kept {
  std::map<uint32_t, Condition> columns;
  std::vector<Joint> joints;  // of several columns each, none of them in two; ascending
};

// In SQL's three-valued logic. UNSUPPORTED_SQL where columns that OR or NOT joins have too many
// combinations of bins that the conditions tell apart, or no bins to speak of; otherwise what
// ReadConditions refuses.
absl::StatusOr<Kept> ReadWhere(const Expr& where, const Names& names, v1::Release release);

// The refusal of what has too many, by itself or beside another condition.
absl::Status TooManyCombinations(int position);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_CONDITIONS_JOINT_WHERE_H_
