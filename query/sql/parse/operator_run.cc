#include "query/sql/parse/operator_run.h"

#include "query/sql/parse/refuse.h"

namespace commons::query::sql {

absl::Status CheckOperatorRuns(absl::string_view text) {
  // {op_chars} of PostgreSQL's scan.l.
  constexpr absl::string_view kOperators = "~!@#^&|`?+-*/%<>=";
  size_t run = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    run = kOperators.find(text[i]) == absl::string_view::npos ? 0 : run + 1;
    if (run > kOperatorRunMax) {
      return Unsupported(static_cast<int>(i + 1 - run), "more than ", kOperatorRunMax,
                         " signs such as + - * / = without a break");
    }
  }
  return absl::OkStatus();
}

}  // namespace commons::query::sql
