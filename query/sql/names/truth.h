// Conditions in the place of columns: as a query builder adds one to a sub-select, or groups by it.
#ifndef COMMONS_QUERY_SQL_NAMES_TRUTH_H_
#define COMMONS_QUERY_SQL_NAMES_TRUTH_H_

#include <vector>

#include "query/sql/parse/ast.h"

namespace commons::query::sql {

// Whether it is a condition by its form: a column of yes and no is not told by that.
bool IsCondition(const Expr& expr);

// CASE WHEN c THEN TRUE WHEN NOT c THEN FALSE END, called as PostgreSQL calls a column without a
// name.
Expr AsCase(Expr condition);
// The condition that such a CASE was made of; nullptr: it was written as CASE, or is none.
const Expr* ConditionIn(const Expr& expr);

Expr Not(Expr condition);
Expr IsTrue(Expr condition);
// One of several is itself. Not of none.
Expr AllOf(std::vector<Expr> conditions);
Expr AnyOf(std::vector<Expr> conditions);

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_NAMES_TRUTH_H_
