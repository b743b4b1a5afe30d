// CASE over the codes, bands or periods of one column, as a grouping.
#ifndef COMMONS_QUERY_SQL_CONDITIONS_CASES_H_
#define COMMONS_QUERY_SQL_CONDITIONS_CASES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/intervals.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

struct Cases {
  struct Group {
    std::optional<std::string> label;  // nullopt: NULL
    IntervalSet bins;
    std::string value = {};  // of a declared grouping
  };
  uint32_t column = 0;
  v1::PeriodUnit unit = v1::PERIOD_UNIT_UNSPECIFIED;  // of its bins: the declared one
  // As the branches come, NULL last; one for each label. Together they are all bins of the column.
  std::vector<Group> groups;
};

// A grouping of the definition, as the CASE that it stands for.
Cases CasesOf(const Names::GroupingAt& grouping, const Names& names);

// UNSUPPORTED_SQL for more columns than one and for other results than texts and numbers; the
// refusals of conditions. Each with the position of the word concerned.
absl::StatusOr<Cases> ReadCase(const Expr& expr, const Names& names);

// The cells that are left of it where a question keeps these bins of the column.
struct CaseCells {
  v1::Dimension dimension;
  bool canonical = true;  // else they are no groups of a long list that the definition declares
  std::vector<std::optional<std::string>> labels;
  std::vector<size_t> places;       // by the branches
  std::vector<std::string> values;  // of a declared grouping, else empty texts
};
CaseCells CellsOf(const Cases& cases, const IntervalSet& kept, const v1::Column& column);

// SUM(CASE WHEN c THEN 1 ELSE 0 END), COUNT(CASE WHEN c THEN ... END), SUM(CAST(c AS INTEGER)) and
// aggregates of CASE WHEN c THEN column END as what they mean: the aggregate with FILTER (WHERE c).
// Others as they are.
Expr WithoutCase(const Expr& call, const Names& names);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_CONDITIONS_CASES_H_
