// What a question groups by: a column, a grouping of its codes, date_trunc('unit', column), or
// CASE.
#ifndef COMMONS_QUERY_SQL_GROUPING_H_
#define COMMONS_QUERY_SQL_GROUPING_H_

#include <compare>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/documents.pb.h"
#include "proto/question.pb.h"
#include "query/question/plan.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// A dimension as asked; equal when they make the same groups.
struct Grouping {
  uint32_t column = 0;
  v1::PeriodUnit unit = v1::PERIOD_UNIT_UNSPECIFIED;
  std::vector<std::string> groups = {};  // of CASE
  uint32_t declared = 0;                 // of the definition: v1::Dimension.grouping
  auto operator<=>(const Grouping&) const = default;
};

// Of the rows that the question's conditions leave. What its cells are called goes to `shown`,
// unless that is null. UNSUPPORTED_SQL and COLUMN_NOT_QUERYABLE with the position of the word
// concerned, and what ReadCase refuses.
absl::StatusOr<Grouping> ReadGrouping(const Expr& expr, const Names& names,
                                      const v1::Question& question, OutputDimension* shown);

// GROUP BY, item by item.
class GroupBy {
 public:
  // Nothing happens where it is there already, outside ROLLUP. UNSUPPORTED_SQL: its column is
  // grouped by otherwise; TOO_MANY_DIMENSIONS beyond limits::kGroupDimensions.
  absl::Status Add(const Grouping& grouping, bool rollup, int position, const Names& names);
  const std::vector<Grouping>& groupings() const { return groupings_; }  // as they came

  bool Has(const Grouping& grouping) const;
  // Among the question's dimensions, which ascend.
  uint32_t PositionOf(const Grouping& grouping) const;
  // Its dimensions and its sets: all of them, then without the last of ROLLUP, and so on.
  void AddTo(v1::Question* question) const;

 private:
  std::vector<Grouping> groupings_, sorted_, rolled_up_;
};

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_GROUPING_H_
