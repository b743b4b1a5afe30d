// The part of SQL that has meaning here, as a small tree of our own: PostgreSQL's tree differs
// between its versions and stays in this folder. Positions are byte offsets into the text.
#ifndef COMMONS_QUERY_SQL_PARSE_AST_H_
#define COMMONS_QUERY_SQL_PARSE_AST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace commons::query::sql {

struct Expr {
  enum class Kind {
    kColumn,   // path: [table,] column
    kNumber,   // text: a decimal number as written, sign included
    kString,   // text
    kBoolean,  // text: "true" or "false"
    kDate,     // text: of DATE '...'
    kNull,
    kCall,     // text: function; args, what WITHIN GROUP orders by last; star and distinct of
               // aggregates
    kCompare,  // text: = <> < <= > >=; two args
    kIn,       // args: the tested, then the list
    kBetween,  // args: the tested, low, high
    kIsNull,   // one arg
    kAnd,
    kOr,
    kNot,       // one arg; also wrapped around NOT IN, NOT BETWEEN, IS NOT NULL, IS NOT TRUE
    kIsTrue,    // text: "true", "false" or "unknown"; one arg, a condition
    kCase,      // args: condition and result of each branch, then that of ELSE if there is one
    kOperator,  // text: another operator, such as +; what it stands between is not read
  };
  Kind kind = Kind::kNull;
  int position = -1;
  std::string text;
  std::vector<std::string> path;
  std::vector<Expr> args;
  std::vector<Expr> filter;  // of an aggregate: the condition of its FILTER, or none
  // The types that it is cast to, the innermost first, of what is no plain value. Whether a cast
  // changes anything is known once the column is (names/casts.h).
  std::vector<std::string> casts;
  int cast_position = -1;  // of the outermost
  bool star = false;
  bool distinct = false;
  bool within_group = false;
};

// Equal but for where they stand in the text.
bool SameExpr(const Expr& a, const Expr& b);

struct SelectItem {
  Expr expr;          // `table.*` of a sub-select: a kColumn with star, path: [table]
  std::string alias;  // "": none
};

struct GroupItem {
  bool rollup = false;
  int position = -1;
  std::vector<Expr> exprs;  // one, or those of ROLLUP
};

struct OrderItem {
  Expr expr;
  bool descending = false;
};

struct Select {
  std::vector<SelectItem> items;
  std::string dataset;        // with sub-selects, that of the innermost
  std::string dataset_alias;  // of what it selects from, dataset or sub-select; "": none
  int dataset_position = -1;
  std::vector<Select> from;  // the sub-select that it selects from; empty: the dataset
  std::optional<Expr> where;
  std::vector<GroupItem> group_by;
  std::vector<OrderItem> order_by;
  std::optional<uint64_t> limit;
};

}  // namespace commons::query::sql

#endif  // COMMONS_QUERY_SQL_PARSE_AST_H_
