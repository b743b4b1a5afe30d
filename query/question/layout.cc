#include "query/question/layout.h"

#include <algorithm>
#include <utility>

#include "base/quantize.h"
#include "governance/standard/scalar.h"
#include "query/question/cell_space.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/question.h"

namespace commons::query {
namespace {

bool Stored(const v1::Column& column, const v1::Standard& standard) {
  return column.role() != v1::SKIP && column.role() != v1::ROLE_UNSPECIFIED &&
         column.name() != standard.entity();
}

// Where a column of the Standard lies in the layout.
int StoredIndex(const v1::Standard& standard, uint32_t index) {
  return std::count_if(standard.columns().begin(), standard.columns().begin() + index,
                       [&](const v1::Column& column) { return Stored(column, standard); });
}

void SetCodes(const v1::Column& column, storage::ColumnLayout* out) {
  out->kind = storage::ColumnKind::kCode;
  out->code_count = column.codes_size();
  for (int i = 0; i < column.codes_size(); ++i) {
    out->codes.emplace_back(column.codes(i).value(), i);
    for (const std::string& also : column.codes(i).also()) out->codes.emplace_back(also, i);
  }
}

storage::ColumnLayout LayoutOf(const v1::Column& column) {
  storage::ColumnLayout out;
  out.name = column.name();
  out.required = column.required();
  out.missing = {column.missing_values().begin(), column.missing_values().end()};
  const Interval accepted = Universe(column);
  switch (ShapeOf(column)) {
    case Shape::kCodes:
      SetCodes(column, &out);
      return out;
    case Shape::kNumber:
      out.kind = storage::ColumnKind::kInteger;
      out.decimals = column.decimals();
      break;
    case Shape::kDate:
      out.kind = storage::ColumnKind::kDate;
      out.unit = governance::UnitOf(column.period_unit());
      break;
    case Shape::kNone:
      out.kind = storage::ColumnKind::kHidden;
      return out;
  }
  out.min_value = accepted.low;
  out.max_value = accepted.high - 1;
  return out;
}

storage::ScanMeasure MeasureOf(const v1::Partial& partial, const v1::Question& question,
                               const v1::Standard& standard) {
  storage::ScanMeasure out;
  switch (partial.kind()) {
    case v1::COUNT_PERSONS:
      out.kind = storage::ScanMeasure::kCountPersons;
      return out;
    case v1::COUNT_VALUES:
      out.kind = storage::ScanMeasure::kCountValues;
      break;
    case v1::SUM_VALUES:
      out.kind = storage::ScanMeasure::kSum;
      out.quantizer = Quantizer::kStep;
      break;
    case v1::SUM_SQUARES:
      out.kind = storage::ScanMeasure::kSumSquares;
      out.quantizer = Quantizer::kSquare;
      break;
    default:
      return out;
  }
  out.column = StoredIndex(standard, partial.column());
  if (partial.kind() == v1::COUNT_VALUES || question.release() == v1::OPEN) return out;
  const v1::Column& column = standard.columns(partial.column());
  out.kind = storage::ScanMeasure::kQuantizedSum;
  out.low = column.clip_low();
  out.high = column.clip_high();
  return out;
}

storage::ScanFilter FilterFor(const v1::Filter& filter, const v1::Standard& standard) {
  const v1::Column& column = standard.columns(filter.column());
  storage::ScanFilter out;
  out.column = StoredIndex(standard, filter.column());
  out.allow_null = filter.missing();
  const Condition condition = ConditionOf(filter, column);
  if (ShapeOf(column) == Shape::kCodes) {
    out.codes.resize(column.codes_size());
    for (int i = 0; i < column.codes_size(); ++i) out.codes[i] = condition.kept.Contains(i);
  } else {
    for (const Interval& range : condition.kept.intervals()) {
      out.ranges.emplace_back(range.low, range.high);
    }
  }
  return out;
}

storage::ScanGroup GroupOf(const v1::Dimension& dimension, const v1::Question& question,
                           const v1::Standard& standard) {
  const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
  const uint64_t missing = BinCount(column, dimension.unit()) - 1;
  storage::ScanGroup group;
  group.column = StoredIndex(standard, dimension.column());
  for (const uint32_t bin : KeptBins(question, dimension, standard).Values()) {
    if (!column.required() && bin == missing) {
      group.null_bin = true;
    } else if (ShapeOf(column) == Shape::kCodes) {
      group.codes.push_back(bin);
    } else {
      const Interval values = ValuesIn(column, dimension.unit(), bin);
      group.ranges.emplace_back(values.low, values.high);
    }
  }
  return group;
}

}  // namespace

storage::TableLayout LayoutOf(const v1::Standard& standard) {
  storage::TableLayout out;
  for (const v1::Column& column : standard.columns()) {
    if (column.name() == standard.entity()) {
      out.entity_missing = {column.missing_values().begin(), column.missing_values().end()};
    } else if (Stored(column, standard)) {
      out.columns.push_back(LayoutOf(column));
    } else {
      out.skip_headers.push_back(column.name());
    }
  }
  if (!standard.entity().empty()) out.entity_header = standard.entity();
  return out;
}

storage::ScanSpec ScanOf(const v1::Question& question, const v1::Standard& standard,
                         const Hash32& rounding_key) {
  storage::ScanSpec spec;
  for (const v1::Dimension& dimension : question.dimensions()) {
    spec.groups.push_back(GroupOf(dimension, question, standard));
  }
  for (const v1::Filter& filter : question.filters()) {
    spec.filters.push_back(FilterFor(filter, standard));
  }
  for (const v1::Partial& partial : question.partials()) {
    spec.measures.push_back(MeasureOf(partial, question, standard));
  }
  if (question.release() != v1::OPEN && !standard.entity().empty()) {
    spec.rows_per_person = RowsPerPerson(standard);
    if (BoundsRowsPerCell(question, standard)) {
      spec.rows_per_person_and_cell = RowsPerPersonAndCell(standard);
    }
  }
  spec.coin_key = rounding_key;
  return spec;
}

}  // namespace commons::query
