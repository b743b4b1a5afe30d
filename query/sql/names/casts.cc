#include "query/sql/names/casts.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "query/sql/names/measures.h"
#include "query/sql/names/truth.h"
#include "query/sql/parse/cast_types.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

const v1::Column* ColumnNamed(const Expr& expr, const Names& names) {
  if (expr.kind != Expr::Kind::kColumn || names.FindGrouping(expr).has_value()) return nullptr;
  const auto& columns = names.standard().columns();
  const auto found = std::find_if(columns.begin(), columns.end(), [&](const v1::Column& column) {
    return Means(expr.path.back(), column.name());
  });
  return found == columns.end() ? nullptr : &*found;
}

bool KeepsColumn(const v1::Column& column, absl::string_view type) {
  switch (column.type()) {
    case v1::STRING:
      return IsTextType(type);
    case v1::BOOLEAN:
      return type == "bool";
    case v1::INTEGER:
      return IsNumberType(type) || (IsIntegerType(type) && column.decimals() == 0);
    case v1::NUMBER:
      return IsNumberType(type);
    case v1::DATE:
      return type == "date";
    default:
      return false;
  }
}

bool Keeps(const Expr& expr, absl::string_view type, const Names& names) {
  switch (expr.kind) {
    case Expr::Kind::kColumn: {
      const v1::Column* column = ColumnNamed(expr, names);
      return column == nullptr ? IsTextType(type) : KeepsColumn(*column, type);
    }
    case Expr::Kind::kCall:
      if (!IsAggregate(expr)) return type == "date";  // of date_trunc: the same day
      return IsNumberType(type) || (expr.text == "count" && IsIntegerType(type));
    case Expr::Kind::kCase:  // of texts, or of ones
      return IsTextType(type) || IsNumberType(type) || IsIntegerType(type);
    default:
      return IsCondition(expr) && type == "bool";
  }
}

std::string Written(const Expr& expr) {
  if (expr.kind == Expr::Kind::kColumn) return absl::StrCat("write ", QuoteName(expr.path.back()));
  return absl::StrCat("leave the cast out of ", absl::AsciiStrToUpper(expr.text));
}

// `inside`: the aggregate that it is an argument of; "": none.
absl::Status Check(const Expr& expr, const Names& names, absl::string_view inside) {
  for (const std::string& type : expr.casts) {
    const bool ones = CountsOnes(expr, names);
    if (Keeps(expr, type, names) || (ones && inside == "sum")) continue;
    const v1::Column* column = ColumnNamed(expr, names);
    if (ones && column != nullptr) {
      return Unsupported(expr.cast_position, column->name(), " is yes or no; ",
                         inside.empty() ? absl::StrCat("write ", QuoteName(column->name()),
                                                       " = true, without the cast")
                                        : SharesOf(*column));
    }
    return Unsupported(expr.cast_position, "a cast to ", type, " makes other values here; ",
                       Written(expr), ", and change the type in the answer");
  }
  const bool aggregate = expr.kind == Expr::Kind::kCall && IsAggregate(expr);
  for (const Expr& arg : expr.args) {
    RETURN_IF_ERROR(Check(arg, names, aggregate ? absl::string_view(expr.text) : ""));
  }
  for (const Expr& condition : expr.filter) RETURN_IF_ERROR(Check(condition, names, ""));
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckCasts(const Select& select, const Names& names) {
  for (const SelectItem& item : select.items) {
    RETURN_IF_ERROR(Check(item.expr, names, ""));
  }
  for (const GroupItem& item : select.group_by) {
    for (const Expr& expr : item.exprs) RETURN_IF_ERROR(Check(expr, names, ""));
  }
  for (const OrderItem& item : select.order_by) {
    RETURN_IF_ERROR(Check(item.expr, names, ""));
  }
  return select.where.has_value() ? Check(*select.where, names, "") : absl::OkStatus();
}

bool CountsOnes(const Expr& expr, const Names& names) {
  const v1::Column* column = ColumnNamed(expr, names);
  const bool yes_or_no = column != nullptr && column->type() == v1::BOOLEAN;
  return expr.casts.size() == 1 && IsIntegerType(expr.casts[0]) && (yes_or_no || IsCondition(expr));
}

}  // namespace commons::query::sql
