#include "query/question/cell_space.h"

#include <algorithm>
#include <utility>

#include "base/period.h"
#include "governance/standard/scalar.h"
#include "query/question/columns.h"
#include "query/question/filter.h"

namespace commons::query {
namespace {

std::string LabelOf(const v1::Column& column, v1::PeriodUnit unit, uint32_t bin) {
  switch (ShapeOf(column)) {
    case Shape::kCodes:
      return CodeLabel(column.codes(static_cast<int>(bin)));
    case Shape::kNumber:
      return BandLabel(column, bin);
    default:
      return PeriodLabel(ValuesIn(column, unit, bin).low, governance::UnitOf(unit, column));
  }
}

}  // namespace

IntervalSet KeptBins(const v1::Question& question, const v1::Dimension& dimension,
                     const v1::Standard& standard) {
  const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
  const auto all = static_cast<int64_t>(BinCount(column, dimension.unit()));
  const auto& filters = question.filters();
  const auto filter = std::find_if(filters.begin(), filters.end(), [&](const v1::Filter& f) {
    return f.column() == dimension.column();
  });
  if (filter == filters.end()) return IntervalSet({{0, all}});
  const Condition condition = ConditionOf(*filter, column);
  std::vector<Interval> bins;
  const bool any = condition.reading == Condition::Reading::kAny;
  if (any && ReadsTwoWays(condition, column)) bins.push_back(Universe(column));
  for (const Interval& values : condition.kept.intervals()) {
    bins.push_back({BinOf(column, dimension.unit(), values.low),
                    BinOf(column, dimension.unit(), values.high - 1) + 1});
  }
  if (filter->missing()) bins.push_back({all - 1, all});
  return IntervalSet(std::move(bins));
}

bool LeavesBinsOut(const v1::Question& question, const v1::Standard& standard) {
  const auto& dimensions = question.dimensions();
  return std::any_of(dimensions.begin(), dimensions.end(), [&](const v1::Dimension& dimension) {
    const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
    return KeptBins(question, dimension, standard).Count() != BinCount(column, dimension.unit());
  });
}

std::vector<std::optional<std::string>> BinLabels(const v1::Dimension& dimension,
                                                  const v1::Column& column,
                                                  absl::Span<const uint32_t> bins) {
  const uint64_t missing = column.required() ? UINT64_MAX : BinCount(column, dimension.unit()) - 1;
  std::vector<std::optional<std::string>> labels;
  labels.reserve(bins.size());
  for (const uint32_t bin : bins) {
    if (bin == missing) {
      labels.emplace_back();
    } else {
      labels.emplace_back(LabelOf(column, dimension.unit(), bin));
    }
  }
  return labels;
}

CellSpace::CellSpace(const v1::Question& question, const v1::Standard& standard)
    : partials_(question.partials_size()) {
  for (const v1::Dimension& dimension : question.dimensions()) {
    kept_.push_back(KeptBins(question, dimension, standard).Values());
  }
  for (const v1::GroupingSet& set : question.sets()) {
    set_dimensions_.emplace_back(set.dimensions().begin(), set.dimensions().end());
    size_t cells = 1;
    for (const uint32_t dimension : set.dimensions()) cells *= kept_[dimension].size();
    set_offsets_.push_back(total_cells_);
    set_cells_.push_back(cells);
    total_cells_ += cells;
  }
}

size_t CellSpace::ValueIndex(size_t partial, size_t set, size_t cell) const {
  return partial * total_cells_ + set_offsets_[set] + cell;
}

std::vector<size_t> CellSpace::BinsOf(size_t set, size_t cell) const {
  std::vector<size_t> bins(set_dimensions_[set].size());
  for (size_t i = bins.size(); i-- > 0;) {
    const size_t count = kept_[set_dimensions_[set][i]].size();
    bins[i] = cell % count;
    cell /= count;
  }
  return bins;
}

std::vector<absl::int128> ValuesOf(const v1::Question& question, const CellSpace& space,
                                   const std::vector<std::vector<absl::int128>>& base) {
  std::vector<absl::int128> values(space.values());
  for (size_t cell = 0; cell < space.cells(0); ++cell) {
    const std::vector<size_t> bins = space.BinsOf(0, cell);
    for (size_t set = 0; set < space.sets(); ++set) {
      size_t target = 0;
      for (const uint32_t dimension : question.sets(static_cast<int>(set)).dimensions()) {
        target = target * space.kept(dimension).size() + bins[dimension];
      }
      for (size_t partial = 0; partial < base.size(); ++partial) {
        values[space.ValueIndex(partial, set, target)] += base[partial][cell];
      }
    }
  }
  return values;
}

}  // namespace commons::query
