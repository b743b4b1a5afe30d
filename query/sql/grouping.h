// What a question groups by: a column, a grouping of its codes, date_trunc('unit', column), or
// CASE.
#ifndef COMMONS_QUERY_SQL_GROUPING_H_
#define COMMONS_QUERY_SQL_GROUPING_H_

#include <compare>
#include <cstdint>
#include <optional>
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

v1::Dimension DimensionOf(const Grouping& grouping);

// Of the rows that the question's conditions leave. What its cells are called goes to `shown`,
// unless that is null. UNSUPPORTED_SQL and COLUMN_NOT_QUERYABLE with the position of the word
// concerned, and what ReadCase refuses.
absl::StatusOr<Grouping> ReadGrouping(const Expr& expr, const Names& names,
                                      const v1::Question& question, OutputDimension* shown);

// GROUP BY, item by item.
class GroupBy {
 public:
  // Both outlive it. question: with its conditions.
  GroupBy(const Names& names, const v1::Question& question) : names_(names), question_(question) {}

  // Nothing happens where it is there already, outside ROLLUP. UNSUPPORTED_SQL: its column is
  // grouped by in groups that do not lie in these, nor these in them; TOO_MANY_DIMENSIONS beyond
  // limits::kGroupDimensions.
  absl::Status Add(const Grouping& grouping, bool rollup, int position);
  const std::vector<Grouping>& groupings() const { return groupings_; }  // as they came
  bool Has(const Grouping& grouping) const;

  // Its dimensions and its sets: all of them, then without the last of ROLLUP, and so on; of each
  // column the finest level in each. UNSUPPORTED_SQL: a set would be one that is there.
  absl::Status AddTo(v1::Question* question);

  // After AddTo: where its column stands at the finest level, and itself, if it is the finest of
  // any set.
  uint32_t FinestOf(const Grouping& grouping) const;
  std::optional<uint32_t> PositionOf(const Grouping& grouping) const;

 private:
  bool IsAbove(const Grouping& above, const Grouping& below) const;
  std::vector<Grouping> Finest(const std::vector<Grouping>& set) const;
  void AddDimension(const Grouping& grouping);
  absl::Status RefuseRepeated(const Grouping& dropped) const;

  const Names& names_;
  const v1::Question& question_;
  std::vector<Grouping> groupings_, rolled_up_;
  std::vector<Grouping> sorted_;  // by column, the finest first
  int rollup_position_ = -1;
};

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_GROUPING_H_
