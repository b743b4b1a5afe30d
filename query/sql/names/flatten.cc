#include "query/sql/names/flatten.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/nearest.h"
#include "query/sql/names/measures.h"
#include "query/sql/names/resolve.h"
#include "query/sql/names/truth.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

// What is seen under a name: a column of the dataset, or a grouping made of one.
struct Shown {
  std::string name;
  Expr meant;
};

// What one select sees.
struct Scope {
  std::string table;  // "": a sub-select without a name
  std::vector<Shown> columns;
};

const Select& Innermost(const Select& select) {
  return select.from.empty() ? select : Innermost(select.from[0]);
}

class Flattener {
 public:
  Flattener(const Select& select, const v1::Standard& standard)
      : select_(select), innermost_(Innermost(select)), names_(innermost_, standard) {}

  absl::StatusOr<Select> Run() {
    ASSIGN_OR_RETURN(scope_, SeenBy(select_));
    RETURN_IF_ERROR(AddCondition(select_, scope_));
    Select out = select_;
    out.from.clear();
    out.dataset_alias = innermost_.dataset_alias;
    for (SelectItem& item : out.items) RETURN_IF_ERROR(ReplaceItem(item));
    for (GroupItem& item : out.group_by) {
      for (Expr& expr : item.exprs) RETURN_IF_ERROR(ReplaceGrouping(out, expr));
    }
    for (OrderItem& item : out.order_by) {
      if (!NamesOutput(item.expr)) RETURN_IF_ERROR(ReplaceWhole(item.expr));
    }
    out.where = Condition();
    return out;
  }

 private:
  std::string BaseTable() const {
    return innermost_.dataset_alias.empty() ? innermost_.dataset : innermost_.dataset_alias;
  }

  Shown ColumnOfDataset(const std::string& name) const {
    Expr column;
    column.kind = Expr::Kind::kColumn;
    column.path = {BaseTable(), name};
    return {name, std::move(column)};
  }

  Scope Dataset() const {
    Scope scope{BaseTable(), {}};
    bool person = false;
    for (const v1::Column& column : names_.standard().columns()) {
      person |= column.name() == "person";
      const bool kept = column.role() != v1::SKIP && column.role() != v1::ROLE_UNSPECIFIED;
      if (!kept && column.name() != names_.standard().entity()) continue;
      scope.columns.push_back(ColumnOfDataset(column.name()));
      for (const v1::Grouping& grouping : column.groupings()) {
        scope.columns.push_back(ColumnOfDataset(grouping.name()));
      }
    }
    if (!person) scope.columns.push_back(ColumnOfDataset("person"));
    return scope;
  }

  // What it selects from; the conditions further in are added on the way.
  absl::StatusOr<Scope> SeenBy(const Select& select) {
    if (select.from.empty()) return Dataset();
    const Select& inner = select.from[0];
    ASSIGN_OR_RETURN(const Scope below, SeenBy(inner));
    RETURN_IF_ERROR(AddCondition(inner, below));
    Scope scope{select.dataset_alias, {}};
    for (const SelectItem& item : inner.items) {
      RETURN_IF_ERROR(CheckItem(item));
      if (item.expr.star) {
        RETURN_IF_ERROR(CheckTable(below, item.expr, "*"));
        scope.columns.insert(scope.columns.end(), below.columns.begin(), below.columns.end());
        continue;
      }
      ASSIGN_OR_RETURN(Shown shown, ShownBy(below, item));
      scope.columns.push_back(std::move(shown));
    }
    return scope;
  }

  static absl::Status CheckItem(const SelectItem& item) {
    const bool period = item.expr.kind == Expr::Kind::kCall && item.expr.text == "date_trunc";
    if (item.expr.kind == Expr::Kind::kColumn || item.expr.kind == Expr::Kind::kCase || period ||
        IsCondition(item.expr)) {
      return absl::OkStatus();
    }
    if (IsAggregate(item.expr)) {
      return Unsupported(item.expr.position,
                         "a sub-query here only filters and renames columns; measure in the "
                         "question around it");
    }
    return Unsupported(item.expr.position,
                       "a sub-query here only filters and renames columns; compute in the "
                       "question around it, or with the answer");
  }

  absl::StatusOr<Shown> ShownBy(const Scope& below, const SelectItem& item) const {
    Shown shown{item.expr.text, item.expr};
    if (item.expr.kind == Expr::Kind::kColumn) {
      ASSIGN_OR_RETURN(shown, Find(below, item.expr));
    } else {
      RETURN_IF_ERROR(Replace(below, IsCondition(item.expr), shown.meant));
      if (IsCondition(item.expr)) shown.meant = AsCase(std::move(shown.meant));
      shown.name = shown.meant.text;
    }
    if (!item.alias.empty()) shown.name = item.alias;
    return shown;
  }

  absl::Status AddCondition(const Select& select, const Scope& scope) {
    if (!select.where.has_value()) return absl::OkStatus();
    Expr condition = *select.where;
    RETURN_IF_ERROR(Replace(scope, true, condition));
    conditions_.push_back(std::move(condition));
    return absl::OkStatus();
  }

  std::optional<Expr> Condition() {
    if (conditions_.empty()) return std::nullopt;
    if (conditions_.size() == 1) return std::move(conditions_[0]);
    Expr all;
    all.kind = Expr::Kind::kAnd;
    all.position = conditions_[0].position;
    all.args = std::move(conditions_);
    return all;
  }

  static absl::Status CheckTable(const Scope& scope, const Expr& name, absl::string_view column) {
    const bool qualified = name.path.size() > (name.star ? 0 : 1);
    if (!qualified || name.path[0] == scope.table) return absl::OkStatus();
    return RefuseAt(v1::UNKNOWN_COLUMN, name.position, "there is no dataset ", name.path[0],
                    " in this part of the question; write ", column);
  }

  static bool Has(const Scope& scope, absl::string_view name) {
    return std::any_of(scope.columns.begin(), scope.columns.end(),
                       [&](const Shown& shown) { return Means(name, shown.name); });
  }

  absl::StatusOr<Shown> Find(const Scope& scope, const Expr& name) const {
    const std::string& wanted = name.path.back();
    RETURN_IF_ERROR(CheckTable(scope, name, wanted));
    const Shown* found = nullptr;
    for (const Shown& shown : scope.columns) {
      if (!Means(wanted, shown.name)) continue;
      if (found != nullptr) {
        return RefuseAt(v1::UNKNOWN_COLUMN, name.position, wanted,
                        " could be several columns of the sub-query; rename one there with AS");
      }
      found = &shown;
    }
    if (found == nullptr) return Unknown(scope, name);
    Shown out = *found;
    out.meant.position = name.position;
    out.meant.casts.insert(out.meant.casts.end(), name.casts.begin(), name.casts.end());
    if (!name.casts.empty()) out.meant.cast_position = name.cast_position;
    return out;
  }

  absl::Status Unknown(const Scope& scope, const Expr& name) const {
    const absl::StatusOr<uint32_t> column = names_.Resolve(Unqualified(name));
    if (scope.table == BaseTable() && !column.ok()) return column.status();
    std::vector<std::string> names;
    for (const Shown& shown : scope.columns) names.push_back(shown.name);
    const std::string nearest = NearestWithinHalf(name.path.back(), names);
    return RefuseAt(v1::UNKNOWN_COLUMN, name.position, "the sub-query ", scope.table,
                    scope.table.empty() ? "" : " ", "does not select ", name.path.back(),
                    column.ok()       ? "; add it to its SELECT list"
                    : nearest.empty() ? ""
                                      : absl::StrCat("; the nearest is ", QuoteName(nearest)));
  }

  static Expr Unqualified(Expr name) {
    name.path = {name.path.back()};
    return name;
  }

  // What a select item, or one of GROUP BY or ORDER BY, stands for.
  absl::Status ReplaceWhole(Expr& expr) const {
    if (expr.kind != Expr::Kind::kColumn) return Replace(scope_, IsCondition(expr), expr);
    ASSIGN_OR_RETURN(Shown shown, Find(scope_, expr));
    expr = std::move(shown.meant);
    return absl::OkStatus();
  }

  // The columns in an expression; `holds`: it stands where a condition does.
  absl::Status Replace(const Scope& scope, bool holds, Expr& expr) const {
    if (expr.kind == Expr::Kind::kColumn) return ReplaceColumn(scope, holds, expr);
    for (size_t i = 0; i < expr.args.size(); ++i) {
      RETURN_IF_ERROR(Replace(scope, ArgHolds(expr, i), expr.args[i]));
    }
    for (Expr& condition : expr.filter) RETURN_IF_ERROR(Replace(scope, true, condition));
    return absl::OkStatus();
  }
  absl::Status ReplaceColumn(const Scope& scope, bool holds, Expr& expr) const {
    ASSIGN_OR_RETURN(Shown shown, Find(scope, expr));
    if (const Expr* condition = ConditionIn(shown.meant); holds && condition != nullptr) {
      Expr meant = *condition;
      meant.casts = shown.meant.casts;
      meant.cast_position = shown.meant.cast_position;
      expr = std::move(meant);
      return absl::OkStatus();
    }
    if (shown.meant.kind != Expr::Kind::kColumn) {
      return Unsupported(expr.position, shown.name,
                         " is made in the sub-query, so it can be selected and grouped by; "
                         "elsewhere name the column that it is made of");
    }
    expr = std::move(shown.meant);
    return absl::OkStatus();
  }
  // Whether an argument stands where a condition does.
  static bool ArgHolds(const Expr& expr, size_t arg) {
    switch (expr.kind) {
      case Expr::Kind::kAnd:
      case Expr::Kind::kOr:
      case Expr::Kind::kNot:
      case Expr::Kind::kIsTrue:
        return true;
      case Expr::Kind::kCase:
        return arg % 2 == 0 && arg + 1 < expr.args.size();
      default:  // SUM(CAST(made AS INTEGER))
        return expr.kind == Expr::Kind::kCall && expr.text == "sum" &&
               !expr.args[arg].casts.empty();
    }
  }

  absl::Status ReplaceItem(SelectItem& item) const {
    if (item.expr.kind == Expr::Kind::kColumn && item.alias.empty()) {
      ASSIGN_OR_RETURN(const Shown shown, Find(scope_, item.expr));
      const bool column = shown.meant.kind == Expr::Kind::kColumn;
      if (!column || shown.name != shown.meant.path.back()) item.alias = shown.name;
    }
    return ReplaceWhole(item.expr);
  }

  // As PostgreSQL: a name is one of FROM before it is one of SELECT.
  absl::Status ReplaceGrouping(const Select& flat, Expr& expr) const {
    if (expr.kind == Expr::Kind::kColumn && expr.path.size() == 1 && !Has(scope_, expr.path[0])) {
      for (const SelectItem& item : flat.items) {
        if (item.alias != expr.path[0]) continue;
        expr = item.expr;
        return absl::OkStatus();
      }
    }
    return ReplaceWhole(expr);
  }

  bool NamesOutput(const Expr& expr) const {
    if (expr.kind != Expr::Kind::kColumn || expr.path.size() != 1) return false;
    return std::any_of(select_.items.begin(), select_.items.end(), [&](const SelectItem& item) {
      const bool column = item.expr.kind == Expr::Kind::kColumn;
      const std::string& own = column ? item.expr.path.back() : item.expr.text;
      return expr.path[0] == (item.alias.empty() ? own : item.alias);
    });
  }

  const Select& select_;
  const Select& innermost_;
  const Names names_;  // of the dataset
  Scope scope_;        // what the question itself sees
  std::vector<Expr> conditions_;
};

}  // namespace

absl::StatusOr<Select> Flatten(Select select, const v1::Standard& standard) {
  if (select.from.empty()) return select;
  return Flattener(select, standard).Run();
}

}  // namespace commons::query::sql
