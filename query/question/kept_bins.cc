#include "query/question/kept_bins.h"

#include <algorithm>

#include "query/question/bins.h"
#include "query/question/columns.h"
#include "query/question/filter.h"
#include "query/question/groups.h"

namespace commons::query {

IntervalSet KeptBins(const v1::Question& question, const v1::Dimension& dimension,
                     const v1::Standard& standard) {
  const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
  const auto& filters = question.filters();
  const auto filter = std::find_if(filters.begin(), filters.end(), [&](const v1::Filter& f) {
    return f.column() == dimension.column();
  });
  if (filter == filters.end()) {
    return IntervalSet({{0, static_cast<int64_t>(BinCount(column, dimension.unit()))}});
  }
  return BinsKept(ConditionOf(*filter, column), column, dimension.unit());
}

uint64_t CellsOf(const v1::Question& question, const v1::Dimension& dimension,
                 const v1::Standard& standard) {
  const IntervalSet kept = KeptBins(question, dimension, standard);
  if (!IsGrouped(dimension)) return kept.Count();
  const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
  return GroupsOf(dimension, column, kept).size();
}

bool LeavesBinsOut(const v1::Question& question, const v1::Standard& standard) {
  const auto& dimensions = question.dimensions();
  return std::any_of(dimensions.begin(), dimensions.end(), [&](const v1::Dimension& dimension) {
    const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
    return KeptBins(question, dimension, standard).Count() != BinCount(column, dimension.unit());
  });
}

std::vector<uint32_t> FirstBins(const v1::Question& question, const v1::Dimension& dimension,
                                const v1::Standard& standard) {
  const IntervalSet kept = KeptBins(question, dimension, standard);
  if (!IsGrouped(dimension)) return kept.Values();
  const v1::Column& column = standard.columns(static_cast<int>(dimension.column()));
  std::vector<uint32_t> firsts;
  for (const IntervalSet& group : GroupsOf(dimension, column, kept)) {
    firsts.push_back(static_cast<uint32_t>(group.intervals().front().low));
  }
  return firsts;
}

}  // namespace commons::query
