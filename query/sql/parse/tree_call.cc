#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "base/status.h"
#include "query/sql/parse/advice.h"
#include "query/sql/parse/refuse.h"
#include "query/sql/parse/tree.h"

namespace commons::query::sql {
namespace {

// WITHIN GROUP (ORDER BY column).
absl::Status AddWithinGroup(const PgQuery__FuncCall& node, int depth, Expr* out) {
  if (out->text == "median") return Unsupported(node.location, "write MEDIAN(column)");
  if (!absl::StartsWith(out->text, "percentile_")) {
    return Unsupported(node.location, FunctionAdvice(out->text));
  }
  const PgQuery__Node& first = *node.agg_order[0];
  if (node.n_agg_order != 1 || first.node_case != PG_QUERY__NODE__NODE_SORT_BY) {
    return Unsupported(node.location, out->text, " takes one measure: ORDER BY column");
  }
  if (first.sort_by->sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC ||
      first.sort_by->sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_USING) {
    return Unsupported(node.location, out->text,
                       " counts from the lowest value; remove DESC or USING, and take the fraction "
                       "from 1");
  }
  ASSIGN_OR_RETURN(Expr column, ToExpr(first.sort_by->node, node.location, depth));
  out->args.push_back(std::move(column));
  out->within_group = true;
  return absl::OkStatus();
}

// FILTER (WHERE condition).
absl::Status AddFilter(const PgQuery__FuncCall& node, int depth, Expr* out) {
  if (node.agg_filter == nullptr) return absl::OkStatus();
  ASSIGN_OR_RETURN(Expr filter, ToExpr(node.agg_filter, node.location, depth));
  out->filter.push_back(std::move(filter));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Expr> FromCall(const PgQuery__FuncCall& node, int depth) {
  Expr out;
  out.kind = Expr::Kind::kCall;
  out.position = node.location;
  ASSIGN_OR_RETURN(
      out.text,
      NormalName(std::string(LastName(node.n_funcname, node.funcname)).c_str(), node.location));
  const bool qualified =
      node.n_funcname > 1 &&
      absl::string_view("pg_catalog") != absl::string_view(StringOf(node.funcname[0]) ?: "");
  if (qualified) return Unsupported(node.location, "functions are written without a schema");
  if (node.over != nullptr) {
    return Unsupported(node.location,
                       "window functions (OVER) are not available; ask for the groups, and rank, "
                       "add up or divide in the answer");
  }
  if (node.agg_within_group) {
    RETURN_IF_ERROR(AddArgs(node.n_args, node.args, depth, &out));
    RETURN_IF_ERROR(AddWithinGroup(node, depth, &out));
    RETURN_IF_ERROR(AddFilter(node, depth, &out));
    return out;
  }
  if (node.n_agg_order != 0 || node.func_variadic) {
    return Unsupported(node.location, "ORDER BY and VARIADIC inside ", out.text,
                       " are not available; remove them");
  }
  out.star = node.agg_star;
  out.distinct = node.agg_distinct;
  RETURN_IF_ERROR(AddArgs(node.n_args, node.args, depth, &out));
  RETURN_IF_ERROR(AddFilter(node, depth, &out));
  return out;
}

}  // namespace commons::query::sql
