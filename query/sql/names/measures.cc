#include "query/sql/names/measures.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "base/status.h"
#include "governance/standard/roles.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/sql/names/truth.h"
#include "query/sql/parse/refuse.h"

namespace commons::query::sql {
namespace {

using Kind = OutputMeasure::Kind;

constexpr std::pair<absl::string_view, Kind> kAggregates[] = {
    {"count", Kind::kCount},
    {"sum", Kind::kSum},
    {"avg", Kind::kAverage},
    {"variance", Kind::kVariance},
    {"var_samp", Kind::kVariance},
    {"stddev", Kind::kStddev},
    {"stddev_samp", Kind::kStddev},
    {"median", Kind::kPercentile},
    {"percentile_cont", Kind::kPercentile},
    {"percentile_disc", Kind::kPercentileValue},
};

const std::pair<absl::string_view, Kind>* FindAggregate(const Expr& expr) {
  const auto* found =
      std::find_if(std::begin(kAggregates), std::end(kAggregates),
                   [&](const auto& aggregate) { return aggregate.first == expr.text; });
  return expr.kind == Expr::Kind::kCall && found != std::end(kAggregates) ? found : nullptr;
}

v1::Partial PartialOf(v1::PartialKind kind, uint32_t column = 0) {
  v1::Partial partial;
  partial.set_kind(kind);
  partial.set_column(column);
  return partial;
}

Measure CountRows() { return {Kind::kCount, 0, {PartialOf(v1::COUNT_ROWS)}}; }

absl::StatusOr<Measure> ReadDistinct(const Expr& call, const Names& names) {
  if (call.text != "count" || call.args.size() != 1 || !names.IsPerson(call.args[0])) {
    return Unsupported(call.position, "DISTINCT is for people only: COUNT(DISTINCT person); ",
                       call.text == "count"
                           ? "how many groups there are is seen by grouping by the column"
                           : absl::StrCat("write ", call.text, "(column)"));
  }
  if (names.standard().entity().empty()) return CountRows();  // each row is a person
  return Measure{Kind::kCountPersons, 0, {PartialOf(v1::COUNT_PERSONS)}};
}

absl::StatusOr<double> ReadFraction(const Expr& expr) {
  double fraction = 0;
  if (expr.kind != Expr::Kind::kNumber || !absl::SimpleAtod(expr.text, &fraction) ||
      !(fraction >= 0 && fraction <= 1)) {
    return Unsupported(expr.position,
                       "a percentile is a number from 0 to 1, such as 0.9; ask for several as "
                       "several measures, which costs no more");
  }
  return fraction;
}

// What is ordered by to take a percentile.
absl::StatusOr<uint32_t> ReadBanded(const Expr& expr, const Names& names) {
  ASSIGN_OR_RETURN(const uint32_t index, names.Resolve(expr));
  const v1::Column& column = names.column(index);
  if (Banded(column)) return index;
  switch (ShapeOf(column)) {
    case Shape::kDate:
      return RefuseAt(v1::COLUMN_NOT_QUERYABLE, expr.position, "percentiles are of numbers, and ",
                      column.name(), " is a date; group by it and count");
    case Shape::kCodes:
      return RefuseAt(v1::COLUMN_NOT_QUERYABLE, expr.position, "percentiles are of numbers in ",
                      "bands, and ", column.name(), " has a code list; group by it and count");
    default:
      return RefuseAt(v1::COLUMN_NOT_QUERYABLE, expr.position, column.name(),
                      " has no declared bands to take percentiles from; have the dataset's "
                      "definition declare commons:breaks for it, with the role [\"dimension\", "
                      "\"measure\"], or use AVG");
  }
}

// MEDIAN(column), PERCENTILE_CONT(fraction) WITHIN GROUP (ORDER BY column): bands are counted
// whatever the fraction.
absl::StatusOr<Measure> ReadPercentile(const Expr& call, Kind kind, const Names& names) {
  const bool median = call.text == "median";
  if (call.within_group == median || call.star || call.args.size() != (median ? 1 : 2)) {
    return Unsupported(call.position, "write ",
                       median ? "MEDIAN(column)"
                              : absl::StrCat(absl::AsciiStrToUpper(call.text),
                                             "(0.9) WITHIN GROUP (ORDER BY column)"));
  }
  Measure out{kind, 0, {}};
  out.fraction = 0.5;
  if (!median) {
    ASSIGN_OR_RETURN(out.fraction, ReadFraction(call.args[0]));
  }
  ASSIGN_OR_RETURN(out.column, ReadBanded(call.args.back(), names));
  out.partials.push_back(PartialOf(v1::COUNT_BANDS, out.column));
  return out;
}

// What PostgreSQL takes in place of a column, and what to write for it.
absl::Status CheckArgument(const Expr& call, const Names& names) {
  const Expr& arg = call.args[0];
  if (call.text == "avg" && (arg.kind == Expr::Kind::kCase || IsCondition(arg))) {
    return Unsupported(arg.position,
                       "a share is two counts: ask for COUNT(*) and COUNT(*) FILTER "
                       "(WHERE condition), and divide in the answer; an average of "
                       "some rows is AVG(column) FILTER (WHERE condition)");
  }
  if (IsCondition(arg)) {
    return Unsupported(arg.position,
                       "rows for which a condition holds are counted with COUNT(*) "
                       "FILTER (WHERE condition)");
  }
  if (arg.kind == Expr::Kind::kCase) {
    return Unsupported(arg.position, "write SUM(CASE WHEN condition THEN 1 ELSE 0 END), or ",
                       call.text, "(...) FILTER (WHERE condition)");
  }
  if (arg.kind == Expr::Kind::kOperator) {
    return Unsupported(arg.position, call.text, " takes a measure as it is: ", call.text,
                       "(column); compute with the answer, or have the dataset's definition hold "
                       "a column of such values");
  }
  if (call.text == "count" && arg.kind != Expr::Kind::kColumn) {
    return Unsupported(arg.position, "rows are counted with COUNT(*)");
  }
  if (call.text == "count" && names.IsPerson(arg)) {
    return Unsupported(arg.position,
                       "people are counted with COUNT(DISTINCT person), rows with COUNT(*)");
  }
  return absl::OkStatus();
}

// What to write for a measure of a column that is none.
std::string InPlaceOf(const v1::Column& column, Kind kind) {
  if (kind == Kind::kCount) {
    return "write COUNT(*), with WHERE ... IS NOT NULL to leave missing out";
  }
  if (column.type() == v1::BOOLEAN) return SharesOf(column);
  return column.breaks_size() > 1
             ? "group by it and write COUNT(*), or have the dataset's definition give it the role "
               "measure too"
             : "group by it and write COUNT(*)";
}

}  // namespace

std::string SharesOf(const v1::Column& column) {
  return absl::StrCat("COUNT(*) FILTER (WHERE ", QuoteName(column.name()),
                      " = true) counts its yes, and a share is that divided by COUNT(*), or by ",
                      "COUNT(*) FILTER (WHERE ", QuoteName(column.name()),
                      " IS NOT NULL), in the answer");
}

bool IsAggregate(const Expr& expr) { return FindAggregate(expr) != nullptr; }

absl::StatusOr<Measure> ReadMeasure(const Expr& call, const Names& names, v1::Release release) {
  const Kind kind = FindAggregate(call)->second;
  if (call.distinct) return ReadDistinct(call, names);
  if (kind == Kind::kPercentile || kind == Kind::kPercentileValue) {
    return ReadPercentile(call, kind, names);
  }
  if (call.star && kind == Kind::kCount) return CountRows();
  if (call.star || call.args.size() != 1) {
    return Unsupported(call.position, call.text, " takes one measure: ", call.text, "(column)");
  }
  RETURN_IF_ERROR(CheckArgument(call, names));
  ASSIGN_OR_RETURN(const uint32_t index, names.Resolve(call.args[0]));
  const v1::Column& column = names.column(index);
  const int position = call.args[0].position;
  if (!governance::IsMeasure(column) || ShapeOf(column) != Shape::kNumber) {
    return Unsupported(position, column.name(), " is not a measure; ", InPlaceOf(column, kind));
  }
  if (kind == Kind::kCount) {
    if (column.required()) return CountRows();
    return Measure{Kind::kCountValues, index, {PartialOf(v1::COUNT_VALUES, index)}};
  }
  if (release == v1::PROTECTED && !column.has_clip()) {
    return RefuseAt(v1::NO_CLIP, position, "sums of ", column.name(),
                    " need declared bounds (commons:clip) on protected data; count instead");
  }
  Measure out{kind, index, {}};
  out.partials.push_back(column.required() ? PartialOf(v1::COUNT_ROWS)
                                           : PartialOf(v1::COUNT_VALUES, index));
  out.partials.push_back(PartialOf(v1::SUM_VALUES, index));
  if (kind == Kind::kVariance || kind == Kind::kStddev) {
    out.partials.push_back(PartialOf(v1::SUM_SQUARES, index));
  }
  return out;
}

}  // namespace commons::query::sql
