#include "query/sql/conditions/where.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/sql/conditions/literal.h"
#include "query/sql/names/measures.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

using Conditions = std::map<uint32_t, Condition>;

// AND of what every response has to be, OR of what any may be. Of a column of several responses
// nothing else is one condition: a row may have one code AND another.
absl::Status Join(const v1::Column& column, Condition::Reading reading, const Condition& more,
                  int position, Condition* all) {
  if (*all == more) return absl::OkStatus();  // as query builders repeat it
  const bool first = ReadsTwoWays(*all, column), second = ReadsTwoWays(more, column);
  if (first && second && (all->reading != reading || more.reading != reading)) {
    return Unsupported(position, "a row may have several of ", column.name(),
                       "; of such a column ask for any of them: IN ('...', '...'), or for none: ",
                       "NOT IN ('...', '...')");
  }
  const Condition::Reading read = first ? all->reading : more.reading;
  *all = reading == Condition::Reading::kEvery ? And(*all, more) : Or(*all, more);
  all->reading = read;
  return absl::OkStatus();
}

class Reader {
 public:
  Reader(const Names& names, v1::Release release) : names_(names), release_(release) {}

  absl::StatusOr<Conditions> Read(const Expr& expr) const {
    switch (expr.kind) {
      case Expr::Kind::kAnd:
        return ReadAll(expr);
      case Expr::Kind::kOr:
        return ReadOr(expr);
      case Expr::Kind::kNot: {
        ASSIGN_OR_RETURN(Conditions inner, Read(expr.args[0]));
        if (inner.size() != 1) {
          return Unsupported(expr.position, "NOT may be about one column only");
        }
        auto& [column, condition] = *inner.begin();
        condition = Not(condition, Universe(names_.column(column)));
        return inner;
      }
      case Expr::Kind::kIsTrue:
        return ReadIsTrue(expr);
      case Expr::Kind::kBoolean:
        if (expr.text == "true") return Conditions{};
        return Unsupported(expr.position, "WHERE FALSE keeps nothing");
      case Expr::Kind::kCompare:
      case Expr::Kind::kIn:
      case Expr::Kind::kBetween:
      case Expr::Kind::kIsNull:
        return ReadLeaf(expr);
      case Expr::Kind::kColumn:
        return Bare(expr);
      default:
        return Unsupported(expr.position,
                           "a condition compares a column with a value, for example "
                           "sex = 'Female'");
    }
  }

 private:
  // A yes/no column is a condition by itself.
  absl::StatusOr<Conditions> Bare(const Expr& expr) const {
    ASSIGN_OR_RETURN(const uint32_t index, names_.Resolve(expr));
    const v1::Column& column = names_.column(index);
    if (column.type() != v1::BOOLEAN) {
      return Unsupported(expr.position, "a condition compares a column with a value; write ",
                         QuoteName(column.name()), " IS NOT NULL, or compare it");
    }
    Expr yes;
    yes.kind = Expr::Kind::kBoolean;
    yes.position = expr.position;
    yes.text = "true";
    Expr compared;
    compared.kind = Expr::Kind::kCompare;
    compared.position = expr.position;
    compared.text = "=";
    compared.args = {expr, std::move(yes)};
    return ReadLeaf(compared);
  }

  // What is not known is neither true nor false.
  absl::StatusOr<Conditions> ReadIsTrue(const Expr& expr) const {
    ASSIGN_OR_RETURN(Conditions inner, Read(expr.args[0]));
    if (inner.size() != 1) {
      return Unsupported(expr.position, "IS TRUE may be about one column only here");
    }
    auto& [index, condition] = *inner.begin();
    const bool unknown = condition.missing == Condition::Truth::kUnknown;
    if (expr.text == "unknown") {
      condition = Condition();
      condition.missing = unknown ? Condition::Truth::kTrue : Condition::Truth::kFalse;
      return inner;
    }
    if (expr.text == "false") condition = Not(condition, Universe(names_.column(index)));
    if (unknown) condition.missing = Condition::Truth::kFalse;
    return inner;
  }

  absl::StatusOr<Conditions> ReadAll(const Expr& expr) const {
    Conditions out;
    for (const Expr& arg : expr.args) {
      ASSIGN_OR_RETURN(const Conditions part, Read(arg));
      for (const auto& [column, condition] : part) {
        const auto [at, fresh] = out.emplace(column, condition);
        if (fresh) continue;
        RETURN_IF_ERROR(AndAlso(names_.column(column), condition, expr.position, &at->second));
      }
    }
    return out;
  }

  absl::StatusOr<Conditions> ReadOr(const Expr& expr) const {
    Conditions out;
    for (const Expr& arg : expr.args) {
      ASSIGN_OR_RETURN(const Conditions part, Read(arg));
      if (part.size() != 1 || (!out.empty() && out.begin()->first != part.begin()->first)) {
        return Unsupported(expr.position,
                           "OR may be about one column only here; between columns it goes into "
                           "WHERE or FILTER");
      }
      const auto& [column, condition] = *part.begin();
      const auto [at, fresh] = out.emplace(column, condition);
      if (fresh) continue;
      RETURN_IF_ERROR(Join(names_.column(column), Condition::Reading::kAny, condition,
                           expr.position, &at->second));
    }
    return out;
  }

  absl::StatusOr<Conditions> ReadLeaf(const Expr& expr) const {
    const Expr& first = expr.args[0];
    if (expr.kind == Expr::Kind::kCompare && first.kind == Expr::Kind::kNumber &&
        expr.text == "=" && SameExpr(first, expr.args[1])) {
      return Conditions{};  // 1 = 1
    }
    if (expr.kind == Expr::Kind::kCompare && IsValue(first) &&
        expr.args[1].kind == Expr::Kind::kColumn) {
      return ReadLeaf(Mirrored(expr));
    }
    if (first.kind == Expr::Kind::kCall) {
      if (IsAggregate(first)) {
        return Unsupported(first.position,
                           "what is measured cannot be filtered by; all cells are returned: use "
                           "ORDER BY and LIMIT");
      }
      return Unsupported(first.position,
                         "functions are not available in WHERE; compare the column itself, for "
                         "example with BETWEEN, or with IN ('...', '...')");
    }
    if (first.kind == Expr::Kind::kCase) {
      return Unsupported(
          first.position,
          "CASE is not available in conditions; write what it asks: WHERE age >= 15");
    }
    if (first.kind == Expr::Kind::kOperator) {
      return Unsupported(first.position,
                         "columns are not computed with in WHERE; compare each with a value");
    }
    if (const auto groups = names_.FindGrouping(first)) return ReadGroups(*groups, expr);
    ASSIGN_OR_RETURN(const uint32_t index, names_.Resolve(first));
    const v1::Column& column = names_.column(index);
    RETURN_IF_ERROR(CheckFilterable(column, first.position));
    Condition condition;
    if (expr.kind == Expr::Kind::kIsNull) {
      condition.missing = Condition::Truth::kTrue;
    } else {
      ASSIGN_OR_RETURN(condition.kept, Kept(column, expr));
      if (expr.text == "<>") condition.reading = Condition::Reading::kEvery;
    }
    return Conditions{{index, condition}};
  }

  // What is said of groups is said of the codes in them.
  absl::StatusOr<Conditions> ReadGroups(const Names::GroupingAt& at, const Expr& expr) const {
    const v1::Grouping& grouping = names_.grouping(at);
    Condition condition;
    if (expr.kind == Expr::Kind::kIsNull) {
      condition.missing = Condition::Truth::kTrue;
      return Conditions{{at.column, condition}};
    }
    v1::Column groups;
    groups.set_name(grouping.name());
    groups.set_role(v1::DIMENSION);
    groups.set_type(v1::STRING);
    *groups.mutable_codes() = grouping.groups();
    ASSIGN_OR_RETURN(const IntervalSet kept, Kept(groups, expr));
    std::vector<Interval> codes;
    for (int code = 0; code < grouping.group_of_size(); ++code) {
      if (kept.Contains(grouping.group_of(code))) codes.push_back({code, code + 1});
    }
    condition.kept = IntervalSet(std::move(codes));
    if (expr.text == "<>") condition.reading = Condition::Reading::kEvery;
    return Conditions{{at.column, condition}};
  }

  static Expr Mirrored(Expr expr) {
    std::swap(expr.args[0], expr.args[1]);
    for (char& sign : expr.text) {
      if (expr.text == "<>") break;
      if (sign == '<')
        sign = '>';
      else if (sign == '>')
        sign = '<';
    }
    return expr;
  }

  absl::Status CheckFilterable(const v1::Column& column, int position) const {
    if (release_ == v1::OPEN || Groupable(column)) return absl::OkStatus();
    return RefuseAt(v1::COLUMN_NOT_QUERYABLE, position, column.name(),
                    " has no declared bands, so it cannot be filtered on protected data; filter a "
                    "dimension");
  }

  absl::StatusOr<IntervalSet> Kept(const v1::Column& column, const Expr& expr) const {
    const Interval all = Universe(column);
    const bool ranged =
        expr.kind == Expr::Kind::kBetween ||
        (expr.kind == Expr::Kind::kCompare && expr.text != "=" && expr.text != "<>");
    if (ranged && ShapeOf(column) == Shape::kCodes) return CodesInRange(column, expr);
    std::vector<Interval> ranges;
    for (size_t i = 1; i < expr.args.size(); ++i) {
      ASSIGN_OR_RETURN(const Interval values, ValuesOf(column, expr.args[i]));
      const bool days = ranged || release_ == v1::OPEN;
      ranges.push_back(days ? values : WholeWeek(column, expr.args[i], values));
    }
    if (ranged) ranges = {RangeOf(expr, ranges, all)};
    for (size_t i = 0; i < ranges.size(); ++i) {
      RETURN_IF_ERROR(CheckEdges(column, ranges[i], expr, expr.args[i + 1].position));
    }
    const IntervalSet set(std::move(ranges));
    const IntervalSet within = set.And(IntervalSet({all}));
    return expr.text == "<>" ? IntervalSet({all}).Without(within) : within;
  }

  absl::Status CheckEdges(const v1::Column& column, const Interval& range, const Expr& expr,
                          int position) const {
    if (ShapeOf(column) == Shape::kCodes || release_ == v1::OPEN) return absl::OkStatus();
    const Interval all = Universe(column);
    for (const int64_t edge : {range.low, range.high}) {
      if (edge <= all.low || edge >= all.high || OnEdge(column, edge)) continue;
      const bool upper = expr.kind == Expr::Kind::kBetween && edge == range.high;
      return RefuseAt(
          v1::RANGE_OFF_EDGES, upper ? expr.args[2].position : position, "ranges of ",
          column.name(), " must fall on its edges; ", FormatValue(column, edge), " lies between ",
          NearestEdges(column, edge),
          " (>= and < take edges as they are; BETWEEN and <= include their last value)");
    }
    return absl::OkStatus();
  }

  const Names& names_;
  const v1::Release release_;
};

}  // namespace

absl::StatusOr<std::map<uint32_t, Condition>> ReadConditions(const Expr& condition,
                                                             const Names& names,
                                                             v1::Release release) {
  return Reader(names, release).Read(condition);
}

absl::StatusOr<std::set<uint32_t>> ColumnsIn(const Expr& condition, const Names& names) {
  std::set<uint32_t> columns;
  const bool joins = condition.kind == Expr::Kind::kAnd || condition.kind == Expr::Kind::kOr ||
                     condition.kind == Expr::Kind::kNot || condition.kind == Expr::Kind::kIsTrue;
  if (!joins) {
    ASSIGN_OR_RETURN(const Conditions leaf, Reader(names, v1::OPEN).Read(condition));
    for (const auto& [column, kept] : leaf) columns.insert(column);
  }
  for (size_t i = 0; joins && i < condition.args.size(); ++i) {
    ASSIGN_OR_RETURN(std::set<uint32_t> more, ColumnsIn(condition.args[i], names));
    columns.merge(more);
  }
  return columns;
}

absl::Status AndAlso(const v1::Column& column, const Condition& more, int position,
                     Condition* all) {
  return Join(column, Condition::Reading::kEvery, more, position, all);
}

}  // namespace commons::query::sql
