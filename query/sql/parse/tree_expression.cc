#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text/unicode.h"
#include "query/sql/parse/cast_types.h"
#include "query/sql/parse/refuse.h"
#include "query/sql/parse/tree.h"

namespace commons::query::sql {
namespace {

constexpr int kNestingMax = 32;

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
      ASSIGN_OR_RETURN(out.text, NormalName(node.sval->sval, node.location));
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
      return Unsupported(node.location,
                         "no rows leave a member, so there is no SELECT *; name "
                         "dimensions and measures, for example COUNT(*)");
    }
    ASSIGN_OR_RETURN(std::string name, NormalName(field, node.location));
    out.path.push_back(std::move(name));
  }
  if (out.path.empty() || out.path.size() > 2) {
    return Unsupported(node.location, "a column is written as column or dataset.column");
  }
  return out;
}

bool Compares(const PgQuery__AExpr& node, absl::string_view name) {
  return node.lexpr != nullptr && node.n_name == 1 &&
         (name == "=" || name == "<>" || name == "<" || name == "<=" || name == ">" ||
          name == ">=");
}

absl::StatusOr<Expr> FromOperator(const PgQuery__AExpr& node, int depth) {
  Expr out;
  out.position = node.location;
  const std::string name(LastName(node.n_name, node.name));
  bool negated = false;
  switch (node.kind) {
    case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
      out.text = name;
      if (!Compares(node, name)) {  // what to do instead depends on where it stands
        out.kind = Expr::Kind::kOperator;
        return out;
      }
      out.kind = Expr::Kind::kCompare;
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
      return Unsupported(node.location,
                         "patterns (LIKE, SIMILAR) are not available; list the "
                         "labels with IN ('...', '...')");
    default:
      return Unsupported(node.location,
                         "this comparison is not available; use =, <>, <, <=, >, >=, "
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

// CASE x WHEN v is CASE WHEN x = v.
absl::StatusOr<Expr> FromCaseWhen(const PgQuery__CaseExpr& source, const PgQuery__CaseWhen& when,
                                  int depth) {
  ASSIGN_OR_RETURN(Expr condition, ToExpr(when.expr, when.location, depth));
  if (source.arg == nullptr) return condition;
  Expr out;
  out.kind = Expr::Kind::kCompare;
  out.text = "=";
  out.position = condition.position;
  ASSIGN_OR_RETURN(Expr tested, ToExpr(source.arg, source.location, depth));
  out.args.push_back(std::move(tested));
  out.args.push_back(std::move(condition));
  return out;
}

absl::StatusOr<Expr> FromCase(const PgQuery__CaseExpr& source, int depth) {
  Expr out;
  out.kind = Expr::Kind::kCase;
  out.text = "case";
  out.position = source.location;
  for (size_t i = 0; i < source.n_args; ++i) {
    if (source.args[i]->node_case != PG_QUERY__NODE__NODE_CASE_WHEN) {
      return Unsupported(source.location, "this CASE is not available");
    }
    const PgQuery__CaseWhen& when = *source.args[i]->case_when;
    ASSIGN_OR_RETURN(Expr condition, FromCaseWhen(source, when, depth));
    ASSIGN_OR_RETURN(Expr result, ToExpr(when.result, when.location, depth));
    out.args.push_back(std::move(condition));
    out.args.push_back(std::move(result));
  }
  if (source.defresult != nullptr) {
    ASSIGN_OR_RETURN(Expr otherwise, ToExpr(source.defresult, source.location, depth));
    out.args.push_back(std::move(otherwise));
  }
  return out;
}

bool IsConstant(const Expr& expr) {
  return expr.kind == Expr::Kind::kNumber || expr.kind == Expr::Kind::kString ||
         expr.kind == Expr::Kind::kBoolean || expr.kind == Expr::Kind::kNull;
}

// A value that is written as what it is already, or a date as a text.
bool CastConstant(absl::string_view type, Expr* expr) {
  switch (expr->kind) {
    case Expr::Kind::kString:
      if (type == "date") expr->kind = Expr::Kind::kDate;
      return type == "date" || IsTextType(type);
    case Expr::Kind::kNumber:
      return IsNumberType(type) || (IsIntegerType(type) && IsWhole(expr->text));
    case Expr::Kind::kBoolean:
      return type == "bool";
    default:
      return true;  // NULL
  }
}

absl::StatusOr<Expr> FromCast(const PgQuery__TypeCast& node, int depth) {
  ASSIGN_OR_RETURN(Expr out, ToExpr(node.arg, node.location, depth));
  if (node.type_name == nullptr) return Unsupported(out.position, "this cast names no type");
  const PgQuery__TypeName& type = *node.type_name;
  // PostgreSQL says where :: stands, and of DATE '...' where the type does.
  const bool typed = node.location < 0;
  const int position = typed ? type.location : node.location;
  const std::string name(LastName(type.n_names, type.names));
  if (type.n_array_bounds != 0 || (IsConstant(out) && !CastConstant(name, &out))) {
    return Unsupported(position,
                       "this cast makes another value; write the value as it is: a "
                       "number, 'a text', or DATE '2022-01-31'");
  }
  if (typed && out.kind == Expr::Kind::kDate) out.position = position;
  if (IsConstant(out) || out.kind == Expr::Kind::kDate) return out;
  if (type.n_typmods != 0) {
    return Unsupported(position, "a cast to a type with a length or decimals changes values; ",
                       "name the column as it is");
  }
  out.casts.push_back(name);
  out.cast_position = position;
  return out;
}

// IS TRUE, IS NOT FALSE, IS UNKNOWN and so on.
absl::StatusOr<Expr> FromBooleanTest(const PgQuery__BooleanTest& node, int depth) {
  Expr out;
  out.kind = Expr::Kind::kIsTrue;
  out.position = node.location;
  ASSIGN_OR_RETURN(Expr arg, ToExpr(node.arg, node.location, depth));
  out.args.push_back(std::move(arg));
  switch (node.booltesttype) {
    case PG_QUERY__BOOL_TEST_TYPE__IS_TRUE:
    case PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE:
      out.text = "true";
      break;
    case PG_QUERY__BOOL_TEST_TYPE__IS_FALSE:
    case PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE:
      out.text = "false";
      break;
    default:
      out.text = "unknown";
  }
  const bool negated = node.booltesttype == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_TRUE ||
                       node.booltesttype == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_FALSE ||
                       node.booltesttype == PG_QUERY__BOOL_TEST_TYPE__IS_NOT_UNKNOWN;
  return negated ? Not(std::move(out)) : out;
}

}  // namespace

const char* StringOf(const PgQuery__Node* node) {
  return node != nullptr && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval
                                                                           : nullptr;
}

absl::string_view LastName(size_t count, PgQuery__Node** names) {
  const char* last = count == 0 ? nullptr : StringOf(names[count - 1]);
  return last == nullptr ? "" : last;
}

absl::Status AddArgs(size_t count, PgQuery__Node** nodes, int depth, Expr* out) {
  for (size_t i = 0; i < count; ++i) {
    ASSIGN_OR_RETURN(Expr arg, ToExpr(nodes[i], out->position, depth));
    out->args.push_back(std::move(arg));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> NormalName(const char* text, int position) {
  absl::StatusOr<std::string> name = Nfc(text == nullptr ? "" : text);
  if (!name.ok()) return Unsupported(position, "this text is not UTF-8");
  return name;
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
      return Unsupported(node->sub_link->location,
                         "sub-queries are not available; list the values "
                         "with IN ('...', '...')");
    case PG_QUERY__NODE__NODE_PARAM_REF:
      return Unsupported(node->param_ref->location,
                         "parameters are not available; write the value");
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return FromCase(*node->case_expr, depth);
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
      return Unsupported(node->sqlvalue_function->location,
                         "the current time is not available; write the date: DATE '2022-01-31'");
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
      return Unsupported(node->coalesce_expr->location,
                         "COALESCE is not available; missing values are a group of their own, and "
                         "IS NOT NULL leaves them out");
    case PG_QUERY__NODE__NODE_BOOLEAN_TEST:
      return FromBooleanTest(*node->boolean_test, depth);
    default:
      return Unsupported(position,
                         "this expression is not available; use columns, values, "
                         "aggregates and date_trunc");
  }
}

bool SameExpr(const Expr& a, const Expr& b) {
  const auto same = [](const std::vector<Expr>& x, const std::vector<Expr>& y) {
    return std::equal(x.begin(), x.end(), y.begin(), y.end(), SameExpr);
  };
  return a.kind == b.kind && a.text == b.text && a.path == b.path && a.star == b.star &&
         a.distinct == b.distinct && a.within_group == b.within_group && same(a.args, b.args) &&
         same(a.filter, b.filter);
}

}  // namespace commons::query::sql
