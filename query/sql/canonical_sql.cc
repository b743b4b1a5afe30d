#include "query/sql/canonical_sql.h"

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/sql/resolve.h"

namespace commons::query {
namespace {

using sql::QuoteName;
using sql::QuoteText;

class Writer {
 public:
  Writer(const v1::Question& question, const v1::Standard& standard)
      : question_(question), standard_(standard) {}

  std::string Write() {
    std::vector<std::string> items, conditions;
    for (const v1::Dimension& dimension : question_.dimensions()) {
      items.push_back(Named(Grouped(dimension), NameOf(dimension)));
    }
    for (const v1::Partial& partial : question_.partials()) AddMeasure(partial, &items);
    for (const v1::Filter& filter : question_.filters()) conditions.push_back(Kept(filter));
    return absl::StrCat("SELECT ", absl::StrJoin(items, ", "), " FROM ",
                        QuoteName(question_.dataset()), conditions.empty() ? "" : " WHERE ",
                        absl::StrJoin(conditions, " AND "), GroupBy());
  }

 private:
  const v1::Column& ColumnOf(uint32_t index) const { return standard_.columns(index); }

  // Two outputs of one name get numbers, as the planner takes no name twice.
  std::string Named(const std::string& expression, const std::string& name) {
    if (names_.insert(name).second) return expression;
    int number = 2;
    while (!names_.insert(absl::StrCat(name, "_", number)).second) ++number;
    return absl::StrCat(expression, " AS ", QuoteName(absl::StrCat(name, "_", number)));
  }

  bool Truncated(const v1::Dimension& dimension) const {
    return dimension.unit() != v1::PERIOD_UNIT_UNSPECIFIED &&
           dimension.unit() != ColumnOf(dimension.column()).period_unit();
  }
  std::string NameOf(const v1::Dimension& dimension) const {
    return Truncated(dimension) ? "date_trunc" : ColumnOf(dimension.column()).name();
  }
  std::string Grouped(const v1::Dimension& dimension) const {
    const std::string name = QuoteName(ColumnOf(dimension.column()).name());
    if (!Truncated(dimension)) return name;
    return absl::StrCat("date_trunc('", UnitName(governance::UnitOf(dimension.unit())), "', ", name,
                        ")");
  }

  void AddMeasure(const v1::Partial& partial, std::vector<std::string>* items) {
    switch (partial.kind()) {
      case v1::COUNT_ROWS:
        items->push_back(Named("COUNT(*)", "count"));
        return;
      case v1::COUNT_PERSONS:
        items->push_back(Named("COUNT(DISTINCT person)", "count"));
        return;
      case v1::COUNT_VALUES:
        return AddCall("COUNT", "count", partial.column(), items);
      case v1::SUM_VALUES:
        return AddCall("SUM", "sum", partial.column(), items);
      case v1::COUNT_BANDS:
        return AddCall("MEDIAN", "median", partial.column(), items);
      case v1::SUM_SQUARES:
        return AddCall("VARIANCE", "variance", partial.column(), items);
      default:
        return;
    }
  }
  void AddCall(absl::string_view function, const std::string& name, uint32_t column,
               std::vector<std::string>* items) {
    items->push_back(
        Named(absl::StrCat(function, "(", QuoteName(ColumnOf(column).name()), ")"), name));
  }

  std::string Kept(const v1::Filter& filter) const {
    const v1::Column& column = ColumnOf(filter.column());
    const std::string name = QuoteName(column.name());
    const Condition condition = ConditionOf(filter, column);
    std::vector<std::string> any;
    if (condition.kept == IntervalSet({Universe(column)})) {
      any.push_back(absl::StrCat(name, " IS NOT NULL"));
    } else if (ShapeOf(column) == Shape::kCodes) {
      AddCodes(column, name, condition, &any);
    } else {
      for (const Interval& range : condition.kept.intervals()) {
        any.push_back(Between(column, name, range));
      }
    }
    if (filter.missing()) any.push_back(absl::StrCat(name, " IS NULL"));
    if (any.empty()) return absl::StrCat(name, " IS NULL AND ", name, " IS NOT NULL");
    return any.size() == 1 ? any[0] : absl::StrCat("(", absl::StrJoin(any, " OR "), ")");
  }

  // The shorter of the list that is kept and the list that is not.
  void AddCodes(const v1::Column& column, absl::string_view name, const Condition& condition,
                std::vector<std::string>* any) const {
    std::vector<std::string> in, out;
    for (int i = 0; i < column.codes_size(); ++i) {
      (condition.kept.Contains(i) ? in : out).push_back(QuoteText(column.codes(i).value()));
    }
    if (in.empty()) return;
    const bool negated = governance::HasResponses(column)
                             ? condition.reading == Condition::Reading::kEvery
                             : in.size() > out.size();
    const std::vector<std::string>& listed = negated ? out : in;
    if (listed.size() == 1) {
      any->push_back(absl::StrCat(name, negated ? " <> " : " = ", listed[0]));
    } else {
      any->push_back(
          absl::StrCat(name, negated ? " NOT IN (" : " IN (", absl::StrJoin(listed, ", "), ")"));
    }
  }

  std::string Between(const v1::Column& column, absl::string_view name, Interval range) const {
    const bool date = ShapeOf(column) == Shape::kDate;
    const auto value = [&](int64_t edge) {
      const std::string text = FormatValue(column, edge);
      return date ? absl::StrCat("DATE ", QuoteText(text)) : text;
    };
    const Interval all = Universe(column);
    std::vector<std::string> both;
    if (range.low > all.low) both.push_back(absl::StrCat(name, " >= ", value(range.low)));
    if (range.high < all.high) both.push_back(absl::StrCat(name, " < ", value(range.high)));
    return absl::StrJoin(both, " AND ");
  }

  // Dimensions that no set drops first, then ROLLUP of the others, the last to be dropped first.
  std::string GroupBy() const {
    std::vector<std::string> kept, rolled_up;
    const auto& last = question_.sets(question_.sets_size() - 1).dimensions();
    for (const uint32_t dimension : last) kept.push_back(Grouped(question_.dimensions(dimension)));
    for (int set = question_.sets_size() - 1; set > 0; --set) {
      const auto& coarse = question_.sets(set).dimensions();
      for (const uint32_t dimension : question_.sets(set - 1).dimensions()) {
        if (std::find(coarse.begin(), coarse.end(), dimension) == coarse.end()) {
          rolled_up.push_back(Grouped(question_.dimensions(dimension)));
        }
      }
    }
    if (!rolled_up.empty()) {
      kept.push_back(absl::StrCat("ROLLUP(", absl::StrJoin(rolled_up, ", "), ")"));
    }
    return kept.empty() ? "" : absl::StrCat(" GROUP BY ", absl::StrJoin(kept, ", "));
  }

  const v1::Question& question_;
  const v1::Standard& standard_;
  std::set<std::string> names_;
};

}  // namespace

std::string CanonicalSql(const v1::Question& question, const v1::Standard& standard) {
  return Writer(question, standard).Write();
}

}  // namespace commons::query
