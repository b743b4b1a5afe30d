#include "query/sql/canonical_sql.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/period.h"
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/joint_wire.h"
#include "query/question/partials.h"
#include "query/sql/kept_groups.h"
#include "query/sql/names/resolve.h"

namespace commons::query {
namespace {

using sql::QuoteName;
using sql::QuoteText;

class Writer {
 public:
  Writer(const v1::Question& question, const v1::Standard& standard)
      : question_(question), standard_(standard) {}

  std::string Write() {
    std::vector<std::string> items;
    for (const v1::Dimension& dimension : question_.dimensions()) {
      items.push_back(Named(Grouped(dimension), NameOf(dimension)));
    }
    for (const v1::Partial& partial : question_.partials()) AddMeasure(partial, &items);
    const std::vector<std::string> conditions =
        Conditions({question_.filters(), question_.joint_filters()});
    return absl::StrCat("SELECT ", absl::StrJoin(items, ", "), " FROM ",
                        QuoteName(question_.dataset()), conditions.empty() ? "" : " WHERE ",
                        absl::StrJoin(conditions, " AND "), GroupBy());
  }

 private:
  const v1::Column& ColumnOf(uint32_t index) const { return standard_.columns(index); }

  const v1::Grouping& GroupingOf(const v1::Dimension& dimension) const {
    return ColumnOf(dimension.column()).groupings(static_cast<int>(dimension.grouping()) - 1);
  }

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
    if (dimension.groups_size() > 0) return "case";
    if (dimension.grouping() > 0) return GroupingOf(dimension).name();
    return Truncated(dimension) ? "date_trunc" : ColumnOf(dimension.column()).name();
  }
  std::string Grouped(const v1::Dimension& dimension) const {
    if (dimension.groups_size() > 0) return Case(dimension);
    if (dimension.grouping() > 0) return QuoteName(GroupingOf(dimension).name());
    const std::string name = QuoteName(ColumnOf(dimension.column()).name());
    if (!Truncated(dimension)) return name;
    return absl::StrCat("date_trunc('", UnitName(governance::UnitOf(dimension.unit())), "', ", name,
                        ")");
  }

  // Groups have no names of their own; the last has what else the question keeps.
  std::string Case(const v1::Dimension& dimension) const {
    std::string out = "CASE";
    const int groups = dimension.groups_size();
    for (int i = 0; i < std::max(groups - 1, 1); ++i) {
      const IntervalSet bins = BinsOfGroup(dimension.groups(i));
      absl::StrAppend(&out, " WHEN ", KeptBinsOf(dimension.column(), bins), " THEN '", i + 1, "'");
    }
    if (groups > 1) absl::StrAppend(&out, " ELSE '", groups, "'");
    return absl::StrCat(out, " END");
  }

  void AddMeasure(const v1::Partial& partial, std::vector<std::string>* items) {
    switch (partial.kind()) {
      case v1::COUNT_ROWS:
        return AddCall("COUNT(*)", "count", partial, items);
      case v1::COUNT_PERSONS:
        return AddCall("COUNT(DISTINCT person)", "count", partial, items);
      case v1::COUNT_VALUES:
        return AddCall(Call("COUNT", partial), "count", partial, items);
      case v1::SUM_VALUES:
        return AddCall(Call("SUM", partial), "sum", partial, items);
      case v1::COUNT_BANDS:
        return AddCall(Call("MEDIAN", partial), "median", partial, items);
      case v1::SUM_SQUARES:
        return AddCall(Call("VARIANCE", partial), "variance", partial, items);
      default:
        return;
    }
  }
  std::string Call(absl::string_view function, const v1::Partial& partial) const {
    return absl::StrCat(function, "(", QuoteName(ColumnOf(partial.column()).name()), ")");
  }
  void AddCall(std::string call, const std::string& name, const v1::Partial& partial,
               std::vector<std::string>* items) {
    const std::vector<std::string> conditions = Conditions(RowsOf(partial));
    if (!conditions.empty()) {
      absl::StrAppend(&call, " FILTER (WHERE ", absl::StrJoin(conditions, " AND "), ")");
    }
    items->push_back(Named(call, name));
  }

  // All of which must hold.
  std::vector<std::string> Conditions(const PartialRows& rows) const {
    std::vector<std::string> out;
    for (const v1::Filter& filter : rows.filters) {
      out.push_back(Kept(filter.column(), ConditionOf(filter, ColumnOf(filter.column()))));
    }
    for (const v1::JointFilter& filter : rows.joint_filters) {
      const Joint joint = JointOf(filter, standard_);
      out.push_back(Combinations(joint, 0, joint.kept));
    }
    return out;
  }

  // Any of: some bins of a column, and what the columns after it may then be.
  std::string Combinations(const Joint& joint, size_t at, const std::vector<bool>& kept) const {
    const size_t parts = joint.parts[at].count, size = kept.size() / parts;
    std::vector<std::vector<bool>> of_part;
    for (size_t i = 0; i < parts; ++i) {
      of_part.emplace_back(kept.begin() + i * size, kept.begin() + (i + 1) * size);
    }
    std::vector<std::string> any;
    std::set<std::vector<bool>> written;
    for (const std::vector<bool>& rest : of_part) {
      if (std::count(rest.begin(), rest.end(), true) == 0 || !written.insert(rest).second) continue;
      any.push_back(Combination(joint, at, PartsWith(rest, of_part), rest));
    }
    return any.size() == 1 ? any[0] : absl::StrCat("(", absl::StrJoin(any, " OR "), ")");
  }
  // The parts that allow at least this.
  static IntervalSet PartsWith(const std::vector<bool>& rest,
                               const std::vector<std::vector<bool>>& of_part) {
    std::vector<Interval> parts;
    for (size_t i = 0; i < of_part.size(); ++i) {
      const bool allows = std::equal(rest.begin(), rest.end(), of_part[i].begin(),
                                     [](bool wanted, bool kept) { return !wanted || kept; });
      const auto low = static_cast<int64_t>(i);
      if (allows) parts.push_back({low, low + 1});
    }
    return IntervalSet(std::move(parts));
  }
  std::string Combination(const Joint& joint, size_t at, const IntervalSet& parts,
                          const std::vector<bool>& rest) const {
    std::vector<std::string> both;
    if (parts.Count() < joint.parts[at].count) {
      both.push_back(KeptBinsOf(joint.columns[at], BinsIn(joint.parts[at], parts)));
    }
    if (std::count(rest.begin(), rest.end(), false) > 0) {
      both.push_back(Combinations(joint, at + 1, rest));
    }
    return absl::StrJoin(both, " AND ");
  }

  std::string KeptBinsOf(uint32_t index, const IntervalSet& bins) const {
    const v1::Column& column = ColumnOf(index);
    return Kept(index, ConditionOfBins(bins, column, column.period_unit()));
  }
  std::string Kept(uint32_t index, const Condition& condition) const {
    const v1::Column& column = ColumnOf(index);
    const std::string name = QuoteName(column.name());
    const bool missing = condition.missing == Condition::Truth::kTrue;
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
    if (missing) any.push_back(absl::StrCat(name, " IS NULL"));
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
    const size_t shorter = std::min(in.size(), out.size());
    if (std::string groups = sql::GroupsKept(column, condition.kept, shorter); !groups.empty()) {
      any->push_back(std::move(groups));
      return;
    }
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
