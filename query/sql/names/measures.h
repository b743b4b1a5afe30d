// Aggregates of SQL to what is measured.
#ifndef COMMONS_QUERY_SQL_NAMES_MEASURES_H_
#define COMMONS_QUERY_SQL_NAMES_MEASURES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/question.pb.h"
#include "query/question/plan.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

struct Measure {
  OutputMeasure::Kind kind;
  uint32_t column = 0;
  std::vector<v1::Partial> partials;  // those it is computed from
  double fraction = 0;                // of a percentile
};

bool IsAggregate(const Expr& expr);
// What to write for an average of a column of yes and no.
std::string SharesOf(const v1::Column& column);
// UNSUPPORTED_SQL, COLUMN_NOT_QUERYABLE and NO_CLIP with the position of the word concerned.
absl::StatusOr<Measure> ReadMeasure(const Expr& call, const Names& names, v1::Release release);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_NAMES_MEASURES_H_
