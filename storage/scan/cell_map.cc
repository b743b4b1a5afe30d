#include "storage/scan/cell_map.h"

#include <algorithm>

namespace commons::storage {
namespace {

constexpr int kTableWidthMax = 13;  // 32 KiB

// Of its i-th code or range, or NULL.
uint32_t BinAt(const ScanGroup& group, uint32_t i) {
  return group.bin_of.empty() ? i : group.bin_of[i];
}

}  // namespace

CodeMap::CodeMap(const ColumnLayout& column)
    : code_count_(column.code_count), adds_(size_t{1} << CodeWidth(column), 0) {}

void CodeMap::AddGroup(const ScanGroup& group, const TableLayout& layout, uint32_t stride) {
  const bool all = group.codes.empty() && !group.null_bin;
  const size_t listed = all ? BinCount(group, layout) : group.codes.size() + group.null_bin;
  std::vector<uint32_t> adds(adds_.size(), kOutside);
  for (uint32_t i = 0; i < listed; ++i) {
    const bool null = !all && i == group.codes.size();
    const uint32_t code = all ? i : null ? code_count_ : group.codes[i];
    if (null || code < code_count_ || all) adds[code] = BinAt(group, i) * stride;
  }
  for (size_t code = 0; code < adds_.size(); ++code) adds_[code] += adds[code];
}

void CodeMap::AddFilter(const ScanFilter& filter) {
  for (size_t code = 0; code < adds_.size(); ++code) {
    const bool passes = code < code_count_ ? filter.codes[code] : filter.allow_null;
    adds_[code] += passes ? 0 : kOutside;
  }
}

void CodeMap::Apply(const ChunkView& chunk, uint32_t first, uint32_t count, uint32_t* cells) const {
  chunk.AddMapped(first, count, adds_.data(), cells);
}

BitsMap::BitsMap(const ScanFilter& filter)
    : every_(filter.every), null_adds_(filter.allow_null ? 0 : kOutside) {
  for (size_t code = 0; code < filter.codes.size(); ++code) {
    if (filter.codes[code]) kept_ |= int64_t{1} << code;
  }
}

uint32_t BitsMap::Look(int64_t bits) const {
  return (every_ ? (bits & ~kept_) == 0 : (bits & kept_) != 0) ? 0 : kOutside;
}

void BitsMap::Apply(absl::Span<const int64_t> values, const ChunkView& chunk, uint32_t first,
                    uint32_t* cells) const {
  for (size_t i = 0; i < values.size(); ++i) cells[i] += Look(values[i]);
  chunk.EachNull(first, static_cast<uint32_t>(values.size()),
                 [&](uint32_t i) { cells[i] += null_adds_ - Look(values[i]); });
}

NumberMap::NumberMap(std::vector<int64_t> edges, std::vector<uint32_t> adds, uint32_t null_adds)
    : edges_(std::move(edges)), adds_(std::move(adds)), null_adds_(null_adds) {}

NumberMap NumberMap::ForGroup(const ScanGroup& group, uint32_t stride) {
  std::vector<int64_t> edges;
  std::vector<uint32_t> adds;
  uint32_t i = 0;
  for (const auto& [low, high] : group.ranges) {
    if (edges.empty() || edges.back() < low) {
      if (!edges.empty()) adds.push_back(kOutside);  // what lies between two bins
      edges.push_back(low);
    }
    edges.push_back(high);
    adds.push_back(BinAt(group, i++) * stride);
  }
  return NumberMap(std::move(edges), std::move(adds),
                   group.null_bin ? BinAt(group, i) * stride : kOutside);
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

uint32_t NumberMap::Look(int64_t value) const {
  const auto above = std::upper_bound(edges_.begin(), edges_.end(), value);
  if (above == edges_.begin() || above == edges_.end()) return kOutside;
  return adds_[above - edges_.begin() - 1];
}

void NumberMap::MakeTable(const ChunkView& chunk, std::vector<uint32_t>* table) const {
  table->clear();
  if (chunk.width() > kTableWidthMax) return;
  table->resize(size_t{1} << chunk.width());
  for (size_t x = 0; x < table->size(); ++x) {
    (*table)[x] = Look(static_cast<int64_t>(static_cast<uint64_t>(chunk.least()) + x));
  }
}

void NumberMap::ApplyTable(absl::Span<const uint32_t> table, const ChunkView& chunk, uint32_t first,
                           uint32_t count, uint32_t* cells) const {
  chunk.AddMapped(first, count, table.data(), cells);
  const uint32_t instead = null_adds_ - table[0];  // modulo 2^32
  chunk.EachNull(first, count, [&](uint32_t i) { cells[i] += instead; });
}

void NumberMap::Apply(absl::Span<const int64_t> values, const ChunkView& chunk, uint32_t first,
                      uint32_t* cells) const {
  const uint32_t count = static_cast<uint32_t>(values.size());
  if (edges_.size() == 2) {  // one range: no search
    const int64_t low = edges_.front();
    const uint64_t span = static_cast<uint64_t>(edges_.back()) - low;
    const uint32_t inside = adds_.front();
    for (uint32_t i = 0; i < count; ++i) {
      cells[i] += static_cast<uint64_t>(values[i]) - low < span ? inside : kOutside;
    }
  } else {
    for (uint32_t i = 0; i < count; ++i) cells[i] += Look(values[i]);
  }
  chunk.EachNull(first, count, [&](uint32_t i) { cells[i] += null_adds_ - Look(values[i]); });
}

}  // namespace commons::storage
