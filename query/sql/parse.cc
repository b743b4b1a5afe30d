#include "query/sql/parse.h"

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>
#include <pthread.h>

#include <condition_variable>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "base/limits.h"
#include "base/status.h"
#include "base/unicode.h"
#include "query/sql/refuse.h"

namespace commons::query::sql {
namespace {

constexpr size_t kStackBytes = size_t{64} << 20;
constexpr int kNestingMax = 32;

absl::StatusOr<std::string> Name(const char* text, int position) {
  absl::StatusOr<std::string> name = Nfc(text == nullptr ? "" : text);
  if (!name.ok()) return Unsupported(position, "this text is not UTF-8");
  return name;
}

const char* StringOf(const PgQuery__Node* node) {
  return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval
                                                                           : nullptr;
}

// The last of a qualified name: pg_catalog.date_trunc, pg_catalog.date.
absl::string_view LastName(size_t count, PgQuery__Node** names) {
  const char* last = count == 0 ? nullptr : StringOf(names[count - 1]);
  return last == nullptr ? "" : last;
}

using ScannedTokens = std::unique_ptr<PgQuery__ScanResult, void (*)(PgQuery__ScanResult*)>;
using ParsedTree = std::unique_ptr<PgQuery__ParseResult, void (*)(PgQuery__ParseResult*)>;

// Where the words of the text stand: the tree does not say it of every clause.
class Words {
 public:
  Words(absl::string_view text, const PgQuery__ScanResult& tokens) : text_(text), tokens_(tokens) {}

  // The first occurrence of an unquoted keyword, or -1.
  int Find(absl::string_view keyword) const {
    for (size_t i = 0; i < tokens_.n_tokens; ++i) {
      const PgQuery__ScanToken& token = *tokens_.tokens[i];
      if (absl::EqualsIgnoreCase(text_.substr(token.start, token.end - token.start), keyword)) {
        return token.start;
      }
    }
    return -1;
  }
  int FindAny(std::initializer_list<absl::string_view> keywords) const {
    for (const absl::string_view keyword : keywords) {
      if (const int position = Find(keyword); position >= 0) return position;
    }
    return -1;
  }
  // The first word at or after a position.
  int From(int position) const {
    for (size_t i = 0; i < tokens_.n_tokens; ++i) {
      if (tokens_.tokens[i]->start >= position) return tokens_.tokens[i]->start;
    }
    return position;
  }

 private:
  absl::string_view text_;
  const PgQuery__ScanResult& tokens_;
};

absl::StatusOr<Expr> ToExpr(const PgQuery__Node* node, int position, int depth);

absl::Status AddArgs(size_t count, PgQuery__Node** nodes, int depth, Expr* out) {
  for (size_t i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(Expr arg, ToExpr(nodes[i], out->position, depth));
    out->args.push_back(std::move(arg));
  }
  return absl::OkStatus();
}

Expr Not(Expr expr) {
  Expr out;
  out.kind = Expr::Kind::kNot;
  out.position = expr.position;
  out.args.push_back(std::move(expr));
  return out;
}

absl::StatusOr<Expr> FromConstant(const PgQuery__AConst& node) {
  Expr out;
  out.position = node.location;
  if (node.isnull) return out;
  switch (node.val_case) {
    case PG_QUERY__A__CONST__VAL_IVAL:
      out.kind = Expr::Kind::kNumber;
      out.text = absl::StrCat(node.ival->ival);
      return out;
    case PG_QUERY__A__CONST__VAL_FVAL:
      out.kind = Expr::Kind::kNumber;
      out.text = node.fval->fval;
      return out;
    case PG_QUERY__A__CONST__VAL_BOOLVAL:
      out.kind = Expr::Kind::kBoolean;
      out.text = node.boolval->boolval ? "true" : "false";
      return out;
    case PG_QUERY__A__CONST__VAL_SVAL: {
      out.kind = Expr::Kind::kString;
      ASSIGN_OR_RETURN(out.text, Name(node.sval->sval, node.location));
      return out;
    }
    default:
      return Unsupported(node.location, "bit strings have no meaning here");
  }
}

absl::StatusOr<Expr> FromColumn(const PgQuery__ColumnRef& node) {
  Expr out;
  out.kind = Expr::Kind::kColumn;
  out.position = node.location;
  for (size_t i = 0; i < node.n_fields; ++i) {
    const char* field = StringOf(node.fields[i]);
    if (field == nullptr) {
      return Unsupported(node.location, "no rows leave a member, so there is no SELECT *; name "
                                        "dimensions and measures, for example COUNT(*)");
    }
    ASSIGN_OR_RETURN(std::string name, Name(field, node.location));
    out.path.push_back(std::move(name));
  }
  if (out.path.empty() || out.path.size() > 2) {
    return Unsupported(node.location, "a column is written as column or dataset.column");
  }
  return out;
}

absl::StatusOr<Expr> FromCall(const PgQuery__FuncCall& node, int depth) {
  Expr out;
  out.kind = Expr::Kind::kCall;
  out.position = node.location;
  ASSIGN_OR_RETURN(out.text, Name(std::string(LastName(node.n_funcname, node.funcname)).c_str(),
                                  node.location));
  if (out.text == "median" || absl::StartsWith(out.text, "percentile_")) {
    return Unsupported(node.location, out.text, " is not available yet; group by a banded dimension "
                                                "and COUNT(*), or use AVG");
  }
  const bool qualified = node.n_funcname > 1 && absl::string_view("pg_catalog") !=
                             absl::string_view(StringOf(node.funcname[0]) ?: "");
  if (qualified) return Unsupported(node.location, "functions are written without a schema");
  if (node.over != nullptr) {
    return Unsupported(node.location, "window functions (OVER) are not available; group instead");
  }
  if (node.agg_filter != nullptr) {
    return Unsupported(node.location, "FILTER is not available; put the condition into WHERE");
  }
  if (node.n_agg_order != 0 || node.agg_within_group || node.func_variadic) {
    return Unsupported(node.location, "ORDER BY, WITHIN GROUP and VARIADIC inside ", out.text,
                       " are not available; remove them");
  }
  out.star = node.agg_star;
  out.distinct = node.agg_distinct;
  RETURN_IF_ERROR(AddArgs(node.n_args, node.args, depth, &out));
  return out;
}

absl::StatusOr<Expr> FromOperator(const PgQuery__AExpr& node, int depth) {
  Expr out;
  out.position = node.location;
  const std::string name(LastName(node.n_name, node.name));
  bool negated = false;
  switch (node.kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
      if (node.lexpr == nullptr || node.n_name != 1 ||
          (name != "=" && name != "<>" && name != "<" && name != "<=" && name != ">" &&
           name != ">=")) {
        return Unsupported(node.location, "the operator ", name, " has no meaning here; use =, <>, "
                           "<, <=, >, >=, IN, BETWEEN or IS NULL between a column and a value");
      }
      out.kind = Expr::Kind::kCompare;
      out.text = name;
      break;
    case PG_QUERY__A__EXPR__KIND__AEXPR_IN:
      out.kind = Expr::Kind::kIn;
      negated = name == "<>";
      break;
    case PG_QUERY__A__EXPR__KIND__AEXPR_NOT_BETWEEN:
      negated = true;
      [[fallthrough]];
    case PG_QUERY__A__EXPR__KIND__AEXPR_BETWEEN:
      out.kind = Expr::Kind::kBetween;
      break;
    case PG_QUERY__A__EXPR__KIND__AEXPR_LIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_ILIKE:
    case PG_QUERY__A__EXPR__KIND__AEXPR_SIMILAR:
      return Unsupported(node.location, "patterns (LIKE, SIMILAR) are not available; list the "
                                        "labels with IN ('...', '...')");
    default:
      return Unsupported(node.location, "this comparison is not available; use =, <>, <, <=, >, >=, "
                                        "IN, BETWEEN or IS NULL");
  }
  ASSIGN_OR_RETURN(Expr left, ToExpr(node.lexpr, node.location, depth));
  out.args.push_back(std::move(left));
  if (node.rexpr != nullptr && node.rexpr->node_case == PG_QUERY__NODE__NODE_LIST) {
    RETURN_IF_ERROR(AddArgs(node.rexpr->list->n_items, node.rexpr->list->items, depth, &out));
  } else {
    ASSIGN_OR_RETURN(Expr right, ToExpr(node.rexpr, node.location, depth));
    out.args.push_back(std::move(right));
  }
  return negated ? Not(std::move(out)) : out;
}

absl::StatusOr<Expr> FromCast(const PgQuery__TypeCast& node, int depth) {
  ASSIGN_OR_RETURN(Expr out, ToExpr(node.arg, node.location, depth));
  const absl::string_view type =
      node.type_name == nullptr ? "" : LastName(node.type_name->n_names, node.type_name->names);
  if (out.kind != Expr::Kind::kString || type != "date" || node.type_name->n_array_bounds != 0) {
    return Unsupported(node.location, "casts are not available, except for dates: "
                                      "DATE '2022-01-31'");
  }
  out.kind = Expr::Kind::kDate;
  return out;
}

absl::StatusOr<Expr> ToExpr(const PgQuery__Node* node, int position, int depth) {
  if (node == nullptr) return Unsupported(position, "something is missing here");
  if (depth > kNestingMax) return Unsupported(position, "this is nested too deeply");
  ++depth;
  switch (node->node_case) {
    case PG_QUERY__NODE__NODE_A_CONST:
      return FromConstant(*node->a_const);
    case PG_QUERY__NODE__NODE_COLUMN_REF:
      return FromColumn(*node->column_ref);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return FromCall(*node->func_call, depth);
    case PG_QUERY__NODE__NODE_A_EXPR:
      return FromOperator(*node->a_expr, depth);
    case PG_QUERY__NODE__NODE_TYPE_CAST:
      return FromCast(*node->type_cast, depth);
    case PG_QUERY__NODE__NODE_BOOL_EXPR: {
      const PgQuery__BoolExpr& source = *node->bool_expr;
      Expr out;
      out.position = source.location;
      out.kind = source.boolop == PG_QUERY__BOOL_EXPR_TYPE__AND_EXPR  ? Expr::Kind::kAnd
                 : source.boolop == PG_QUERY__BOOL_EXPR_TYPE__OR_EXPR ? Expr::Kind::kOr
                                                                      : Expr::Kind::kNot;
      RETURN_IF_ERROR(AddArgs(source.n_args, source.args, depth, &out));
      return out;
    }
    case PG_QUERY__NODE__NODE_NULL_TEST: {
      const PgQuery__NullTest& source = *node->null_test;
      Expr out;
      out.kind = Expr::Kind::kIsNull;
      out.position = source.location;
      ASSIGN_OR_RETURN(Expr arg, ToExpr(source.arg, source.location, depth));
      out.args.push_back(std::move(arg));
      const bool is_null = source.nulltesttype == PG_QUERY__NULL_TEST_TYPE__IS_NULL;
      return is_null ? out : Not(std::move(out));
    }
    case PG_QUERY__NODE__NODE_SUB_LINK:
      return Unsupported(node->sub_link->location, "sub-queries are not available; list the values "
                                                   "with IN ('...', '...')");
    case PG_QUERY__NODE__NODE_PARAM_REF:
      return Unsupported(node->param_ref->location, "parameters are not available; write the value");
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return Unsupported(node->case_expr->location, "CASE is not available; group by the column");
    case PG_QUERY__NODE__NODE_BOOLEAN_TEST:
      return Unsupported(node->boolean_test->location,
                         "IS TRUE and IS FALSE are not available; write column = true");
    default:
      return Unsupported(position, "this expression is not available; use columns, values, "
                                   "aggregates and date_trunc");
  }
}

absl::StatusOr<SelectItem> FromTarget(const PgQuery__Node* node) {
  if (node->node_case != PG_QUERY__NODE__NODE_RES_TARGET) {
    return Unsupported(0, "this select list is not available");
  }
  const PgQuery__ResTarget& target = *node->res_target;
  SelectItem item;
  ASSIGN_OR_RETURN(item.expr, ToExpr(target.val, target.location, 0));
  ASSIGN_OR_RETURN(item.alias, Name(target.name, target.location));
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
    return Unsupported(item.expr.position, "missing comes last with ASC and first with DESC; remove "
                                           "NULLS FIRST or NULLS LAST");
  }
  return item;
}

absl::Status ReadFrom(const PgQuery__SelectStmt& select, const Words& words, Select* out) {
  if (select.n_from_clause == 0) {
    return Unsupported(0, "name a dataset: SELECT COUNT(*) FROM dataset");
  }
  const PgQuery__Node& from = *select.from_clause[0];
  if (from.node_case == PG_QUERY__NODE__NODE_JOIN_EXPR) {
    return Unsupported(words.Find("join"), "joins are not available; ask about one dataset");
  }
  if (from.node_case != PG_QUERY__NODE__NODE_RANGE_VAR) {
    return Unsupported(words.From(words.Find("from") + 4), "sub-queries and functions in FROM are not available; name one dataset");
  }
  const PgQuery__RangeVar& table = *from.range_var;
  if (select.n_from_clause > 1) {
    const PgQuery__Node& second = *select.from_clause[1];
    const int position = second.node_case == PG_QUERY__NODE__NODE_RANGE_VAR
                             ? second.range_var->location : table.location;
    return Unsupported(position, "joins are not available; ask about one dataset");
  }
  const auto given = [](const char* text) { return text != nullptr && *text != '\0'; };
  if (given(table.schemaname) || given(table.catalogname)) {
    return Unsupported(table.location, "a dataset has no schema; write FROM ", table.relname);
  }
  out->dataset_position = table.location;
  ASSIGN_OR_RETURN(out->dataset, Name(table.relname, table.location));
  if (table.alias != nullptr) {
    if (table.alias->n_colnames != 0) {
      return Unsupported(table.location, "columns cannot be renamed in FROM; use AS in SELECT");
    }
    ASSIGN_OR_RETURN(out->dataset_alias, Name(table.alias->aliasname, table.location));
  }
  return absl::OkStatus();
}

absl::Status ReadLimit(const PgQuery__SelectStmt& select, const Words& words, Select* out) {
  if (select.limit_offset != nullptr) {
    return Unsupported(words.Find("offset"), "OFFSET is not available; use LIMIT");
  }
  if (select.limit_count == nullptr) return absl::OkStatus();
  if (select.limit_option == PG_QUERY__LIMIT_OPTION__LIMIT_OPTION_WITH_TIES) {
    return Unsupported(words.Find("ties"), "WITH TIES is not available; use LIMIT");
  }
  ASSIGN_OR_RETURN(const Expr count, ToExpr(select.limit_count, words.FindAny({"limit", "fetch"}), 0));
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
    return Unsupported(select.with_clause->location, "WITH is not available; ask one question");
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
    return Unsupported(words.Find("having"), "HAVING is not available: all cells are returned; use "
                                             "ORDER BY and LIMIT");
  }
  if (select.n_window_clause != 0) {
    return Unsupported(words.Find("window"), "WINDOW is not available; group instead");
  }
  if (select.n_locking_clause != 0) {
    return Unsupported(words.Find("for"), "FOR UPDATE and FOR SHARE have no meaning here; remove them");
  }
  if (select.group_distinct) {
    return Unsupported(words.Find("distinct"), "GROUP BY DISTINCT is not available; write GROUP BY");
  }
  return absl::OkStatus();
}

absl::StatusOr<Select> FromTree(const PgQuery__ParseResult& tree, const Words& words) {
  if (tree.n_stmts == 0) return Unsupported(0, "there is no question; write SELECT COUNT(*) FROM ...");
  if (tree.n_stmts > 1) {
    return Unsupported(words.From(tree.stmts[1]->stmt_location), "one question at a time: remove what follows ;");
  }
  const PgQuery__Node* statement = tree.stmts[0]->stmt;
  if (statement == nullptr || statement->node_case != PG_QUERY__NODE__NODE_SELECT_STMT) {
    return Unsupported(0, "only SELECT can be asked; nothing here changes data");
  }
  const PgQuery__SelectStmt& select = *statement->select_stmt;
  Select out;
  RETURN_IF_ERROR(RefuseClauses(select, words));
  RETURN_IF_ERROR(ReadFrom(select, words, &out));
  for (size_t i = 0; i < select.n_target_list; ++i) {
    ASSIGN_OR_RETURN(SelectItem item, FromTarget(select.target_list[i]));
    out.items.push_back(std::move(item));
  }
  if (select.where_clause != nullptr) {
    ASSIGN_OR_RETURN(Expr where, ToExpr(select.where_clause, words.Find("where"), 0));
    out.where = std::move(where);
  }
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

// PostgreSQL counts characters from 1.
int ByteOffset(absl::string_view text, int character) {
  size_t at = 0;
  for (; character > 1 && at < text.size(); --character) {
    do ++at; while (at < text.size() && (text[at] & 0xc0) == 0x80);
  }
  return static_cast<int>(at);
}

absl::Status FromError(absl::string_view text, const PgQueryError& error) {
  return Unsupported(ByteOffset(text, error.cursorpos), error.message);
}

absl::StatusOr<ScannedTokens> ScanTokens(absl::string_view text, const std::string& terminated) {
  const PgQueryScanResult scan = pg_query_scan(terminated.c_str());
  std::unique_ptr<const PgQueryScanResult, void (*)(const PgQueryScanResult*)> free_scan(
      &scan, [](const PgQueryScanResult* result) { pg_query_free_scan_result(*result); });
  if (scan.error != nullptr) return FromError(text, *scan.error);
  ScannedTokens tokens(
      pg_query__scan_result__unpack(nullptr, scan.pbuf.len,
                                    reinterpret_cast<const uint8_t*>(scan.pbuf.data)),
      [](PgQuery__ScanResult* result) { pg_query__scan_result__free_unpacked(result, nullptr); });
  if (tokens == nullptr) return absl::InternalError("libpg_query: tokens cannot be read");
  if (tokens->n_tokens > limits::kSqlTokens) {
    return RefuseAt(v1::SQL_TOO_LARGE, tokens->tokens[limits::kSqlTokens]->start, "the question has ",
                    tokens->n_tokens, " words and signs; at most ", limits::kSqlTokens);
  }
  return tokens;
}

absl::StatusOr<Select> ParseHere(absl::string_view text) {
  const std::string terminated(text);
  ASSIGN_OR_RETURN(const ScannedTokens tokens, ScanTokens(text, terminated));
  const PgQueryProtobufParseResult parsed = pg_query_parse_protobuf(terminated.c_str());
  std::unique_ptr<const PgQueryProtobufParseResult, void (*)(const PgQueryProtobufParseResult*)>
      free_parsed(&parsed, [](const PgQueryProtobufParseResult* result) {
        pg_query_free_protobuf_parse_result(*result);
      });
  if (parsed.error != nullptr) return FromError(text, *parsed.error);
  const ParsedTree tree(
      pg_query__parse_result__unpack(nullptr, parsed.parse_tree.len,
                                     reinterpret_cast<const uint8_t*>(parsed.parse_tree.data)),
      [](PgQuery__ParseResult* result) { pg_query__parse_result__free_unpacked(result, nullptr); });
  if (tree == nullptr) return absl::InternalError("libpg_query: its tree cannot be read");
  return FromTree(*tree, Words(text, *tokens));
}

// The one thread that parses, for as long as the process lives: libpg_query takes a pthread key for
// every thread that ever parsed and gives none back, and a process has 1,024.
class ParserThread {
 public:
  static ParserThread& Get() {
    static ParserThread* const parser = new ParserThread;
    return *parser;
  }

  absl::StatusOr<Select> Parse(absl::string_view text) {
    const std::lock_guard<std::mutex> turn(turn_);
    std::unique_lock<std::mutex> lock(mutex_);
    if (!started_) RETURN_IF_ERROR(Start());
    text_ = text;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !text_.has_value(); });
    return std::move(result_);
  }

 private:
  absl::Status Start() {
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, kStackBytes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    const int error = pthread_create(
        &thread, &attributes,
        [](void* parser) -> void* {
          static_cast<ParserThread*>(parser)->Loop();
          return nullptr;
        },
        this);
    pthread_attr_destroy(&attributes);
    if (error != 0) return absl::ResourceExhaustedError("no thread to parse the question on");
    started_ = true;
    return absl::OkStatus();
  }

  [[noreturn]] void Loop() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (true) {
      changed_.wait(lock, [this] { return text_.has_value(); });
      result_ = ParseHere(*text_);
      text_.reset();
      changed_.notify_all();
    }
  }

  std::mutex turn_;  // one question at a time; each takes well under a millisecond
  std::mutex mutex_;
  std::condition_variable changed_;
  bool started_ = false;
  std::optional<absl::string_view> text_;
  absl::StatusOr<Select> result_ = absl::UnknownError("not parsed");
};

}  // namespace

bool SameExpr(const Expr& a, const Expr& b) {
  if (a.kind != b.kind || a.text != b.text || a.path != b.path || a.star != b.star ||
      a.distinct != b.distinct || a.args.size() != b.args.size()) {
    return false;
  }
  for (size_t i = 0; i < a.args.size(); ++i) {
    if (!SameExpr(a.args[i], b.args[i])) return false;
  }
  return true;
}

absl::StatusOr<Select> Parse(absl::string_view text) {
  if (text.size() > limits::kSqlBytes) {
    return RefuseAt(v1::SQL_TOO_LARGE, -1, "the question has ", text.size(), " bytes; at most ",
                    limits::kSqlBytes);
  }
  if (const size_t nul = text.find('\0'); nul != absl::string_view::npos) {
    return Unsupported(static_cast<int>(nul), "a NUL byte has no meaning here");
  }
  if (!Nfc(text).ok()) return Unsupported(-1, "the question is not UTF-8");
  return ParserThread::Get().Parse(text);
}

}  // namespace commons::query::sql
