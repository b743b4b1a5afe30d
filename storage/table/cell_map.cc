#include "storage/table/cell_map.h"

#include <algorithm>

namespace commons::storage {
namespace {

constexpr uint64_t kTableSpan = 1 << 16;

}  // namespace

CodeMap::CodeMap(const ColumnLayout& column)
    : code_count_(column.code_count), adds_(size_t{1} << CodeWidth(column), 0) {}

void CodeMap::AddGroup(const ScanGroup& group, const TableLayout& layout, uint32_t stride) {
  const size_t bins = BinCount(group, layout);
  for (size_t code = 0; code < adds_.size(); ++code) {
    adds_[code] += code < bins ? static_cast<uint32_t>(code) * stride : kOutside;
  }
}

void CodeMap::AddFilter(const ScanFilter& filter) {
  for (size_t code = 0; code < adds_.size(); ++code) {
    const bool passes = code < code_count_ ? filter.codes[code] : filter.allow_null;
    adds_[code] += passes ? 0 : kOutside;
  }
}

void CodeMap::Apply(absl::Span<const uint32_t> codes, uint32_t* __restrict cells) const {
  const uint32_t* __restrict const adds = adds_.data();
  const uint32_t* __restrict const code = codes.data();
  const size_t whole = codes.size() / 4 * 4;
  for (size_t i = 0; i < whole; i += 4) {
    cells[i] += adds[code[i]];
    cells[i + 1] += adds[code[i + 1]];
    cells[i + 2] += adds[code[i + 2]];
    cells[i + 3] += adds[code[i + 3]];
  }
  for (size_t i = whole; i < codes.size(); ++i) cells[i] += adds[code[i]];
}

NumberMap::NumberMap(std::vector<int64_t> edges, std::vector<uint32_t> adds, uint32_t null_adds)
    : edges_(std::move(edges)), adds_(std::move(adds)), null_adds_(null_adds) {
  if (edges_.size() < 3) return;
  const uint64_t span = static_cast<uint64_t>(edges_.back()) - edges_.front();
  if (span > kTableSpan) return;
  for (size_t i = 0; i < adds_.size(); ++i) {
    table_.resize(static_cast<uint64_t>(edges_[i + 1]) - edges_.front(), adds_[i]);
  }
  table_.push_back(kOutside);
}

NumberMap NumberMap::ForGroup(const ScanGroup& group, uint32_t stride) {
  const uint32_t bins = static_cast<uint32_t>(group.edges.size() - 1);
  std::vector<uint32_t> adds(bins);
  for (uint32_t i = 0; i < bins; ++i) adds[i] = i * stride;
  return NumberMap(group.edges, std::move(adds), group.null_bin ? bins * stride : kOutside);
}

NumberMap NumberMap::ForRanges(std::vector<std::pair<int64_t, int64_t>> ranges, bool allow_null) {
  std::sort(ranges.begin(), ranges.end());
  std::vector<int64_t> edges;
  std::vector<uint32_t> adds;
  for (const auto& [low, high] : ranges) {
    if (low == high) continue;
    if (!edges.empty() && low <= edges.back()) {
      edges.back() = std::max(edges.back(), high);
      continue;
    }
    if (!edges.empty()) adds.push_back(kOutside);
    edges.insert(edges.end(), {low, high});
    adds.push_back(0);
  }
  return NumberMap(std::move(edges), std::move(adds), allow_null ? 0 : kOutside);
}

uint32_t NumberMap::Search(int64_t value) const {
  const auto above = std::upper_bound(edges_.begin(), edges_.end(), value);
  if (above == edges_.begin() || above == edges_.end()) return kOutside;
  return adds_[above - edges_.begin() - 1];
}

template <typename Look>
void NumberMap::ApplyWith(Look look, absl::Span<const int64_t> values, const ChunkView& chunk,
                          uint32_t first, uint32_t* cells) const {
  if (!chunk.has_nulls()) {
    for (size_t i = 0; i < values.size(); ++i) cells[i] += look(values[i]);
    return;
  }
  for (size_t word_at = 0; word_at < values.size(); word_at += 64) {
    const uint64_t nulls = chunk.NullWord(first + static_cast<uint32_t>(word_at));
    const size_t end = std::min(values.size(), word_at + 64);
    for (size_t i = word_at; i < end; ++i) {
      cells[i] += (nulls >> (i - word_at) & 1) ? null_adds_ : look(values[i]);
    }
  }
}

void NumberMap::Apply(absl::Span<const int64_t> values, const ChunkView& chunk, uint32_t first,
                      uint32_t* cells) const {
  const uint64_t base = edges_.empty() ? 0 : edges_.front();
  if (!table_.empty()) {
    const uint32_t* const table = table_.data();
    const uint64_t last = table_.size() - 1;
    const auto look = [=](int64_t v) { return table[std::min(static_cast<uint64_t>(v) - base, last)]; };
    return ApplyWith(look, values, chunk, first, cells);
  }
  if (edges_.size() <= 2) {
    const uint64_t span = edges_.empty() ? 0 : static_cast<uint64_t>(edges_.back()) - base;
    const uint32_t inside = edges_.empty() ? kOutside : adds_.front();
    const auto look = [=](int64_t v) {
      return static_cast<uint64_t>(v) - base < span ? inside : kOutside;
    };
    return ApplyWith(look, values, chunk, first, cells);
  }
  ApplyWith([this](int64_t v) { return Search(v); }, values, chunk, first, cells);
}

}  // namespace commons::storage
