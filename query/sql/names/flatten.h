// A question about a sub-select as the same question about its dataset.
#ifndef COMMONS_QUERY_SQL_NAMES_FLATTEN_H_
#define COMMONS_QUERY_SQL_NAMES_FLATTEN_H_

#include "absl/status/statusor.h"
#include "proto/documents.pb.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// Every name stands for the column that it means (written table.column), all conditions are one
// WHERE, and the columns of the answer are called as they were. A select without a sub-select
// comes back as it is. UNKNOWN_COLUMN: a sub-select does not show it; UNSUPPORTED_SQL: one does
// more than filter and rename. Both with the position of the word.
absl::StatusOr<Select> Flatten(Select select, const v1::Standard& standard);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_NAMES_FLATTEN_H_
