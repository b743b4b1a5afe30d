// Text to tree: PostgreSQL's own parser (libpg_query), then an allow-list of its nodes.
#ifndef COMMONS_QUERY_SQL_PARSE_H_
#define COMMONS_QUERY_SQL_PARSE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "query/sql/ast.h"

namespace commons::query::sql {

// SQL_TOO_LARGE beyond limits::kSqlBytes or kSqlTokens; UNSUPPORTED_SQL with the position of the
// word that has no meaning here. Names and strings come back in NFC. Thread-safe: parses on the one
// thread of the process that has a 64 MiB stack.
absl::StatusOr<Select> Parse(absl::string_view text);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_H_
