#include "query/sql/conditions/literal.h"

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
#include "governance/standard/roles.h"
#include "governance/standard/scalar.h"
#include "query/question/columns.h"
#include "query/sql/names/resolve.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

constexpr size_t kLabelsListed = 10;  // at most: more, and the nearest helps better

// Codes that are numbers are equal however they are written: 3, 3.0 and 3e0. Those of a definition
// are in their shortest form.
std::string AsCode(const v1::Column& column, const Expr& value) {
  if (column.type() != v1::INTEGER && column.type() != v1::NUMBER) return value.text;
  const int decimals = governance::CodeDecimals(column.type());
  int64_t scaled = 0;
  const bool number = ParseDecimal(value.text, decimals, &scaled) == DecimalFault::kNone;
  return number ? FormatDecimal(scaled, decimals) : value.text;
}

bool Matches(const v1::Code& code, const std::string& text, const Expr& value) {
  if (value.kind == Expr::Kind::kBoolean) {
    return absl::EqualsIgnoreCase(code.value(), value.text) ||
           std::any_of(code.also().begin(), code.also().end(), [&](const std::string& also) {
             return absl::EqualsIgnoreCase(also, value.text);
           });
  }
  return code.value() == text;
}

// A short list as it is, of a long one what was probably meant.
std::string LabelsAdvice(const v1::Column& column, const std::string& text) {
  std::vector<std::string> labels;
  for (const v1::Code& code : column.codes()) labels.push_back(CodeLabel(code));
  if (labels.size() <= kLabelsListed) {
    return absl::StrCat("; it has ",
                        absl::StrJoin(labels, ", ", [](std::string* out, const std::string& label) {
                          absl::StrAppend(out, QuoteText(label));
                        }));
  }
  for (const v1::Code& code : column.codes()) {
    if (!code.label().empty() && code.label() != code.value()) labels.push_back(code.value());
  }
  const std::string near = NearestWithinHalf(text, labels);
  return near.empty() ? "" : absl::StrCat("; the nearest is ", QuoteText(near));
}

absl::StatusOr<Interval> CodeOf(const v1::Column& column, const Expr& value) {
  const std::string text = AsCode(column, value);
  for (int i = 0; i < column.codes_size(); ++i) {
    if (Matches(column.codes(i), text, value)) return Interval{i, i + 1};
  }
  for (int i = 0; i < column.codes_size(); ++i) {
    if (column.codes(i).label() == value.text && !value.text.empty()) return Interval{i, i + 1};
  }
  const std::string among = governance::HasLongList(column)
                                ? absl::StrCat(" among its ", column.codes_size(), " codes")
                                : "";
  return RefuseAt(v1::UNKNOWN_LABEL, value.position, column.name(), " has no ",
                  QuoteText(value.text), among, LabelsAdvice(column, value.text));
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
  if (value.kind == Expr::Kind::kColumn && ShapeOf(column) != Shape::kCodes) {
    return Unsupported(value.position, "a column is compared with a value, not with another ",
                       "column; have the dataset's definition hold a column that says it");
  }
  const std::string text = value.kind == Expr::Kind::kColumn ? TextMeant(column, value) : "...";
  return Unsupported(value.position,
                     "a column is compared with a value, and texts go in single "
                     "quotes: ",
                     QuoteName(column.name()), " = ", QuoteText(text));
}

absl::StatusOr<Interval> PlainNumber(const v1::Column& column, const Expr& literal) {
  RETURN_IF_ERROR(CheckLiteral(column, literal));
  v1::Column plain;  // codes are listed as they are, whatever their decimals
  plain.set_name(column.name());
  plain.set_decimals(governance::CodeDecimals(column.type()));
  return NumberOf(plain, literal);
}

}  // namespace

bool IsValue(const Expr& expr) {
  return expr.kind == Expr::Kind::kNumber || expr.kind == Expr::Kind::kString ||
         expr.kind == Expr::Kind::kBoolean || expr.kind == Expr::Kind::kDate;
}

Interval RangeOf(const Expr& expr, const std::vector<Interval>& literals, Interval all) {
  if (expr.kind == Expr::Kind::kBetween) return {literals[0].low, literals[1].high};
  if (expr.text == "<") return {all.low, literals[0].low};
  if (expr.text == "<=") return {all.low, literals[0].high};
  if (expr.text == ">") return {literals[0].high, all.high};
  return {literals[0].low, all.high};
}

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

Interval WholeWeek(const v1::Column& column, const Expr& value, const Interval& day) {
  const bool named = ShapeOf(column) == Shape::kDate && value.kind == Expr::Kind::kString &&
                     IsWeek(governance::UnitOf(column)) &&
                     PeriodLabel(day.low, governance::UnitOf(column)) == value.text;
  if (!named) return day;
  return {day.low, NextPeriod(day.low, governance::UnitOf(column))};
}

}  // namespace commons::query::sql
