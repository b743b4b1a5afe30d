// What PostgreSQL's scanner takes longer for than the question is long, found before it is scanned.
#ifndef COMMONS_QUERY_SQL_PARSE_OPERATOR_RUN_H_
#define COMMONS_QUERY_SQL_PARSE_OPERATOR_RUN_H_

#include <cstddef>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace commons::query::sql {

inline constexpr size_t kOperatorRunMax = 64;  // characters; PostgreSQL's longest name of one is 63

// UNSUPPORTED_SQL, with its position, for more than kOperatorRunMax characters of operators
// without a break, in comments and texts too. The scanner reads such a run to its end for each sign
// and each beginning of a comment in it. Linear.
absl::Status CheckOperatorRuns(absl::string_view text);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_OPERATOR_RUN_H_
