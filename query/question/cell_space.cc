#include "query/question/cell_space.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "base/period.h"
#include "governance/standard/scalar.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/levels.h"

namespace commons::query {
namespace {

constexpr uint64_t kManyCells = uint64_t{1} << 40;  // times the bins of one column fits 64 bits

// The values of a column that the question's filter on it leaves.
IntervalSet KeptValues(const v1::Question& question, uint32_t index, const v1::Column& column) {
  for (const v1::Filter& filter : question.filters()) {
    if (filter.column() == index) return ConditionOf(filter, column).kept;
  }
  return IntervalSet({Universe(column)});
}

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

// A filter may leave no bin of a dimension; the others count all the same, for what is kept of each
// is listed.
uint64_t CellCount(const v1::Question& question, const v1::Standard& standard) {
  uint64_t total = 0;
  for (const v1::GroupingSet& set : question.sets()) {
    uint64_t cells = 1;
    for (const uint32_t position : set.dimensions()) {
      const v1::Dimension& dimension = question.dimensions(static_cast<int>(position));
      const uint64_t bins = CellsOf(question, dimension, standard);
      cells = std::min(cells * std::max<uint64_t>(bins, 1), kManyCells);
    }
    total += cells;
  }
  return total;
}

bool Banded(const v1::Column& column) {
  return ShapeOf(column) == Shape::kNumber && column.breaks_size() > 1;
}

std::vector<Interval> BandsOf(const v1::Question& question, uint32_t index,
                              const v1::Standard& standard) {
  const v1::Column& column = standard.columns(static_cast<int>(index));
  const IntervalSet kept = KeptValues(question, index, column);
  std::vector<Interval> bands;
  if (question.release() == v1::OPEN &&
      kept.Count() <= limits::kCells / std::max<uint64_t>(CellCount(question, standard), 1)) {
    for (const Interval& values : kept.intervals()) {
      for (int64_t value = values.low; value < values.high; ++value) {
        bands.push_back({value, value + 1});
      }
    }
    return bands;
  }
  for (int band = 0; band + 1 < column.breaks_size(); ++band) {
    const IntervalSet inside =
        kept.And(IntervalSet({{column.breaks(band), column.breaks(band + 1)}}));
    if (inside.intervals().empty()) continue;
    bands.push_back({inside.intervals().front().low, inside.intervals().back().high});
  }
  return bands;
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

CellSpace::CellSpace(const v1::Question& question, const v1::Standard& standard) {
  for (const v1::Dimension& dimension : question.dimensions()) {
    kept_.push_back(FirstBins(question, dimension, standard));
  }
  AddLevels(question, standard);
  for (const v1::GroupingSet& set : question.sets()) {
    set_dimensions_.emplace_back(set.dimensions().begin(), set.dimensions().end());
    size_t cells = 1;
    for (const uint32_t dimension : set.dimensions()) cells *= kept_[dimension].size();
    set_offsets_.push_back(total_cells_);
    set_cells_.push_back(cells);
    total_cells_ += cells;
  }
  offsets_.push_back(0);
  for (const v1::Partial& partial : question.partials()) {
    const bool banded = partial.kind() == v1::COUNT_BANDS;
    bands_.push_back(banded ? BandsOf(question, partial.column(), standard)
                            : std::vector<Interval>());
    widths_.push_back(banded ? bands_.back().size() : 1);
    offsets_.push_back(offsets_.back() + widths_.back() * total_cells_);
  }
}

size_t CellSpace::ValueIndex(size_t partial, size_t set, size_t cell, size_t band) const {
  return offsets_[partial] + (set_offsets_[set] + cell) * widths_[partial] + band;
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

// In the first set each column is at its finest level, which comes first.
void CellSpace::AddLevels(const v1::Question& question, const v1::Standard& standard) {
  const auto& dimensions = question.dimensions();
  size_t position = 0;
  int finest = 0;
  for (int i = 0; i < dimensions.size(); ++i) {
    const bool above = i > 0 && dimensions[i].column() == dimensions[i - 1].column();
    if (!above) {
      position += i > 0;
      finest = i;
      levels_.push_back({position, {}});
      continue;
    }
    levels_.push_back(
        {position, *CellsWithin(dimensions[finest], dimensions[i], question, standard)});
  }
}

size_t CellSpace::CellOf(size_t set, const std::vector<size_t>& bins) const {
  size_t cell = 0;
  for (const uint32_t dimension : set_dimensions_[set]) {
    const Level& level = levels_[dimension];
    const size_t bin = bins[level.position];
    cell = cell * kept_[dimension].size() + (level.cells.empty() ? bin : level.cells[bin]);
  }
  return cell;
}

std::vector<absl::int128> ValuesOf(const CellSpace& space,
                                   const std::vector<std::vector<absl::int128>>& base) {
  std::vector<absl::int128> values(space.values());
  for (size_t cell = 0; cell < space.cells(0); ++cell) {
    const std::vector<size_t> bins = space.BinsOf(0, cell);
    for (size_t set = 0; set < space.sets(); ++set) {
      const size_t target = space.CellOf(set, bins);
      for (size_t partial = 0; partial < base.size(); ++partial) {
        const size_t width = space.width(partial);
        for (size_t band = 0; band < width; ++band) {
          values[space.ValueIndex(partial, set, target, band)] +=
              base[partial][cell * width + band];
        }
      }
    }
  }
  return values;
}

}  // namespace commons::query
