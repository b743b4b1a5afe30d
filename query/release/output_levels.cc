#include "query/release/output_levels.h"

#include "query/question/levels.h"

namespace commons::query {

OutputLevels::OutputLevels(const OutputDimension& output, const v1::Question& question,
                           const v1::Standard& standard)
    : first_(output.dimension) {
  const auto dimensions = static_cast<uint32_t>(question.dimensions_size());
  for (uint32_t at = first_; at < dimensions && at <= output.last; ++at) {
    const v1::Dimension& dimension = question.dimensions(static_cast<int>(at));
    if (dimension.column() != output.level.column()) break;
    cells_.push_back(*CellsWithin(dimension, output.level, question, standard));
  }
}

std::optional<size_t> OutputLevels::CellOf(const google::protobuf::RepeatedField<uint32_t>& set,
                                           const std::vector<size_t>& bins) const {
  for (int i = 0; i < set.size(); ++i) {
    const uint32_t level = set[i] - first_;
    if (set[i] >= first_ && level < cells_.size()) return cells_[level][bins[i]];
  }
  return std::nullopt;
}

}  // namespace commons::query
