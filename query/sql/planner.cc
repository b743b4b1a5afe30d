#include "query/sql/planner.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "query/question/filter.h"
#include "query/question/joint_wire.h"
#include "query/question/partials.h"
#include "query/question/validate.h"
#include "query/question/within.h"
#include "query/sql/canonical_sql.h"
#include "query/sql/cells_advice.h"
#include "query/sql/conditions/cases.h"
#include "query/sql/conditions/joint_where.h"
#include "query/sql/grouping.h"
#include "query/sql/names/casts.h"
#include "query/sql/names/flatten.h"
#include "query/sql/names/measures.h"
#include "query/sql/names/resolve.h"
#include "query/sql/names/truth.h"
#include "query/sql/parse/parse.h"
#include "query/sql/parse/refuse.h"

namespace commons::query {
namespace {

using sql::Expr;
using sql::Grouping;

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
    RETURN_IF_ERROR(sql::CheckCasts(select_, names_));
    plan_.question.set_standard_id(view_.standard_id.ToBytes());
    plan_.question.set_dataset(view_.standard->dataset());
    plan_.question.set_release(view_.release);
    RETURN_IF_ERROR(ReadFilters());
    RETURN_IF_ERROR(ReadSelect());
    RETURN_IF_ERROR(ReadGroupBy());
    RETURN_IF_ERROR(MatchDimensions());
    RETURN_IF_ERROR(ReadOrderBy());
    plan_.limit = select_.limit;
    RETURN_IF_ERROR(CheckShape());
    plan_.canonical_sql = CanonicalSql(plan_.question, *view_.standard);
    return std::move(plan_);
  }

 private:
  absl::Status CheckShape() const {
    const absl::Status shape = ValidateShape(plan_.question, *view_.standard);
    if (governance::ReasonOf(shape) != v1::TOO_MANY_CELLS) return shape;
    return RefuseAt(v1::TOO_MANY_CELLS,
                    select_.group_by.empty() ? -1 : select_.group_by[0].position, shape.message(),
                    sql::FewerCells(plan_.question, *view_.standard));
  }

  absl::Status ReadSelect() {
    for (size_t i = 0; i < select_.items.size(); ++i) {
      const sql::SelectItem& item = select_.items[i];
      ASSIGN_OR_RETURN(const std::string name,
                       sql::IsAggregate(item.expr) ? SelectMeasure(item) : SelectDimension(i));
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

  // Both return what the answer calls it.
  absl::StatusOr<std::string> SelectMeasure(const sql::SelectItem& item) {
    const Expr call = sql::WithoutCase(item.expr, names_);
    ASSIGN_OR_RETURN(sql::Measure measure, sql::ReadMeasure(call, names_, view_.release));
    const std::string& name = item.alias.empty() ? item.expr.text : item.alias;
    if (plan_.measures.size() == limits::kMeasures) {
      return Unsupported(item.expr.position, "at most ", limits::kMeasures,
                         " measures; ask a second question");
    }
    ASSIGN_OR_RETURN(const PartialRows rows, ReadFilter(call));
    plan_.measures.push_back({measure.kind, name, measure.column, measure.fraction, rows});
    for (v1::Partial& partial : measure.partials) {
      SetRows(rows, &partial);
      partials_.emplace(KeyOf(partial), partial);
    }
    return name;
  }
  absl::StatusOr<std::string> SelectDimension(size_t place) {
    const sql::SelectItem& item = select_.items[place];
    OutputDimension shown;
    ASSIGN_OR_RETURN(const Grouping grouping, ReadDimension(item.expr, &shown));
    shown.name = !item.alias.empty()                     ? item.alias
                 : item.expr.kind == Expr::Kind::kColumn ? NameOf(item.expr, grouping)
                 : sql::IsCondition(item.expr)           ? sql::AsCase(item.expr).text
                                                         : item.expr.text;
    selected_.push_back({grouping, std::move(shown), place});
    return selected_.back().shown.name;
  }

  // As the definition calls a column or a grouping that is written as a name.
  const std::string& NameOf(const Expr& expr, const Grouping& grouping) const {
    const auto declared = names_.FindGrouping(expr);
    return declared.has_value() ? names_.grouping(*declared).name()
                                : names_.column(grouping.column).name();
  }

  absl::StatusOr<Grouping> ReadDimension(const Expr& expr, OutputDimension* shown = nullptr) const {
    return sql::ReadGrouping(expr, names_, plan_.question, shown);
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
        RETURN_IF_ERROR(group_by_.Add(grouping, item.rollup, expr.position));
      }
    }
    return group_by_.AddTo(&plan_.question);
  }

  // How GROUP BY names it: by its alias, unless that is read as another column, as PostgreSQL does.
  std::string NameToGroupBy(const SelectedDimension& selected) const {
    const sql::SelectItem& item = select_.items[selected.item];
    Expr alias;
    alias.kind = Expr::Kind::kColumn;
    alias.path = {item.alias};
    if (!item.alias.empty() && !names_.IsColumn(alias)) return sql::QuoteName(item.alias);
    if (item.expr.kind != Expr::Kind::kColumn) return absl::StrCat(selected.item + 1);
    return sql::QuoteName(NameOf(item.expr, selected.grouping));
  }

  absl::Status MatchDimensions() {
    std::set<Grouping> shown;
    for (const SelectedDimension& selected : selected_) {
      if (!group_by_.Has(selected.grouping)) {
        return Unsupported(select_.items[selected.item].expr.position, selected.shown.name,
                           " is selected but not grouped by; add GROUP BY ",
                           NameToGroupBy(selected));
      }
      shown.insert(selected.grouping);
      plan_.dimensions.push_back(selected.shown);
      plan_.dimensions.back().dimension = group_by_.FinestOf(selected.grouping);
      plan_.dimensions.back().level = sql::DimensionOf(selected.grouping);
      plan_.dimensions.back().last =
          group_by_.PositionOf(selected.grouping).value_or(plan_.dimensions.back().last);
    }
    for (const Grouping& grouping : group_by_.groupings()) {
      if (shown.contains(grouping)) continue;
      const v1::Column& column = names_.column(grouping.column);
      const auto declared = static_cast<int>(grouping.declared);
      const std::string& name =
          declared > 0 ? column.groupings(declared - 1).name() : column.name();
      return Unsupported(select_.group_by[0].position, name,
                         " is grouped by but not selected; add ", sql::QuoteName(name),
                         " to SELECT");
    }
    return absl::OkStatus();
  }

  absl::Status ReadFilters() {
    if (!select_.where.has_value()) return absl::OkStatus();
    ASSIGN_OR_RETURN(const sql::Kept kept, sql::ReadWhere(*select_.where, names_, view_.release));
    const PartialRows rows = RowsOf(kept);
    *plan_.question.mutable_filters() = rows.filters;
    *plan_.question.mutable_joint_filters() = rows.joint_filters;
    return absl::OkStatus();
  }

  // Those of the rows that WHERE leaves.
  absl::StatusOr<PartialRows> ReadFilter(const Expr& call) const {
    if (call.filter.empty()) return PartialRows();
    const Expr& condition = call.filter[0];
    ASSIGN_OR_RETURN(const sql::Kept kept, sql::ReadWhere(condition, names_, view_.release));
    const PartialRows rows = RowsOf(kept);
    if (FiltersResponsesTwice(rows.filters, plan_.question.filters(), *view_.standard)) {
      return Unsupported(condition.position,
                         "a row may pass WHERE by one of its responses and FILTER by another; put "
                         "a condition on such a column into one of the two");
    }
    std::optional<PartialRows> said = WithinQuestion(rows, plan_.question, *view_.standard);
    if (!said.has_value()) return sql::TooManyCombinations(condition.position);
    return *std::move(said);
  }

  PartialRows RowsOf(const sql::Kept& kept) const {
    PartialRows rows;
    for (const auto& [index, condition] : kept.columns) {
      std::optional<v1::Filter> filter = FilterOf(index, names_.column(index), condition);
      if (filter.has_value()) *rows.filters.Add() = *std::move(filter);
    }
    for (const Joint& joint : kept.joints) *rows.joint_filters.Add() = FilterOf(joint);
    return rows;
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
    return Unsupported(expr.position, "ORDER BY takes what is selected; ",
                       meant->kind == Expr::Kind::kCase
                           ? "groups come as the code list or the branches of their CASE have "
                             "them: group by the CASE, or leave ORDER BY out"
                           : "add it to SELECT");
  }

  const sql::Select& select_;
  const DatasetView& view_;
  const sql::Names names_;
  Plan plan_;
  std::map<PartialKey, v1::Partial> partials_;
  std::vector<SelectedDimension> selected_;
  sql::GroupBy group_by_{names_, plan_.question};
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
