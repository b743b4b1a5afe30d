// Text to tree: PostgreSQL's own parser (libpg_query), then an allow-list of its nodes.
#ifndef COMMONS_QUERY_SQL_PARSE_PARSE_H_
#define COMMONS_QUERY_SQL_PARSE_PARSE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// SQL_TOO_LARGE beyond limits::kSqlBytes, kSqlTokens or two seconds; UNSUPPORTED_SQL with the
// position of the word that has no meaning here; BUSY while other questions of `who` (bytes of any
// kind) are being read. Names and strings come back in NFC. Thread-safe: parses on threads of its
// own, which have large stacks (parser_pool.h).
absl::StatusOr<Select> Parse(absl::string_view text, absl::string_view who = "");

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_PARSE_H_
