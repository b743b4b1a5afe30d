#include "query/question/validate.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/document/payload.h"
#include "governance/document/refusal.h"
#include "governance/standard/roles.h"
#include "query/question/bins.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/question/dimensions_check.h"
#include "query/question/filter.h"
#include "query/question/joint_check.h"
#include "query/question/joint_wire.h"
#include "query/question/partials.h"
#include "query/question/within.h"

namespace commons::query {
namespace {

constexpr size_t kRangesPerFilter = limits::kSqlTokens;

absl::Status Malformed(absl::string_view what) {
  return governance::Refuse(v1::MALFORMED, absl::StrCat("the question is not canonical: ", what));
}

absl::Status CheckFilter(const v1::Filter& filter, const v1::Question& question,
                         const v1::Column& column) {
  const bool codes = ShapeOf(column) == Shape::kCodes;
  if (question.release() != v1::OPEN && !Groupable(column)) {
    return governance::Refuse(v1::COLUMN_NOT_QUERYABLE,
                              absl::StrCat(column.name(), " has no declared bands to filter by"));
  }
  if (filter.codes().size() != (codes ? (column.codes_size() + 7u) / 8 : 0) ||
      filter.ranges_size() > static_cast<int>(codes ? 0 : kRangesPerFilter)) {
    return Malformed("a filter that does not fit its column");
  }
  const Interval all = Universe(column);
  for (const v1::Filter::Range& range : filter.ranges()) {
    if (range.low() < all.low || range.high() > all.high) return Malformed("a range too wide");
    if (question.release() == v1::OPEN) continue;
    for (const int64_t edge : {range.low(), range.high()}) {
      if (edge != all.low && edge != all.high && !OnEdge(column, edge)) {
        return governance::Refuse(v1::RANGE_OFF_EDGES, absl::StrCat("ranges of ", column.name(),
                                                                    " must fall on its edges"));
      }
    }
  }
  // Bits beyond the last code, ranges out of order, filters that keep everything.
  const std::optional<v1::Filter> canonical =
      FilterOf(filter.column(), column, ConditionOf(filter, column));
  if (!canonical.has_value() || canonical->SerializeAsString() != filter.SerializeAsString()) {
    return Malformed("a filter");
  }
  return absl::OkStatus();
}

absl::Status CheckFilters(const Filters& filters, const v1::Question& question,
                          const v1::Standard& standard) {
  for (int i = 0; i < filters.size(); ++i) {
    if (i > 0 && filters[i - 1].column() >= filters[i].column()) {
      return Malformed("filters are not in order");
    }
    ASSIGN_OR_RETURN(const v1::Column* column, QueryableColumn(filters[i].column(), standard));
    RETURN_IF_ERROR(CheckFilter(filters[i], question, *column));
  }
  return absl::OkStatus();
}

// Of the same rows as `partial`.
bool HasBeside(const v1::Question& question, const v1::Partial& partial, v1::PartialKind kind,
               uint32_t column) {
  return FindPartial(question, kind, column, RowsOf(partial)) >= 0;
}

absl::Status CheckSum(const v1::Question& question, const v1::Partial& partial,
                      const v1::Column& column) {
  const bool counted = column.required()
                           ? HasBeside(question, partial, v1::COUNT_ROWS, 0)
                           : HasBeside(question, partial, v1::COUNT_VALUES, partial.column());
  if (!counted) return Malformed("a sum goes with its count");
  if (partial.kind() == v1::SUM_SQUARES &&
      !HasBeside(question, partial, v1::SUM_VALUES, partial.column())) {
    return Malformed("squares go with their sum");
  }
  if (question.release() == v1::PROTECTED && !column.has_clip()) {
    return governance::Refuse(v1::NO_CLIP, absl::StrCat("sums of ", column.name(),
                                                        " need declared bounds (commons:clip)"));
  }
  return absl::OkStatus();
}

absl::Status CheckBanded(uint32_t index, const v1::Standard& standard) {
  ASSIGN_OR_RETURN(const v1::Column* column, QueryableColumn(index, standard));
  if (Banded(*column)) return absl::OkStatus();
  return governance::Refuse(
      v1::COLUMN_NOT_QUERYABLE,
      absl::StrCat(column->name(), " has no declared bands to take percentiles from"));
}

absl::Status CheckPartial(const v1::Question& question, const v1::Partial& partial,
                          const v1::Standard& standard) {
  switch (partial.kind()) {
    case v1::COUNT_ROWS:
    case v1::COUNT_PERSONS:
      if (partial.column() != 0) return Malformed("a count of rows or people has no column");
      if (partial.kind() == v1::COUNT_PERSONS && standard.entity().empty()) {
        return Malformed("each row is a person");
      }
      return absl::OkStatus();
    case v1::COUNT_VALUES:
    case v1::SUM_VALUES:
    case v1::SUM_SQUARES:
      break;
    case v1::COUNT_BANDS:
      return CheckBanded(partial.column(), standard);
    default:
      return Malformed("an unknown partial");
  }
  ASSIGN_OR_RETURN(const v1::Column* column, QueryableColumn(partial.column(), standard));
  if (!governance::IsMeasure(*column) || ShapeOf(*column) != Shape::kNumber) {
    return governance::Refuse(v1::COLUMN_NOT_QUERYABLE,
                              absl::StrCat(column->name(), " is not a number to measure"));
  }
  if (partial.kind() != v1::COUNT_VALUES) return CheckSum(question, partial, *column);
  return column->required() ? Malformed("a required column has no missing values")
                            : absl::OkStatus();
}

// Its rows, said in the one way.
absl::Status CheckRows(const v1::Partial& partial, const v1::Question& question,
                       const v1::Standard& standard) {
  RETURN_IF_ERROR(CheckFilters(partial.filters(), question, standard));
  if (partial.joint_filters_size() > static_cast<int>(kJointFiltersMax)) {
    return Malformed("too many joint filters of a partial");
  }
  for (const v1::JointFilter& filter : partial.joint_filters()) {
    RETURN_IF_ERROR(CheckJointColumns(filter, standard));
  }
  if (FiltersResponsesTwice(partial.filters(), question.filters(), standard)) {
    return Malformed("two filters of several responses");
  }
  const PartialRows rows = RowsOf(partial);
  const std::optional<PartialRows> said = WithinQuestion(rows, question, standard);
  if (!said.has_value()) return Malformed("a partial's joint filters of too many combinations");
  if (BytesOf(rows) != BytesOf(*said)) {
    return Malformed("a partial's filter that its question makes needless");
  }
  return absl::OkStatus();
}

absl::Status CheckPartials(const v1::Question& question, const v1::Standard& standard) {
  if (question.partials_size() == 0) return Malformed("nothing is measured");
  if (question.partials_size() > static_cast<int>(limits::kPartials)) {
    return governance::Refuse(v1::UNSUPPORTED_SQL,
                              absl::StrCat("at most ", limits::kPartials, " partials a question"));
  }
  for (int i = 0; i < question.partials_size(); ++i) {
    const v1::Partial& partial = question.partials(i);
    if (i > 0) {
      const v1::Partial& before = question.partials(i - 1);
      if (KeyOf(before) >= KeyOf(partial)) return Malformed("partials are not in order");
    }
    RETURN_IF_ERROR(CheckRows(partial, question, standard));
    RETURN_IF_ERROR(CheckPartial(question, partial, standard));
  }
  return absl::OkStatus();
}

// Each band of a percentile's column counts as a cell of its own.
absl::Status CheckCells(const v1::Question& question, const v1::Standard& standard) {
  const uint64_t total = CellCount(question, standard);
  uint64_t bands = 1;
  for (const v1::Partial& partial : question.partials()) {
    if (partial.kind() != v1::COUNT_BANDS) continue;
    bands = std::max<uint64_t>(bands, BandsOf(question, partial.column(), standard).size());
  }
  if (total <= limits::kCells / bands) return absl::OkStatus();
  return governance::Refuse(
      v1::TOO_MANY_CELLS,
      absl::StrCat("the answer would have ", total, " cells",
                   bands > 1 ? absl::StrCat(" of ", bands, " bands") : "", "; at most ",
                   limits::kCells, bands > 1 ? " bands in all" : ""));
}

}  // namespace

absl::Status ValidateShape(const v1::Question& question, const v1::Standard& standard) {
  if (question.dataset() != standard.dataset()) {
    return governance::Refuse(v1::UNKNOWN_DATASET, "the question is about another dataset");
  }
  if (question.release() != v1::PROTECTED && question.release() != v1::OPEN) {
    return Malformed("neither protected nor open");
  }
  if (question.ByteSizeLong() > limits::kQuestionBytes) {
    return governance::Refuse(v1::UNSUPPORTED_SQL,
                              absl::StrCat("the question takes ", question.ByteSizeLong(),
                                           " bytes, at most ", limits::kQuestionBytes,
                                           ": conditions on long lists of codes and CASE take "
                                           "most; ask with fewer, or several questions"));
  }
  RETURN_IF_ERROR(CheckFilters(question.filters(), question, standard));
  RETURN_IF_ERROR(CheckJointFilters(question, standard));
  RETURN_IF_ERROR(CheckPartials(question, standard));
  RETURN_IF_ERROR(CheckDimensions(question, standard));
  RETURN_IF_ERROR(CheckSets(question));
  return CheckCells(question, standard);
}

absl::Status ValidateQuestion(const v1::Question& question, const v1::Standard& standard) {
  RETURN_IF_ERROR(governance::NothingUnknown(question));
  const bool noise_fits = question.release() == v1::OPEN
                              ? question.noise() == v1::NOISE_CLASS_UNSPECIFIED
                              : question.noise() >= v1::LIGHT && question.noise() <= v1::BROAD;
  if (!noise_fits) return Malformed("the noise class");
  return ValidateShape(question, standard);
}

}  // namespace commons::query
