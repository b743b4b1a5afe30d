// What to write in place of SQL that has no meaning here: the words of refusals.
#ifndef COMMONS_QUERY_SQL_PARSE_ADVICE_H_
#define COMMONS_QUERY_SQL_PARSE_ADVICE_H_

#include <string>

#include "absl/strings/string_view.h"

namespace commons::query::sql {

// "the function round is not available; round the figures of the answer".
std::string FunctionAdvice(absl::string_view function);

// Of EXTRACT and date_part, that take a field of a date: "extract is not available; write
// date_trunc('week', day), whose groups are called 2024-W05".
std::string PeriodAdvice(absl::string_view function, absl::string_view field,
                         absl::string_view column);

// Of an operator in the select list: "figures are not divided here; ask for both and divide in the
// answer".
std::string OperatorAdvice(absl::string_view sign);

// After PostgreSQL's own words about text that it cannot read.
std::string SyntaxAdvice(absl::string_view text);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_ADVICE_H_
