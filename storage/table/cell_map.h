// From a row's value to what it adds to the row's cell number. A filter that fails adds kOutside,
// which is more than any sum of groupings, so filters, groupings and their order are all one addition.
#ifndef COMMONS_STORAGE_TABLE_CELL_MAP_H_
#define COMMONS_STORAGE_TABLE_CELL_MAP_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "storage/table/chunk.h"
#include "storage/table/layout.h"
#include "storage/table/scan.h"

namespace commons::storage {

// Above every cell number; a thousand of them fit into 32 bits.
inline constexpr uint32_t kOutside = 1 << 20;

// For kCode columns: what each code adds. Several filters and a grouping of one column are one map.
class CodeMap {
 public:
  explicit CodeMap(const ColumnLayout& column);
  void AddGroup(const ScanGroup& group, const TableLayout& layout, uint32_t stride);
  void AddFilter(const ScanFilter& filter);

  // cells[i] += what codes[i] adds.
  void Apply(absl::Span<const uint32_t> codes, uint32_t* cells) const;

 private:
  uint32_t code_count_;
  std::vector<uint32_t> adds_;  // 2^CodeWidth entries
};

// For kInteger and kDate columns: what each interval of values adds; kOutside elsewhere.
class NumberMap {
 public:
  static NumberMap ForGroup(const ScanGroup& group, uint32_t stride);
  static NumberMap ForRanges(std::vector<std::pair<int64_t, int64_t>> ranges, bool allow_null);

  // cells[i] += what values[i] adds; `first` is the row of values[0] in `chunk`, for its NULLs.
  void Apply(absl::Span<const int64_t> values, const ChunkView& chunk, uint32_t first,
             uint32_t* cells) const;

 private:
  NumberMap(std::vector<int64_t> edges, std::vector<uint32_t> adds, uint32_t null_adds);
  template <typename Look>
  void ApplyWith(Look look, absl::Span<const int64_t> values, const ChunkView& chunk,
                 uint32_t first, uint32_t* cells) const;
  uint32_t Search(int64_t value) const;

  std::vector<int64_t> edges_;  // ascending; empty: nothing is inside
  std::vector<uint32_t> adds_;  // one fewer
  uint32_t null_adds_;
  std::vector<uint32_t> table_;  // by value - edges_[0], if the span is small; then kOutside
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_CELL_MAP_H_
