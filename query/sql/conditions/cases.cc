#include "query/sql/conditions/cases.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/status.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/groups.h"
#include "query/sql/conditions/where.h"
#include "query/sql/names/casts.h"
#include "query/sql/names/truth.h"
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

bool IsNumber(const Expr& expr, double number) {
  double read = 0;
  return expr.kind == Expr::Kind::kNumber && absl::SimpleAtod(expr.text, &read) && read == number;
}

bool IsLiteral(const Expr& expr) {
  return expr.kind == Expr::Kind::kNumber || expr.kind == Expr::Kind::kString ||
         expr.kind == Expr::Kind::kBoolean;
}

// What a branch of a CASE means to the aggregate around it: its rows count, they don't, or they
// are measured in another way. Ones are counted; of a column, its values are measured.
enum class Branch { kIn, kOut, kOther };

Branch BranchOf(const Expr& call, const Expr& result, const Expr& measured) {
  if (result.kind == Expr::Kind::kNull) return Branch::kOut;
  if (measured.kind == Expr::Kind::kColumn) {
    return SameExpr(result, measured) ? Branch::kIn : Branch::kOther;
  }
  if (call.text == "count" && !call.distinct && IsLiteral(result)) return Branch::kIn;
  if (call.text != "sum") return Branch::kOther;
  return IsNumber(result, 1) ? Branch::kIn : IsNumber(result, 0) ? Branch::kOut : Branch::kOther;
}

// What the first of the results is that is one at all.
const Expr& MeasuredIn(const Expr& cases) {
  for (size_t i = 1; i < cases.args.size(); i += 2) {
    if (cases.args[i].kind == Expr::Kind::kColumn) return cases.args[i];
  }
  return cases.args[1];
}

// The rows that an aggregate of a CASE is of: those whose first branch that is true is in. A branch
// before it that is out must not be true.
std::optional<Expr> RowsOf(const Expr& call, const Expr& cases) {
  const Expr& measured = MeasuredIn(cases);
  std::vector<Expr> in, not_out;
  const auto add = [&](Branch branch, std::vector<Expr> condition) {
    if (branch != Branch::kIn) return;
    condition.insert(condition.end(), not_out.begin(), not_out.end());
    if (!condition.empty()) in.push_back(AllOf(std::move(condition)));
  };
  for (size_t i = 0; i + 1 < cases.args.size(); i += 2) {
    const Branch branch = BranchOf(call, cases.args[i + 1], measured);
    if (branch == Branch::kOther) return std::nullopt;
    add(branch, {cases.args[i]});
    if (branch == Branch::kOut) not_out.push_back(Not(IsTrue(cases.args[i])));
  }
  if (HasElse(cases)) {
    const Branch branch = BranchOf(call, cases.args.back(), measured);
    if (branch == Branch::kOther || (branch == Branch::kIn && not_out.empty())) return std::nullopt;
    add(branch, {});
  }
  if (in.empty()) return std::nullopt;
  return AnyOf(std::move(in));
}

// What is measured of these rows, beside its FILTER.
Expr WithRows(Expr call, Expr rows) {
  if (!call.filter.empty()) {
    rows = AllOf({std::move(call.filter[0]), std::move(rows)});
  }
  call.filter = {std::move(rows)};
  return call;
}

Expr CountOf(const Expr& call) {
  Expr out = call;
  out.args.clear();
  out.star = true;
  out.text = "count";
  return out;
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

Expr WithoutCase(const Expr& call, const Names& names) {
  if (call.args.size() != 1) return call;
  const Expr& arg = call.args[0];
  if (call.text == "sum" && CountsOnes(arg, names)) {
    Expr rows = arg;
    rows.casts.clear();
    return WithRows(CountOf(call), std::move(rows));
  }
  if (arg.kind != Expr::Kind::kCase) return call;
  std::optional<Expr> rows = RowsOf(call, arg);
  if (!rows.has_value()) return call;
  const Expr& measured = MeasuredIn(arg);
  if (measured.kind != Expr::Kind::kColumn) return WithRows(CountOf(call), *std::move(rows));
  Expr out = call;
  out.args = {measured};
  return WithRows(std::move(out), *std::move(rows));
}

}  // namespace commons::query::sql
