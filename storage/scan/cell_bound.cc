#include "storage/scan/cell_bound.h"

#include <algorithm>

namespace commons::storage {
namespace {

constexpr int kRankBits = 8;
constexpr int kCellBits = 24;

}  // namespace

void CellBound::Add(absl::Span<const uint32_t> cells, const int64_t* persons,
                    const int64_t* ranks) {
  for (size_t i = 0; i < cells.size(); ++i) {
    const uint64_t person = static_cast<uint64_t>(persons[i]);
    rows_.push_back(
        {((person << kCellBits | cells[i]) << kRankBits) | static_cast<uint64_t>(ranks[i]),
         rows_.size()});
  }
}

void CellBound::Choose() {
  beyond_.assign(rows_.size(), false);
  std::sort(rows_.begin(), rows_.end(),
            [](const Row& a, const Row& b) { return a.place < b.place; });
  const auto same_cell = [&](size_t a, size_t b) {
    return rows_[a].place >> kRankBits == rows_[b].place >> kRankBits;
  };
  for (size_t i = bound_; i < rows_.size(); ++i) {
    beyond_[rows_[i].number] = same_cell(i, i - bound_);
  }
  std::vector<Row>().swap(rows_);
}

void CellBound::Apply(uint32_t none, absl::Span<uint32_t> cells) {
  for (uint32_t& cell : cells) cell = beyond_[next_++] ? none : cell;
}

}  // namespace commons::storage
