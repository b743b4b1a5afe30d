#include "query/sql/names/truth.h"

#include <utility>
#include <vector>

namespace commons::query::sql {
namespace {

constexpr char kUnnamed[] = "?column?";

Expr Made(Expr::Kind kind, std::vector<Expr> args) {
  Expr out;
  out.kind = kind;
  out.position = args[0].position;
  out.args = std::move(args);
  return out;
}

Expr Boolean(const char* text, int position) {
  Expr out;
  out.kind = Expr::Kind::kBoolean;
  out.position = position;
  out.text = text;
  return out;
}

}  // namespace

bool IsCondition(const Expr& expr) {
  switch (expr.kind) {
    case Expr::Kind::kCompare:
    case Expr::Kind::kIn:
    case Expr::Kind::kBetween:
    case Expr::Kind::kIsNull:
    case Expr::Kind::kAnd:
    case Expr::Kind::kOr:
    case Expr::Kind::kNot:
    case Expr::Kind::kIsTrue:
      return true;
    default:
      return false;
  }
}

Expr AsCase(Expr condition) {
  const int position = condition.position;
  Expr out = Made(Expr::Kind::kCase, {condition, Boolean("true", position), Not(condition),
                                      Boolean("false", position)});
  out.text = kUnnamed;
  return out;
}

const Expr* ConditionIn(const Expr& expr) {
  return expr.kind == Expr::Kind::kCase && expr.text == kUnnamed ? &expr.args[0] : nullptr;
}

Expr Not(Expr condition) { return Made(Expr::Kind::kNot, {std::move(condition)}); }

Expr IsTrue(Expr condition) {
  Expr out = Made(Expr::Kind::kIsTrue, {std::move(condition)});
  out.text = "true";
  return out;
}

Expr AllOf(std::vector<Expr> conditions) {
  if (conditions.size() == 1) return std::move(conditions[0]);
  return Made(Expr::Kind::kAnd, std::move(conditions));
}

Expr AnyOf(std::vector<Expr> conditions) {
  if (conditions.size() == 1) return std::move(conditions[0]);
  return Made(Expr::Kind::kOr, std::move(conditions));
}

}  // namespace commons::query::sql
