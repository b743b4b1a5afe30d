#include "query/sql/conditions/cases.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/status.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/groups.h"
#include "query/sql/conditions/where.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

// args of CASE: a condition and a result for each branch, then that of ELSE if there is one.
bool HasElse(const Expr& expr) { return expr.args.size() % 2 == 1; }

absl::StatusOr<std::optional<std::string>> LabelOf(const Expr& result) {
  switch (result.kind) {
    case Expr::Kind::kNull:
      return std::nullopt;
    case Expr::Kind::kString:
    case Expr::Kind::kNumber:
    case Expr::Kind::kBoolean:
      return result.text;
    default:
      return Unsupported(result.position,
                         "CASE gives each group a name: write a text after THEN and ELSE, such as "
                         "THEN 'young'");
  }
}

class Reader {
 public:
  explicit Reader(const Names& names) : names_(names) {}

  absl::StatusOr<Cases> Read(const Expr& expr) {
    RETURN_IF_ERROR(FindColumn(expr));
    const auto all = static_cast<int64_t>(BinCount(Column(), out_.unit));
    rest_ = IntervalSet({{0, all}});
    for (size_t i = 0; i + 1 < expr.args.size(); i += 2) {
      ASSIGN_OR_RETURN(const IntervalSet bins, BinsOf(expr.args[i]));
      ASSIGN_OR_RETURN(std::optional<std::string> label, LabelOf(expr.args[i + 1]));
      Add(std::move(label), rest_.And(bins));
    }
    std::optional<std::string> label;
    if (HasElse(expr)) {
      ASSIGN_OR_RETURN(label, LabelOf(expr.args.back()));
    }
    Add(std::move(label), rest_);
    std::stable_partition(out_.groups.begin(), out_.groups.end(),
                          [](const Cases::Group& group) { return group.label.has_value(); });
    return std::move(out_);
  }

 private:
  const v1::Column& Column() const { return names_.column(out_.column); }

  absl::Status FindColumn(const Expr& expr) {
    std::optional<uint32_t> column;
    for (size_t i = 0; i + 1 < expr.args.size(); i += 2) {
      ASSIGN_OR_RETURN(const std::set<uint32_t> columns, ColumnsIn(expr.args[i], names_));
      for (const uint32_t other : columns) {
        if (!column.has_value()) column = other;
        if (*column == other) continue;
        return Unsupported(expr.args[i].position,
                           "the conditions of a CASE are about one column; group by ",
                           QuoteName(names_.column(*column).name()), " and ",
                           QuoteName(names_.column(other).name()), " instead");
      }
    }
    if (!column.has_value()) {
      return Unsupported(expr.position, "this CASE asks about no column; name one after WHEN");
    }
    out_.column = *column;
    out_.unit = Column().period_unit();
    if (governance::HasResponses(Column())) {
      return Unsupported(expr.position, "a row may have several responses of ", Column().name(),
                         ", so that groups of them overlap; group by ", QuoteName(Column().name()),
                         " itself");
    }
    if (Groupable(Column())) return absl::OkStatus();
    return RefuseAt(v1::COLUMN_NOT_QUERYABLE, expr.position, Column().name(),
                    " has no code list, bands or period to group by");
  }

  // Whole bins: of open data too, groups end where bins do.
  absl::StatusOr<IntervalSet> BinsOf(const Expr& condition) const {
    ASSIGN_OR_RETURN(const auto conditions, ReadConditions(condition, names_, v1::PROTECTED));
    if (conditions.empty()) return rest_;  // WHEN TRUE
    return BinsKept(conditions.begin()->second, Column(), out_.unit);
  }

  void Add(std::optional<std::string> label, IntervalSet bins) {
    rest_ = rest_.Without(bins);
    const auto same = std::find_if(out_.groups.begin(), out_.groups.end(),
                                   [&](const Cases::Group& group) { return group.label == label; });
    if (same == out_.groups.end()) {
      out_.groups.push_back({std::move(label), std::move(bins)});
    } else {
      same->bins = same->bins.Or(bins);
    }
  }

  const Names& names_;
  Cases out_;
  IntervalSet rest_;  // bins that no branch has taken
};

bool IsNumber(const Expr& expr, absl::string_view number) {
  return expr.kind == Expr::Kind::kNumber && expr.text == number;
}

bool IsLiteral(const Expr& expr) {
  return expr.kind == Expr::Kind::kNumber || expr.kind == Expr::Kind::kString ||
         expr.kind == Expr::Kind::kBoolean;
}

}  // namespace

absl::StatusOr<Cases> ReadCase(const Expr& expr, const Names& names) {
  return Reader(names).Read(expr);
}

Cases CasesOf(const Names::GroupingAt& at, const Names& names) {
  const v1::Grouping& grouping = names.grouping(at);
  const v1::Column& column = names.column(at.column);
  std::vector<std::vector<Interval>> codes(grouping.groups_size());
  for (int code = 0; code < grouping.group_of_size(); ++code) {
    codes[grouping.group_of(code)].push_back({code, code + 1});
  }
  Cases out;
  out.column = at.column;
  for (int i = 0; i < grouping.groups_size(); ++i) {
    const v1::Code& group = grouping.groups(i);
    out.groups.push_back({group.label(), IntervalSet(std::move(codes[i])), group.value()});
  }
  const int64_t missing = column.codes_size();
  if (!column.required())
    out.groups.push_back({std::nullopt, IntervalSet({{missing, missing + 1}})});
  return out;
}

CaseCells CellsOf(const Cases& cases, const IntervalSet& kept, const v1::Column& column) {
  struct Cell {
    IntervalSet bins;
    size_t branch;
  };
  std::vector<Cell> cells;
  for (size_t i = 0; i < cases.groups.size(); ++i) {
    IntervalSet bins = cases.groups[i].bins.And(kept);
    if (!bins.intervals().empty()) cells.push_back({std::move(bins), i});
  }
  std::vector<size_t> order(cells.size());  // cells are in the order of their branches
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](size_t a, size_t b) {
    return cells[a].bins.intervals().front().low < cells[b].bins.intervals().front().low;
  });
  CaseCells out;
  out.dimension.set_column(cases.column);
  out.dimension.set_unit(cases.unit);
  std::vector<IntervalSet> groups;
  for (const size_t i : order) {
    groups.push_back(std::move(cells[i].bins));
    out.labels.push_back(cases.groups[cells[i].branch].label);
    out.places.push_back(i);
    out.values.push_back(cases.groups[cells[i].branch].value);
  }
  out.canonical = SetGroups(groups, column, &out.dimension);
  return out;
}

Expr WithoutCase(const Expr& call) {
  if (call.args.size() != 1 || call.args[0].kind != Expr::Kind::kCase) return call;
  const Expr& cases = call.args[0];
  if (cases.args.size() > 3) return call;
  const Expr& result = cases.args[1];
  const bool null_else = !HasElse(cases) || cases.args[2].kind == Expr::Kind::kNull;
  const bool zero_else = HasElse(cases) && IsNumber(cases.args[2], "0");
  const bool counts = (call.text == "count" && !call.distinct && null_else && IsLiteral(result)) ||
                      (call.text == "sum" && (null_else || zero_else) && IsNumber(result, "1"));
  const bool of_column = result.kind == Expr::Kind::kColumn && null_else;
  if (!counts && !of_column) return call;
  Expr out = call;
  out.args.clear();
  out.star = counts;
  if (counts) out.text = "count";
  if (of_column) out.args.push_back(result);
  Expr condition = cases.args[0];
  if (!out.filter.empty()) {
    Expr both;
    both.kind = Expr::Kind::kAnd;
    both.position = condition.position;
    both.args = {std::move(out.filter[0]), std::move(condition)};
    condition = std::move(both);
  }
  out.filter = {std::move(condition)};
  return out;
}

}  // namespace commons::query::sql
