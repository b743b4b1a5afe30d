#include "query/sql/planner.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/period.h"
#include "base/status.h"
#include "governance/standard/scalar.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/joint.h"
#include "query/question/partials.h"
#include "query/question/validate.h"
#include "query/sql/canonical_sql.h"
#include "query/sql/conditions/cases.h"
#include "query/sql/conditions/joint_where.h"
#include "query/sql/names/flatten.h"
#include "query/sql/names/measures.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/advice.h"
#include "query/sql/parse/parse.h"
#include "query/sql/parse/refuse.h"

namespace commons::query {
namespace {

using sql::Expr;

// A dimension as asked; equal when they make the same groups.
struct Grouping {
  uint32_t column = 0;
  v1::PeriodUnit unit = v1::PERIOD_UNIT_UNSPECIFIED;
  std::vector<std::string> groups = {};  // of CASE
  auto operator<=>(const Grouping&) const = default;
};

struct SelectedDimension {
  Grouping grouping;
  OutputDimension shown;
  size_t item;  // of SELECT
};

class Planner {
 public:
  Planner(const sql::Select& select, const DatasetView& view)
      : select_(select), view_(view), names_(select, *view.standard) {}

  absl::StatusOr<Plan> Run() {
    plan_.question.set_standard_id(view_.standard_id.ToBytes());
    plan_.question.set_dataset(view_.standard->dataset());
    plan_.question.set_release(view_.release);
    RETURN_IF_ERROR(ReadFilters());
    RETURN_IF_ERROR(ReadSelect());
    RETURN_IF_ERROR(ReadGroupBy());
    RETURN_IF_ERROR(MatchDimensions());
    RETURN_IF_ERROR(ReadOrderBy());
    plan_.limit = select_.limit;
    RETURN_IF_ERROR(ValidateShape(plan_.question, *view_.standard));
    plan_.canonical_sql = CanonicalSql(plan_.question, *view_.standard);
    return std::move(plan_);
  }

 private:
  absl::Status ReadSelect() {
    for (size_t i = 0; i < select_.items.size(); ++i) {
      const sql::SelectItem& item = select_.items[i];
      std::string name;
      if (sql::IsAggregate(item.expr)) {
        const Expr call = sql::WithoutCase(item.expr);
        ASSIGN_OR_RETURN(sql::Measure measure, sql::ReadMeasure(call, names_, view_.release));
        name = item.alias.empty() ? item.expr.text : item.alias;
        if (plan_.measures.size() == limits::kMeasures) {
          return Unsupported(item.expr.position, "at most ", limits::kMeasures,
                             " measures; ask a second question");
        }
        ASSIGN_OR_RETURN(const Filters filters, ReadFilter(call));
        plan_.measures.push_back({measure.kind, name, measure.column, measure.fraction, filters});
        for (v1::Partial& partial : measure.partials) {
          *partial.mutable_filters() = filters;
          partials_.emplace(KeyOf(partial), partial);
        }
      } else {
        OutputDimension shown;
        ASSIGN_OR_RETURN(const Grouping grouping, ReadDimension(item.expr, &shown));
        name = !item.alias.empty()                     ? item.alias
               : item.expr.kind == Expr::Kind::kColumn ? names_.column(grouping.column).name()
                                                       : item.expr.text;
        shown.name = name;
        selected_.push_back({grouping, std::move(shown), i});
      }
      if (!output_names_.insert(name).second) {
        return Unsupported(item.expr.position, "two columns of the answer are called ", name,
                           "; give one another name with AS");
      }
    }
    if (plan_.measures.empty()) {
      return Unsupported(select_.items.empty() ? 0 : select_.items[0].expr.position,
                         "nothing is measured; add COUNT(*)");
    }
    for (const auto& [key, partial] : partials_) *plan_.question.add_partials() = partial;
    return absl::OkStatus();
  }

  // Of the rows that WHERE leaves.
  absl::StatusOr<Grouping> ReadCase(const Expr& expr, OutputDimension* shown) const {
    ASSIGN_OR_RETURN(const sql::Cases cases, sql::ReadCase(expr, names_));
    v1::Dimension dimension;
    dimension.set_column(cases.column);
    dimension.set_unit(cases.unit);
    sql::CaseCells cells = CellsOf(cases, KeptBins(plan_.question, dimension, *view_.standard),
                                   names_.column(cases.column));
    if (shown != nullptr) {
      shown->labels = std::move(cells.labels);
      shown->places = std::move(cells.places);
    }
    return Grouping{cases.column, cases.unit, std::move(cells.groups)};
  }

  // A column, date_trunc('unit', column), or CASE. What its cells are called goes to `shown`.
  absl::StatusOr<Grouping> ReadDimension(const Expr& expr, OutputDimension* shown = nullptr) const {
    if (expr.kind == Expr::Kind::kCase) return ReadCase(expr, shown);
    v1::PeriodUnit unit = v1::PERIOD_UNIT_UNSPECIFIED;
    const Expr* named = &expr;
    if (expr.kind == Expr::Kind::kCall) {
      ASSIGN_OR_RETURN(unit, ReadDateTrunc(expr));
      named = &expr.args[1];
    } else if (expr.kind == Expr::Kind::kOperator) {
      return Unsupported(expr.position, sql::OperatorAdvice(expr.text));
    } else if (expr.kind != Expr::Kind::kColumn) {
      return Unsupported(expr.position,
                         "the answer holds dimensions and measures; name a column or write "
                         "COUNT(*)");
    }
    ASSIGN_OR_RETURN(const uint32_t index, names_.Resolve(*named));
    const v1::Column& column = names_.column(index);
    if (!Groupable(column)) {
      return RefuseAt(
          v1::COLUMN_NOT_QUERYABLE, named->position, column.name(),
          " has no code list, bands or period to group by",
          column.role() == v1::MEASURE
              ? absl::StrCat("; measure it, for example AVG(", sql::QuoteName(column.name()), ")")
              : "");
    }
    if (ShapeOf(column) != Shape::kDate) {
      if (unit == v1::PERIOD_UNIT_UNSPECIFIED) return Grouping{index, unit};
      return Unsupported(named->position, "date_trunc takes a date, which ", column.name(),
                         " is not");
    }
    if (unit == v1::PERIOD_UNIT_UNSPECIFIED) unit = column.period_unit();
    if (!MayGroupBy(column, unit)) {
      const absl::string_view known = UnitName(governance::UnitOf(column));
      if (unit == v1::WEEK && column.period_unit() == v1::DAY) {
        return Unsupported(expr.position, "weeks of ", column.name(),
                           " begin on another day than date_trunc's, which is Monday; the dataset "
                           "would have to declare the unit week");
      }
      if (column.period_unit() == v1::WEEK) {
        return Unsupported(expr.position, column.name(),
                           " is known by week only, of which no month or year is made; write ",
                           sql::QuoteName(column.name()));
      }
      if (unit == v1::WEEK) {
        return Unsupported(expr.position, column.name(), " is known by ", known,
                           " only, which is not made of weeks");
      }
      return Unsupported(expr.position, column.name(), " is known by ", known,
                         " only; write date_trunc('", known, "', ...) or coarser");
    }
    return Grouping{index, unit};
  }

  absl::StatusOr<v1::PeriodUnit> ReadDateTrunc(const Expr& call) const {
    if (call.text != "date_trunc") {
      return Unsupported(call.position, sql::FunctionAdvice(call.text));
    }
    if (call.args.size() != 2 || call.star || call.distinct || !call.filter.empty() ||
        call.args[0].kind != Expr::Kind::kString) {
      return Unsupported(call.position, "write date_trunc('month', column)");
    }
    for (const v1::PeriodUnit unit : {v1::DAY, v1::WEEK, v1::MONTH, v1::QUARTER, v1::YEAR}) {
      if (ParseUnit(call.args[0].text) == governance::UnitOf(unit)) return unit;
    }
    return Unsupported(call.args[0].position,
                       "dates are counted by day, week, month, quarter or year");
  }

  // An ordinal or alias stands for its item in SELECT.
  absl::StatusOr<const Expr*> Dereference(const Expr& expr) const {
    if (expr.kind == Expr::Kind::kNumber) {
      for (size_t i = 0; i < select_.items.size(); ++i) {
        if (absl::StrCat(i + 1) == expr.text) return &select_.items[i].expr;
      }
      return Unsupported(expr.position, "there is no column ", expr.text, " in SELECT");
    }
    if (expr.kind == Expr::Kind::kColumn && expr.path.size() == 1 && !names_.IsColumn(expr)) {
      for (const sql::SelectItem& item : select_.items) {
        if (item.alias == expr.path[0]) return &item.expr;
      }
    }
    return &expr;
  }

  absl::Status ReadGroupBy() {
    bool rolled_up = false;
    for (const sql::GroupItem& item : select_.group_by) {
      if (item.rollup && rolled_up) {
        return Unsupported(item.position, "one ROLLUP at a time: ROLLUP(a, b)");
      }
      rolled_up |= item.rollup;
      for (const Expr& expr : item.exprs) {
        ASSIGN_OR_RETURN(const Expr* meant, Dereference(expr));
        if (sql::IsAggregate(*meant)) {
          return Unsupported(expr.position, "a measure cannot be grouped by; name a dimension");
        }
        ASSIGN_OR_RETURN(const Grouping grouping, ReadDimension(*meant));
        RETURN_IF_ERROR(AddGrouping(grouping, item.rollup, expr.position));
      }
    }
    BuildSets();
    return absl::OkStatus();
  }

  absl::Status AddGrouping(const Grouping& grouping, bool rollup, int position) {
    for (const Grouping& other : grouped_) {
      // Beside ROLLUP it would keep the totals apart, which nothing here does.
      const bool totalled =
          std::find(rolled_up_.begin(), rolled_up_.end(), other) != rolled_up_.end();
      if (other == grouping && !rollup && !totalled) return absl::OkStatus();
      if (other.column == grouping.column) {
        return Unsupported(position, names_.column(grouping.column).name(),
                           " is grouped by already; a column can be grouped by once");
      }
    }
    if (grouped_.size() == limits::kGroupDimensions) {
      return RefuseAt(v1::TOO_MANY_DIMENSIONS, position, "at most ", limits::kGroupDimensions,
                      " dimensions; ask a second question");
    }
    grouped_.push_back(grouping);
    if (rollup) rolled_up_.push_back(grouping);
    return absl::OkStatus();
  }

  void BuildSets() {
    std::vector<Grouping> kept = grouped_;
    std::sort(kept.begin(), kept.end());
    sorted_ = kept;
    for (const Grouping& grouping : sorted_) {
      v1::Dimension* dimension = plan_.question.add_dimensions();
      dimension->set_column(grouping.column);
      dimension->set_unit(grouping.unit);
      for (const std::string& bins : grouping.groups) dimension->add_groups()->set_bins(bins);
    }
    for (size_t dropped = 0; dropped <= rolled_up_.size(); ++dropped) {
      if (dropped > 0) {
        kept.erase(std::find(kept.begin(), kept.end(), rolled_up_[rolled_up_.size() - dropped]));
      }
      v1::GroupingSet* set = plan_.question.add_sets();
      for (const Grouping& grouping : kept) set->add_dimensions(PositionOf(grouping));
    }
  }

  uint32_t PositionOf(const Grouping& grouping) const {
    return std::find(sorted_.begin(), sorted_.end(), grouping) - sorted_.begin();
  }

  // How GROUP BY names it: by its alias, unless that is read as another column, as PostgreSQL does.
  std::string NameToGroupBy(const SelectedDimension& selected) const {
    const sql::SelectItem& item = select_.items[selected.item];
    const auto& columns = view_.standard->columns();
    const bool taken = std::any_of(columns.begin(), columns.end(), [&](const v1::Column& column) {
      return column.name() == item.alias;
    });
    if (!item.alias.empty() && !taken) return sql::QuoteName(item.alias);
    if (item.expr.kind != Expr::Kind::kColumn) return absl::StrCat(selected.item + 1);
    return sql::QuoteName(names_.column(selected.grouping.column).name());
  }

  absl::Status MatchDimensions() {
    std::set<Grouping> shown;
    for (const SelectedDimension& selected : selected_) {
      if (PositionOf(selected.grouping) == sorted_.size()) {
        return Unsupported(select_.items[selected.item].expr.position, selected.shown.name,
                           " is selected but not grouped by; add GROUP BY ",
                           NameToGroupBy(selected));
      }
      shown.insert(selected.grouping);
      plan_.dimensions.push_back(selected.shown);
      plan_.dimensions.back().dimension = PositionOf(selected.grouping);
    }
    for (const Grouping& grouping : grouped_) {
      if (shown.contains(grouping)) continue;
      const std::string& name = names_.column(grouping.column).name();
      return Unsupported(select_.group_by[0].position, name,
                         " is grouped by but not selected; add ", sql::QuoteName(name),
                         " to SELECT");
    }
    return absl::OkStatus();
  }

  absl::Status ReadFilters() {
    if (!select_.where.has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const sql::Kept kept, sql::ReadWhere(*select_.where, names_, view_.release));
    *plan_.question.mutable_filters() = FiltersOf(kept);
    for (const Joint& joint : kept.joints) *plan_.question.add_joint_filters() = FilterOf(joint);
    return absl::OkStatus();
  }

  // Those of the rows that WHERE leaves.
  absl::StatusOr<Filters> ReadFilter(const Expr& call) const {
    if (call.filter.empty()) return Filters();
    const Expr& condition = call.filter[0];
    ASSIGN_OR_RETURN(const sql::Kept kept, sql::ReadWhere(condition, names_, view_.release));
    if (!kept.joints.empty()) {
      return Unsupported(condition.position,
                         "OR between columns goes into WHERE; FILTER takes OR about one column");
    }
    const Filters filters = FiltersOf(kept);
    if (FiltersResponsesTwice(filters, plan_.question.filters(), *view_.standard)) {
      return Unsupported(condition.position,
                         "a row may pass WHERE by one of its responses and FILTER by another; put "
                         "a condition on such a column into one of the two");
    }
    return WithinQuestion(filters, plan_.question.filters(), *view_.standard);
  }

  Filters FiltersOf(const sql::Kept& kept) const {
    Filters filters;
    for (const auto& [index, condition] : kept.columns) {
      std::optional<v1::Filter> filter = FilterOf(index, names_.column(index), condition);
      if (filter.has_value()) *filters.Add() = *std::move(filter);
    }
    return filters;
  }

  absl::Status ReadOrderBy() {
    for (const sql::OrderItem& item : select_.order_by) {
      ASSIGN_OR_RETURN(OrderKey key, ReadOrderKey(item.expr));
      key.descending = item.descending;
      plan_.order_by.push_back(key);
    }
    return absl::OkStatus();
  }

  // By output name, as PostgreSQL does, then by ordinal or the same expression.
  absl::StatusOr<OrderKey> ReadOrderKey(const Expr& expr) const {
    if (expr.kind == Expr::Kind::kColumn && expr.path.size() == 1) {
      for (uint32_t i = 0; i < plan_.measures.size(); ++i) {
        if (plan_.measures[i].name == expr.path[0]) return OrderKey{true, i};
      }
      for (uint32_t i = 0; i < plan_.dimensions.size(); ++i) {
        if (plan_.dimensions[i].name == expr.path[0]) return OrderKey{false, i};
      }
    }
    ASSIGN_OR_RETURN(const Expr* meant, Dereference(expr));
    if (sql::IsAggregate(*meant)) {
      uint32_t measure = 0;
      for (const sql::SelectItem& item : select_.items) {
        if (!sql::IsAggregate(item.expr)) continue;
        if (sql::SameExpr(item.expr, *meant)) return OrderKey{true, measure};
        ++measure;
      }
    } else {
      ASSIGN_OR_RETURN(const Grouping grouping, ReadDimension(*meant));
      for (uint32_t i = 0; i < selected_.size(); ++i) {
        if (selected_[i].grouping == grouping) return OrderKey{false, i};
      }
    }
    return Unsupported(expr.position, "ORDER BY takes what is selected; add it to SELECT");
  }

  const sql::Select& select_;
  const DatasetView& view_;
  const sql::Names names_;
  Plan plan_;
  std::map<PartialKey, v1::Partial> partials_;
  std::vector<SelectedDimension> selected_;
  std::vector<Grouping> grouped_, sorted_, rolled_up_;
  std::set<std::string> output_names_;
};

}  // namespace

absl::StatusOr<Plan> PlanQuery(absl::string_view sql, const DatasetLookup& lookup,
                               absl::string_view who) {
  ASSIGN_OR_RETURN(const sql::Select select, sql::Parse(sql, who));
  absl::StatusOr<DatasetView> view = lookup(select.dataset);
  if (!view.ok()) {
    if (governance::ReasonOf(view.status()) != v1::UNKNOWN_DATASET) return view.status();
    return RefuseAt(v1::UNKNOWN_DATASET, select.dataset_position, view.status().message());
  }
  ASSIGN_OR_RETURN(const sql::Select flat, sql::Flatten(select, *view->standard));
  return Planner(flat, *view).Run();
}

}  // namespace commons::query
