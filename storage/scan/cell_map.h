// From a row's value to what it adds to the row's cell number. A filter that fails adds kOutside,
// which is more than any sum of groupings, so filters, groupings and their order are all one
// addition.
#ifndef COMMONS_STORAGE_SCAN_CELL_MAP_H_
#define COMMONS_STORAGE_SCAN_CELL_MAP_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "storage/columns/chunk.h"
#include "storage/columns/layout.h"
#include "storage/scan/scan.h"

namespace commons::storage {

// Above every cell number; a thousand of them fit into 32 bits.
inline constexpr uint32_t kOutside = 1 << 20;

// For kCode columns: what each code adds. Several filters and a grouping of one column are one map.
class CodeMap {
 public:
  explicit CodeMap(const ColumnLayout& column);
  void AddGroup(const ScanGroup& group, const TableLayout& layout, uint32_t stride);
  void AddFilter(const ScanFilter& filter);

  // cells[i] += what the code of row first + i adds. The chunk's codes are as wide as the column's.
  // Bounds are ChunkView::ReadCodes's.
  void Apply(const ChunkView& chunk, uint32_t first, uint32_t count, uint32_t* cells) const;

 private:
  uint32_t code_count_;
  std::vector<uint32_t> adds_;  // 2^CodeWidth entries
};

// For kBits columns: kOutside where the filter does not pass.
class BitsMap {
 public:
  explicit BitsMap(const ScanFilter& filter);
  // As NumberMap's.
  void Apply(absl::Span<const int64_t> values, const ChunkView& chunk, uint32_t first,
             uint32_t* cells) const;

 private:
  uint32_t Look(int64_t bits) const;

  int64_t kept_ = 0;
  bool every_;
  uint32_t null_adds_;
};

// For kInteger and kDate columns: what each interval of values adds; kOutside elsewhere.
class NumberMap {
 public:
  static NumberMap ForGroup(const ScanGroup& group, uint32_t stride);
  static NumberMap ForRanges(std::vector<std::pair<int64_t, int64_t>> ranges, bool allow_null);

  // What each packed value of the chunk adds, for ChunkView::AddMapped, where that is worth a
  // table: columns of few bits, as days are. Empty elsewhere.
  void MakeTable(const ChunkView& chunk, std::vector<uint32_t>* table) const;
  // cells[i] += what row first + i adds, by that table; bounds are ChunkView::ReadIntegers's.
  void ApplyTable(absl::Span<const uint32_t> table, const ChunkView& chunk, uint32_t first,
                  uint32_t count, uint32_t* cells) const;
  // The same without a table: values[i] is the value of row first + i.
  void Apply(absl::Span<const int64_t> values, const ChunkView& chunk, uint32_t first,
             uint32_t* cells) const;

 private:
  NumberMap(std::vector<int64_t> edges, std::vector<uint32_t> adds, uint32_t null_adds);
  uint32_t Look(int64_t value) const;

  std::vector<int64_t> edges_;  // ascending; empty: nothing is inside
  std::vector<uint32_t> adds_;  // one fewer
  uint32_t null_adds_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_CELL_MAP_H_
