#include "query/sql/where.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/limits.h"
#include "base/period.h"
#include "base/status.h"
#include "base/text/decimal.h"
#include "base/text/nearest.h"
#include "governance/standard/scalar.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/sql/measures.h"
#include "query/sql/refuse.h"

namespace commons::query::sql {
namespace {

constexpr size_t kLabelsListed = 10;  // at most: more, and the nearest helps better

using Conditions = std::map<uint32_t, Condition>;

bool IsValue(const Expr& expr) {
  return expr.kind == Expr::Kind::kNumber || expr.kind == Expr::Kind::kString ||
         expr.kind == Expr::Kind::kBoolean || expr.kind == Expr::Kind::kDate;
}

// Codes that are numbers are equal however they are written: 3, 3.0 and 3e0.
bool SameNumber(const v1::Column& column, const std::string& a, const std::string& b) {
  if (column.type() != v1::INTEGER && column.type() != v1::NUMBER) return false;
  const int decimals = governance::CodeDecimals(column.type());
  int64_t x = 0, y = 0;
  return ParseDecimal(a, decimals, &x) == DecimalFault::kNone &&
         ParseDecimal(b, decimals, &y) == DecimalFault::kNone && x == y;
}

bool Matches(const v1::Column& column, const v1::Code& code, const Expr& value) {
  if (value.kind == Expr::Kind::kBoolean) {
    return absl::EqualsIgnoreCase(code.value(), value.text) ||
           std::any_of(code.also().begin(), code.also().end(), [&](const std::string& also) {
             return absl::EqualsIgnoreCase(also, value.text);
           });
  }
  return code.value() == value.text || SameNumber(column, code.value(), value.text);
}

std::string NearWords(const std::string& near) {
  return near.empty() ? "" : absl::StrCat("the nearest is ", QuoteText(near));
}

absl::StatusOr<Interval> CodeOf(const v1::Column& column, const Expr& value) {
  for (int i = 0; i < column.codes_size(); ++i) {
    if (Matches(column, column.codes(i), value)) return Interval{i, i + 1};
  }
  for (int i = 0; i < column.codes_size(); ++i) {
    if (column.codes(i).label() == value.text) return Interval{i, i + 1};
  }
  std::vector<std::string> labels;
  for (const v1::Code& code : column.codes()) labels.push_back(CodeLabel(code));
  const std::string advice =
      labels.size() <= kLabelsListed
          ? absl::StrCat("it has ", absl::StrJoin(labels, ", ",
                                                  [](std::string* out, const std::string& label) {
                                                    absl::StrAppend(out, QuoteText(label));
                                                  }))
          : NearWords(NearestWithinHalf(value.text, labels));
  return RefuseAt(v1::UNKNOWN_LABEL, value.position, column.name(), " has no ",
                  QuoteText(value.text), advice.empty() ? "" : "; ", advice);
}

// A number with more decimals than the column lies between two of its values: no value equals it,
// and the next larger one is where "less than" ends. nullopt when it is not written plainly.
std::optional<Interval> Between(const v1::Column& column, const std::string& text) {
  const size_t point = text.find('.');
  if (point == std::string::npos || text.find_first_of("eE") != std::string::npos) {
    return std::nullopt;
  }
  const uint32_t decimals = column.decimals();
  int64_t cut = 0;
  if (ParseDecimal(text.substr(0, point + (decimals > 0 ? 1 + decimals : 0)), decimals, &cut) !=
      DecimalFault::kNone) {
    return std::nullopt;
  }
  const int64_t next = absl::StartsWith(text, "-") ? cut : cut + 1;
  return Interval{next, next};
}

absl::StatusOr<Interval> NumberOf(const v1::Column& column, const Expr& value) {
  for (int band = 0; band + 1 < column.breaks_size(); ++band) {
    if (value.kind == Expr::Kind::kString && BandLabel(column, band) == value.text) {
      return Interval{column.breaks(band), column.breaks(band + 1)};
    }
  }
  int64_t scaled = 0;
  switch (ParseDecimal(value.text, column.decimals(), &scaled)) {
    case DecimalFault::kNone:
      return Interval{scaled, scaled + 1};
    case DecimalFault::kOutOfRange:
      scaled = (limits::kAbsScaledValueMax + 1) * (absl::StartsWith(value.text, "-") ? -1 : 1);
      return Interval{scaled, scaled + 1};
    case DecimalFault::kTooManyDecimals:
      if (const std::optional<Interval> between = Between(column, value.text)) return *between;
      return RefuseAt(v1::RANGE_OFF_EDGES, value.position, column.name(), " has ",
                      column.decimals(), " decimals; write the number with no more");
    default:
      return RefuseAt(v1::UNKNOWN_LABEL, value.position, QuoteText(value.text), " is not a number",
                      column.breaks_size() > 1
                          ? absl::StrCat(" or a band such as ", QuoteText(BandLabel(column, 0)))
                          : "");
  }
}

// What stands where a value should may be a text in the wrong quotes, or in none.
std::string TextMeant(const v1::Column& column, const Expr& name) {
  const std::string text = absl::StrReplaceAll(
      name.path.back(), {{"\u2018", ""}, {"\u2019", ""}, {"\u201C", ""}, {"\u201D", ""}});
  for (const v1::Code& code : column.codes()) {
    if (absl::EqualsIgnoreCase(CodeLabel(code), text)) return CodeLabel(code);
  }
  return text;
}

absl::Status CheckLiteral(const v1::Column& column, const Expr& value) {
  if (value.kind == Expr::Kind::kNull) {
    return Unsupported(value.position, "nothing compares with NULL; use IS NULL or IS NOT NULL");
  }
  if (IsValue(value)) return absl::OkStatus();
  const bool computed = value.kind == Expr::Kind::kOperator;
  if (ShapeOf(column) == Shape::kDate && (computed || value.kind == Expr::Kind::kCall)) {
    return Unsupported(value.position,
                       "dates are not computed here; write the date itself: DATE '2022-01-31'");
  }
  if (computed) {
    return Unsupported(value.position, "values are not computed here; write the value itself, ",
                       "without the sign ", value.text);
  }
  const std::string text = value.kind == Expr::Kind::kColumn ? TextMeant(column, value) : "...";
  return Unsupported(value.position,
                     "a column is compared with a value, and texts go in single "
                     "quotes: ",
                     QuoteName(column.name()), " = ", QuoteText(text));
}

// What a comparison or BETWEEN keeps of `all`, given the values that each of its literals stands
// for.
Interval RangeOf(const Expr& expr, const std::vector<Interval>& literals, Interval all) {
  if (expr.kind == Expr::Kind::kBetween) return {literals[0].low, literals[1].high};
  if (expr.text == "<") return {all.low, literals[0].low};
  if (expr.text == "<=") return {all.low, literals[0].high};
  if (expr.text == ">") return {literals[0].high, all.high};
  return {literals[0].low, all.high};
}

absl::StatusOr<Interval> PlainNumber(const v1::Column& column, const Expr& literal) {
  RETURN_IF_ERROR(CheckLiteral(column, literal));
  v1::Column plain;  // codes are listed as they are, whatever their decimals
  plain.set_name(column.name());
  plain.set_decimals(governance::CodeDecimals(column.type()));
  return NumberOf(plain, literal);
}

// Of a list of numbers, those in the range; a list of texts has no order.
absl::StatusOr<IntervalSet> CodesInRange(const v1::Column& column, const Expr& expr) {
  if (column.type() != v1::INTEGER && column.type() != v1::NUMBER) {
    return Unsupported(expr.position, column.name(),
                       " is a list of codes without an order; list them with IN ('...', '...')");
  }
  std::vector<Interval> literals;
  for (size_t i = 1; i < expr.args.size(); ++i) {
    ASSIGN_OR_RETURN(const Interval value, PlainNumber(column, expr.args[i]));
    literals.push_back(value);
  }
  const Interval range = RangeOf(expr, literals, {INT64_MIN, INT64_MAX});
  std::vector<Interval> kept;
  for (int i = 0; i < column.codes_size(); ++i) {
    Expr code = expr.args[1];
    code.kind = Expr::Kind::kNumber;
    code.text = column.codes(i).value();
    ASSIGN_OR_RETURN(const Interval value, PlainNumber(column, code));
    if (std::abs(value.low) > limits::kAbsScaledValueMax) {
      return Unsupported(expr.position, column.name(),
                         " has codes too large to compare; list them "
                         "with IN (...)");
    }
    if (range.low <= value.low && value.low < range.high) kept.push_back({i, i + 1});
  }
  return IntervalSet(std::move(kept));
}

// The values that a literal stands for: one code, number or day, or a band or period by its label.
absl::StatusOr<Interval> ValuesOf(const v1::Column& column, const Expr& value) {
  RETURN_IF_ERROR(CheckLiteral(column, value));
  switch (ShapeOf(column)) {
    case Shape::kCodes:
      return CodeOf(column, value);
    case Shape::kNumber:
      return NumberOf(column, value);
    default:
      break;
  }
  const std::optional<DayRange> period = ParsePeriod(value.text);
  const bool year = value.kind == Expr::Kind::kNumber && column.period_unit() == v1::YEAR;
  if (!period.has_value() || (value.kind == Expr::Kind::kNumber && !year) ||
      value.kind == Expr::Kind::kBoolean) {
    return RefuseAt(v1::UNKNOWN_LABEL, value.position, value.text,
                    " is not a date; write DATE '2022-01-31', or a period such as '2022-01'");
  }
  return Interval{period->first, period->end};
}

// A week from another day than Monday is called by that day; where nothing finer is known, a text
// that is such a name is the week.
Interval WholeWeek(const v1::Column& column, const Expr& value, const Interval& day) {
  const bool named = ShapeOf(column) == Shape::kDate && value.kind == Expr::Kind::kString &&
                     IsWeek(governance::UnitOf(column)) &&
                     PeriodLabel(day.low, governance::UnitOf(column)) == value.text;
  if (!named) return day;
  return {day.low, NextPeriod(day.low, governance::UnitOf(column))};
}

// AND of what every response has to be, OR of what any may be. Of a column of several responses
// nothing else is one condition: a row may have one code AND another.
absl::Status Join(const v1::Column& column, Condition::Reading reading, const Condition& more,
                  int position, Condition* all) {
  if (*all == more) return absl::OkStatus();  // as query builders repeat it
  const bool first = ReadsTwoWays(*all, column), second = ReadsTwoWays(more, column);
  if (first && second && (all->reading != reading || more.reading != reading)) {
    return Unsupported(position, "a row may have several of ", column.name(),
                       "; of such a column ask for any of them: IN ('...', '...'), or for none: ",
                       "NOT IN ('...', '...')");
  }
  const Condition::Reading read = first ? all->reading : more.reading;
  *all = reading == Condition::Reading::kEvery ? And(*all, more) : Or(*all, more);
  all->reading = read;
  return absl::OkStatus();
}

class Reader {
 public:
  Reader(const Names& names, v1::Release release) : names_(names), release_(release) {}

  absl::StatusOr<Conditions> Read(const Expr& expr) const {
    switch (expr.kind) {
      case Expr::Kind::kAnd:
        return ReadAll(expr);
      case Expr::Kind::kOr:
        return ReadOr(expr);
      case Expr::Kind::kNot: {
        ASSIGN_OR_RETURN(Conditions inner, Read(expr.args[0]));
        if (inner.size() != 1) {
          return Unsupported(expr.position, "NOT may be about one column only");
        }
        auto& [column, condition] = *inner.begin();
        condition = Not(condition, Universe(names_.column(column)));
        return inner;
      }
      case Expr::Kind::kBoolean:
        if (expr.text == "true") return Conditions{};
        return Unsupported(expr.position, "WHERE FALSE keeps nothing");
      case Expr::Kind::kCompare:
      case Expr::Kind::kIn:
      case Expr::Kind::kBetween:
      case Expr::Kind::kIsNull:
        return ReadLeaf(expr);
      case Expr::Kind::kColumn:
        return Bare(expr);
      default:
        return Unsupported(expr.position,
                           "a condition compares a column with a value, for example "
                           "sex = 'Female'");
    }
  }

 private:
  absl::Status Bare(const Expr& expr) const {
    ASSIGN_OR_RETURN(const uint32_t index, names_.Resolve(expr));
    const v1::Column& column = names_.column(index);
    return Unsupported(expr.position, "a condition compares a column with a value; write ",
                       QuoteName(column.name()),
                       column.type() == v1::BOOLEAN ? " = true" : " IS NOT NULL, or compare it");
  }

  absl::StatusOr<Conditions> ReadAll(const Expr& expr) const {
    Conditions out;
    for (const Expr& arg : expr.args) {
      ASSIGN_OR_RETURN(const Conditions part, Read(arg));
      for (const auto& [column, condition] : part) {
        const auto [at, fresh] = out.emplace(column, condition);
        if (fresh) continue;
        RETURN_IF_ERROR(AndAlso(names_.column(column), condition, expr.position, &at->second));
      }
    }
    return out;
  }

  absl::StatusOr<Conditions> ReadOr(const Expr& expr) const {
    Conditions out;
    for (const Expr& arg : expr.args) {
      ASSIGN_OR_RETURN(const Conditions part, Read(arg));
      if (part.size() != 1 || (!out.empty() && out.begin()->first != part.begin()->first)) {
        return Unsupported(expr.position,
                           "OR may be about one column only here; between columns it goes into "
                           "WHERE");
      }
      const auto& [column, condition] = *part.begin();
      const auto [at, fresh] = out.emplace(column, condition);
      if (fresh) continue;
      RETURN_IF_ERROR(Join(names_.column(column), Condition::Reading::kAny, condition,
                           expr.position, &at->second));
    }
    return out;
  }

  absl::StatusOr<Conditions> ReadLeaf(const Expr& expr) const {
    const Expr& first = expr.args[0];
    if (expr.kind == Expr::Kind::kCompare && first.kind == Expr::Kind::kNumber &&
        expr.text == "=" && SameExpr(first, expr.args[1])) {
      return Conditions{};  // 1 = 1
    }
    if (expr.kind == Expr::Kind::kCompare && IsValue(first) &&
        expr.args[1].kind == Expr::Kind::kColumn) {
      return ReadLeaf(Mirrored(expr));
    }
    if (first.kind == Expr::Kind::kCall) {
      if (IsAggregate(first)) {
        return Unsupported(first.position,
                           "what is measured cannot be filtered by; all cells are returned: use "
                           "ORDER BY and LIMIT");
      }
      return Unsupported(first.position,
                         "functions are not available in WHERE; compare the column itself, for "
                         "example with BETWEEN, or with IN ('...', '...')");
    }
    if (first.kind == Expr::Kind::kCase) {
      return Unsupported(
          first.position,
          "CASE is not available in conditions; write what it asks: WHERE age >= 15");
    }
    if (first.kind == Expr::Kind::kOperator) {
      return Unsupported(first.position,
                         "columns are not computed with in WHERE; compare each with a value");
    }
    ASSIGN_OR_RETURN(const uint32_t index, names_.Resolve(first));
    const v1::Column& column = names_.column(index);
    RETURN_IF_ERROR(CheckFilterable(column, first.position));
    Condition condition;
    if (expr.kind == Expr::Kind::kIsNull) {
      condition.missing = Condition::Truth::kTrue;
    } else {
      ASSIGN_OR_RETURN(condition.kept, Kept(column, expr));
      if (expr.text == "<>") condition.reading = Condition::Reading::kEvery;
    }
    return Conditions{{index, condition}};
  }

  static Expr Mirrored(Expr expr) {
    std::swap(expr.args[0], expr.args[1]);
    for (char& sign : expr.text) {
      if (expr.text == "<>") break;
      if (sign == '<')
        sign = '>';
      else if (sign == '>')
        sign = '<';
    }
    return expr;
  }

  absl::Status CheckFilterable(const v1::Column& column, int position) const {
    if (release_ == v1::OPEN || Groupable(column)) return absl::OkStatus();
    return RefuseAt(v1::COLUMN_NOT_QUERYABLE, position, column.name(),
                    " has no declared bands, so it cannot be filtered on protected data; filter a "
                    "dimension");
  }

  absl::StatusOr<IntervalSet> Kept(const v1::Column& column, const Expr& expr) const {
    const Interval all = Universe(column);
    const bool ranged =
        expr.kind == Expr::Kind::kBetween ||
        (expr.kind == Expr::Kind::kCompare && expr.text != "=" && expr.text != "<>");
    if (ranged && ShapeOf(column) == Shape::kCodes) return CodesInRange(column, expr);
    std::vector<Interval> ranges;
    for (size_t i = 1; i < expr.args.size(); ++i) {
      ASSIGN_OR_RETURN(const Interval values, ValuesOf(column, expr.args[i]));
      const bool days = ranged || release_ == v1::OPEN;
      ranges.push_back(days ? values : WholeWeek(column, expr.args[i], values));
    }
    if (ranged) ranges = {RangeOf(expr, ranges, all)};
    for (size_t i = 0; i < ranges.size(); ++i) {
      RETURN_IF_ERROR(CheckEdges(column, ranges[i], expr, expr.args[i + 1].position));
    }
    const IntervalSet set(std::move(ranges));
    const IntervalSet within = set.And(IntervalSet({all}));
    return expr.text == "<>" ? IntervalSet({all}).Without(within) : within;
  }

  absl::Status CheckEdges(const v1::Column& column, const Interval& range, const Expr& expr,
                          int position) const {
    if (ShapeOf(column) == Shape::kCodes || release_ == v1::OPEN) return absl::OkStatus();
    const Interval all = Universe(column);
    for (const int64_t edge : {range.low, range.high}) {
      if (edge <= all.low || edge >= all.high || OnEdge(column, edge)) continue;
      const bool upper = expr.kind == Expr::Kind::kBetween && edge == range.high;
      return RefuseAt(
          v1::RANGE_OFF_EDGES, upper ? expr.args[2].position : position, "ranges of ",
          column.name(), " must fall on its edges; ", FormatValue(column, edge), " lies between ",
          NearestEdges(column, edge),
          " (>= and < take edges as they are; BETWEEN and <= include their last value)");
    }
    return absl::OkStatus();
  }

  const Names& names_;
  const v1::Release release_;
};

}  // namespace

absl::StatusOr<std::map<uint32_t, Condition>> ReadConditions(const Expr& condition,
                                                             const Names& names,
                                                             v1::Release release) {
  return Reader(names, release).Read(condition);
}

absl::StatusOr<std::set<uint32_t>> ColumnsIn(const Expr& condition, const Names& names) {
  std::set<uint32_t> columns;
  const bool joins = condition.kind == Expr::Kind::kAnd || condition.kind == Expr::Kind::kOr ||
                     condition.kind == Expr::Kind::kNot;
  if (!joins) {
    ASSIGN_OR_RETURN(const Conditions leaf, Reader(names, v1::OPEN).Read(condition));
    for (const auto& [column, kept] : leaf) columns.insert(column);
  }
  for (size_t i = 0; joins && i < condition.args.size(); ++i) {
    ASSIGN_OR_RETURN(std::set<uint32_t> more, ColumnsIn(condition.args[i], names));
    columns.merge(more);
  }
  return columns;
}

absl::Status AndAlso(const v1::Column& column, const Condition& more, int position,
                     Condition* all) {
  return Join(column, Condition::Reading::kEvery, more, position, all);
}

}  // namespace commons::query::sql
