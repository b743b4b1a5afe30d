// What to write in place of SQL that has no meaning here: the words of refusals.
#ifndef COMMONS_QUERY_SQL_PARSE_ADVICE_H_
#define COMMONS_QUERY_SQL_PARSE_ADVICE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace commons::query::sql {

// "the function round is not available; round the figures of the answer".
std::string FunctionAdvice(absl::string_view function);

// Of an operator in the select list: "figures are not divided here; ask for both and divide in the
// answer".
std::string OperatorAdvice(absl::string_view sign);

// After PostgreSQL's own words about text that it cannot read.
absl::string_view SyntaxAdvice(absl::string_view text);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_ADVICE_H_
