#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/status.h"
#include "query/sql/parse/refuse.h"
#include "query/sql/parse/tree.h"

namespace commons::query::sql {
namespace {

constexpr int kSubSelectsMax = 16;  // one in another

absl::StatusOr<Select> FromSelect(const PgQuery__SelectStmt& select, const Words& words, int depth);

// `*` or `table.*`: what it stands for is known once the sub-select is.
absl::StatusOr<std::optional<SelectItem>> FromStar(const PgQuery__ResTarget& target) {
  if (target.val == nullptr || target.val->node_case != PG_QUERY__NODE__NODE_COLUMN_REF) {
    return std::nullopt;
  }
  const PgQuery__ColumnRef& name = *target.val->column_ref;
  const size_t last = name.n_fields - 1;
  if (name.n_fields == 0 || name.n_fields > 2 ||
      name.fields[last]->node_case != PG_QUERY__NODE__NODE_A_STAR) {
    return std::nullopt;
  }
  SelectItem item;
  item.expr.kind = Expr::Kind::kColumn;
  item.expr.star = true;
  item.expr.position = target.location;
  if (last == 1 && name.fields[0]->node_case == PG_QUERY__NODE__NODE_STRING) {
    ASSIGN_OR_RETURN(std::string table, NormalName(name.fields[0]->string->sval, name.location));
    item.expr.path.push_back(std::move(table));
  }
  return item;
}

absl::StatusOr<SelectItem> FromTarget(const PgQuery__Node* node, bool sub_select) {
  if (node->node_case != PG_QUERY__NODE__NODE_RES_TARGET) {
    return Unsupported(0, "this select list is not available");
  }
  const PgQuery__ResTarget& target = *node->res_target;
  if (sub_select) {
    ASSIGN_OR_RETURN(std::optional<SelectItem> star, FromStar(target));
    if (star.has_value()) return *std::move(star);
  }
  SelectItem item;
  ASSIGN_OR_RETURN(item.expr, ToExpr(target.val, target.location, 0));
  ASSIGN_OR_RETURN(item.alias, NormalName(target.name, target.location));
  return item;
}

absl::StatusOr<GroupItem> FromGroup(const PgQuery__Node* node, int position) {
  GroupItem item;
  if (node->node_case != PG_QUERY__NODE__NODE_GROUPING_SET) {
    ASSIGN_OR_RETURN(Expr expr, ToExpr(node, position, 0));
    item.position = expr.position;
    item.exprs.push_back(std::move(expr));
    return item;
  }
  const PgQuery__GroupingSet& set = *node->grouping_set;
  item.position = set.location;
  if (set.kind != PG_QUERY__GROUPING_SET_KIND__GROUPING_SET_ROLLUP) {
    return Unsupported(set.location, "CUBE and GROUPING SETS are not available; use ROLLUP(a, b)");
  }
  item.rollup = true;
  for (size_t i = 0; i < set.n_content; ++i) {
    ASSIGN_OR_RETURN(Expr expr, ToExpr(set.content[i], set.location, 0));
    item.exprs.push_back(std::move(expr));
  }
  return item;
}

absl::StatusOr<OrderItem> FromSort(const PgQuery__Node* node, int position) {
  if (node->node_case != PG_QUERY__NODE__NODE_SORT_BY) {
    return Unsupported(position, "this ORDER BY is not available");
  }
  const PgQuery__SortBy& sort = *node->sort_by;
  OrderItem item;
  ASSIGN_OR_RETURN(item.expr, ToExpr(sort.node, position, 0));
  item.descending = sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_DESC;
  if (sort.sortby_dir == PG_QUERY__SORT_BY_DIR__SORTBY_USING) {
    return Unsupported(item.expr.position, "USING is not available; write ASC or DESC");
  }
  if (sort.sortby_nulls == (item.descending ? PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_LAST
                                            : PG_QUERY__SORT_BY_NULLS__SORTBY_NULLS_FIRST)) {
    return Unsupported(item.expr.position,
                       "missing comes last with ASC and first with DESC; remove "
                       "NULLS FIRST or NULLS LAST");
  }
  return item;
}

absl::Status ReadAlias(const PgQuery__Alias* alias, int position, Select* out) {
  if (alias == nullptr) return absl::OkStatus();
  if (alias->n_colnames != 0) {
    return Unsupported(position, "columns cannot be renamed in FROM; use AS in SELECT");
  }
  ASSIGN_OR_RETURN(out->dataset_alias, NormalName(alias->aliasname, position));
  return absl::OkStatus();
}

absl::Status ReadSubSelect(const PgQuery__RangeSubselect& source, const Words& words, int position,
                           int depth, Select* out) {
  const PgQuery__Node* inner = source.subquery;
  if (source.lateral || inner == nullptr || inner->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    return Unsupported(position, "LATERAL is not available; ask about one dataset");
  }
  if (depth == kSubSelectsMax) {
    return Unsupported(position, "at most ", kSubSelectsMax,
                       " sub-queries in one another; put their conditions into one WHERE");
  }
  ASSIGN_OR_RETURN(Select select,
                   FromSelect(*inner->select_stmt, words.Inside(position), depth + 1));
  out->dataset = select.dataset;
  out->dataset_position = select.dataset_position;
  out->from.push_back(std::move(select));
  return ReadAlias(source.alias, position, out);
}

absl::Status ReadFrom(const PgQuery__SelectStmt& select, const Words& words, int depth,
                      Select* out) {
  const int after = words.From(words.Find("from") + 4);
  if (select.n_from_clause == 0) {
    return Unsupported(words.From(0), "name a dataset: SELECT COUNT(*) FROM dataset");
  }
  const PgQuery__Node& from = *select.from_clause[0];
  if (from.node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
    return Unsupported(words.Find("join"), "joins are not available; ask about one dataset");
  }
  const bool sub_select = from.node_case == PG_QUERY__NODE__NODE_RANGE_SUBSELECT;
  if (!sub_select && from.node_case != PG_QUERY__NODE__NODE_RANGE_VAR) {
    return Unsupported(after, "functions in FROM are not available; name one dataset");
  }
  if (select.n_from_clause > 1) {
    const PgQuery__Node& second = *select.from_clause[1];
    const int position =
        second.node_case == PG_QUERY__NODE__NODE_RANGE_VAR ? second.range_var->location : after;
    return Unsupported(position, "joins are not available; ask about one dataset");
  }
  if (sub_select) return ReadSubSelect(*from.range_subselect, words, after, depth, out);
  const PgQuery__RangeVar& table = *from.range_var;
  const auto given = [](const char* text) { return text != nullptr && *text != '\0'; };
  if (given(table.schemaname) || given(table.catalogname)) {
    return Unsupported(table.location, "a dataset has no schema; write FROM ", table.relname);
  }
  out->dataset_position = table.location;
  ASSIGN_OR_RETURN(out->dataset, NormalName(table.relname, table.location));
  return ReadAlias(table.alias, table.location, out);
}

absl::Status ReadLimit(const PgQuery__SelectStmt& select, const Words& words, Select* out) {
  if (select.limit_offset != nullptr) {
    return Unsupported(words.Find("offset"), "OFFSET is not available; use LIMIT");
  }
  if (select.limit_count == nullptr) return absl::OkStatus();
  if (select.limit_option == PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_WITH_TIES) {
    return Unsupported(words.Find("ties"), "WITH TIES is not available; use LIMIT");
  }
  ASSIGN_OR_RETURN(const Expr count,
                   ToExpr(select.limit_count, words.FindAny({"limit", "fetch"}), 0));
  if (count.kind == Expr::Kind::kNull) return absl::OkStatus();  // LIMIT ALL
  uint64_t limit = 0;
  if (count.kind != Expr::Kind::kNumber || !absl::SimpleAtoi(count.text, &limit)) {
    return Unsupported(count.position, "LIMIT takes a whole number that is not negative");
  }
  out->limit = limit;
  return absl::OkStatus();
}

absl::Status RefuseClauses(const PgQuery__SelectStmt& select, const Words& words) {
  if (select.op > PG_QUERY__SET_OPERATION__SETOP_NONE) {
    return Unsupported(words.FindAny({"union", "intersect", "except"}),
                       "UNION, INTERSECT and EXCEPT are not available; ask several questions");
  }
  if (select.with_clause != nullptr) {
    return Unsupported(select.with_clause->location,
                       "WITH is not available; a query that only filters or renames columns goes "
                       "into FROM: FROM (SELECT ...) AS q");
  }
  if (select.n_values_lists != 0) return Unsupported(0, "VALUES is not available; use SELECT");
  if (select.n_distinct_clause != 0) {
    return Unsupported(words.Find("distinct"),
                       "SELECT DISTINCT is not available; every group is there once already");
  }
  if (select.into_clause != nullptr) {
    return Unsupported(words.Find("into"), "INTO is not available; nothing here changes data");
  }
  if (select.having_clause != nullptr) {
    return Unsupported(words.Find("having"),
                       "HAVING is not available: all cells are returned; use "
                       "ORDER BY and LIMIT");
  }
  if (select.n_window_clause != 0) {
    return Unsupported(words.Find("window"), "WINDOW is not available; group instead");
  }
  if (select.n_locking_clause != 0) {
    return Unsupported(words.Find("for"),
                       "FOR UPDATE and FOR SHARE have no meaning here; remove them");
  }
  if (select.group_distinct) {
    return Unsupported(words.Find("distinct"),
                       "GROUP BY DISTINCT is not available; write GROUP BY");
  }
  return absl::OkStatus();
}

// What would make other rows than those of the dataset.
absl::Status RefuseClausesInside(const PgQuery__SelectStmt& select, const Words& words) {
  constexpr absl::string_view kOnly = "a sub-query here only filters and renames columns; ";
  if (select.n_distinct_clause != 0) {
    return Unsupported(words.Find("distinct"), kOnly,
                       "remove DISTINCT, and group in the question around it");
  }
  if (select.n_group_clause != 0) {
    return Unsupported(words.Find("group"), kOnly, "GROUP BY goes into the question around it");
  }
  if (select.limit_count != nullptr || select.limit_offset != nullptr) {
    return Unsupported(words.FindAny({"limit", "fetch", "offset"}), kOnly,
                       "LIMIT goes to the end of the question around it");
  }
  return absl::OkStatus();
}

absl::string_view OtherStatement(const PgQuery__Node* statement) {
  switch (statement == nullptr ? PG_QUERY__NODE__NODE__NOT_SET : statement->node_case) {
    case PG_QUERY__NODE__NODE_EXPLAIN_STMT:
      return "; commons explain says what a question costs and who would answer";
    case PG_QUERY__NODE__NODE_VARIABLE_SHOW_STMT:
      return "; commons catalogue lists the datasets and their columns";
    default:
      return "; nothing here changes data";
  }
}

absl::StatusOr<Select> FromSelect(const PgQuery__SelectStmt& select, const Words& words,
                                  int depth) {
  const bool sub_select = depth > 0;
  Select out;
  if (sub_select) RETURN_IF_ERROR(RefuseClausesInside(select, words));
  RETURN_IF_ERROR(RefuseClauses(select, words));
  RETURN_IF_ERROR(ReadFrom(select, words, depth, &out));
  for (size_t i = 0; i < select.n_target_list; ++i) {
    ASSIGN_OR_RETURN(SelectItem item, FromTarget(select.target_list[i], sub_select));
    out.items.push_back(std::move(item));
  }
  if (select.where_clause != nullptr) {
    ASSIGN_OR_RETURN(Expr where, ToExpr(select.where_clause, words.Find("where"), 0));
    out.where = std::move(where);
  }
  if (sub_select) return out;  // the order of its rows means nothing
  for (size_t i = 0; i < select.n_group_clause; ++i) {
    ASSIGN_OR_RETURN(GroupItem item, FromGroup(select.group_clause[i], words.Find("group")));
    out.group_by.push_back(std::move(item));
  }
  for (size_t i = 0; i < select.n_sort_clause; ++i) {
    ASSIGN_OR_RETURN(OrderItem item, FromSort(select.sort_clause[i], words.Find("order")));
    out.order_by.push_back(std::move(item));
  }
  RETURN_IF_ERROR(ReadLimit(select, words, &out));
  return out;
}

}  // namespace

absl::StatusOr<Select> ToSelect(const PgQuery__ParseResult& tree, const Words& words) {
  if (tree.n_stmts == 0)
    return Unsupported(0, "there is no question; write SELECT COUNT(*) FROM ...");
  if (tree.n_stmts > 1) {
    return Unsupported(words.From(tree.stmts[1]->stmt_location),
                       "one question at a time: remove what follows ;");
  }
  const PgQuery__Node* statement = tree.stmts[0]->stmt;
  if (statement == nullptr || statement->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    return Unsupported(0, "only SELECT can be asked", OtherStatement(statement));
  }
  return FromSelect(*statement->select_stmt, words, 0);
}

}  // namespace commons::query::sql
