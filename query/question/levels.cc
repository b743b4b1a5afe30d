#include "query/question/levels.h"

#include <numeric>

#include "query/question/columns.h"
#include "query/question/groups.h"
#include "query/question/intervals.h"
#include "query/question/kept_bins.h"

namespace commons::query {
namespace {

constexpr uint32_t kNone = UINT32_MAX;
constexpr uint64_t kBinsMax = uint64_t{1} << 17;  // of one column, at each level

const v1::Column& ColumnOf(const v1::Dimension& dimension, const v1::Standard& standard) {
  return standard.columns(static_cast<int>(dimension.column()));
}

// The bins of each cell.
std::vector<IntervalSet> BinsOfCells(const v1::Dimension& dimension, const v1::Question& question,
                                     const v1::Standard& standard) {
  const IntervalSet kept = KeptBins(question, dimension, standard);
  if (IsGrouped(dimension)) return GroupsOf(dimension, ColumnOf(dimension, standard), kept);
  std::vector<IntervalSet> cells;
  for (const int64_t bin : kept.Values()) cells.push_back(IntervalSet({{bin, bin + 1}}));
  return cells;
}

// The bin of the coarser unit in which a bin lies; nullopt: in several.
std::optional<int64_t> BinAbove(const v1::Column& column, v1::PeriodUnit finer,
                                v1::PeriodUnit coarser, int64_t bin) {
  if (finer == coarser) return bin;
  const auto last = static_cast<int64_t>(BinCount(column, finer)) - 1;
  if (!column.required() && bin == last) {
    return static_cast<int64_t>(BinCount(column, coarser)) - 1;  // missing
  }
  const IntervalSet values =
      IntervalSet({ValuesIn(column, finer, bin)}).And(IntervalSet({Universe(column)}));
  const int64_t low = BinOf(column, coarser, values.intervals().front().low);
  const int64_t high = BinOf(column, coarser, values.intervals().back().high - 1);
  return low == high ? std::optional(low) : std::nullopt;
}

}  // namespace

std::optional<std::vector<uint32_t>> CellsWithin(const v1::Dimension& finer,
                                                 const v1::Dimension& coarser,
                                                 const v1::Question& question,
                                                 const v1::Standard& standard) {
  if (finer.SerializeAsString() == coarser.SerializeAsString()) {
    std::vector<uint32_t> same(CellsOf(question, finer, standard));
    std::iota(same.begin(), same.end(), 0);
    return same;
  }
  const v1::Column& column = ColumnOf(finer, standard);
  const uint64_t bins = BinCount(column, coarser.unit());
  if (bins > kBinsMax || BinCount(column, finer.unit()) > kBinsMax) return std::nullopt;
  std::vector<uint32_t> cell_of_bin(bins, kNone);
  const std::vector<IntervalSet> above = BinsOfCells(coarser, question, standard);
  for (uint32_t cell = 0; cell < above.size(); ++cell) {
    for (const uint32_t bin : above[cell].Values()) cell_of_bin[bin] = cell;
  }
  std::vector<uint32_t> within;
  for (const IntervalSet& cell : BinsOfCells(finer, question, standard)) {
    uint32_t& holder = within.emplace_back(kNone);
    for (const uint32_t bin : cell.Values()) {
      const std::optional<int64_t> at = BinAbove(column, finer.unit(), coarser.unit(), bin);
      const uint32_t found = at.has_value() ? cell_of_bin[*at] : kNone;
      if (found == kNone || (holder != kNone && holder != found)) return std::nullopt;
      holder = found;
    }
  }
  return within;
}

bool IsAbove(const v1::Dimension& coarser, const v1::Dimension& finer, const v1::Question& question,
             const v1::Standard& standard) {
  if (!CellsWithin(finer, coarser, question, standard).has_value()) return false;
  const uint64_t above = CellsOf(question, coarser, standard);
  const uint64_t below = CellsOf(question, finer, standard);
  return above < below || (above == below && coarser.unit() > finer.unit());
}

bool HasLevels(const v1::Question& question) {
  for (int i = 1; i < question.dimensions_size(); ++i) {
    if (question.dimensions(i).column() == question.dimensions(i - 1).column()) return true;
  }
  return false;
}

}  // namespace commons::query
