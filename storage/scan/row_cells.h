// Which cell each row belongs to: by what is grouped by, the filters, and the joint ones.
#ifndef COMMONS_STORAGE_SCAN_ROW_CELLS_H_
#define COMMONS_STORAGE_SCAN_ROW_CELLS_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/types/span.h"
#include "storage/columns/layout.h"
#include "storage/scan/cell_map.h"
#include "storage/scan/scan.h"
#include "storage/scan/scan_columns.h"

namespace commons::storage {

// Not thread-safe.
class RowCells {
 public:
  // Uses the columns it needs. cells: how many there are; a row that is in none of them gets this
  // number. layout and columns outlive it.
  RowCells(const TableLayout& layout, const ScanSpec& spec, uint32_t cells, ScanColumns* columns);
  // Keeps rows whose number is in [low, high) alone, of a column among those read.
  void KeepRange(size_t column, int64_t low, int64_t high);
  // After the columns have loaded one.
  void StartChunk();
  // Of each row of the columns' block at hand; good until the next call.
  absl::Span<uint32_t> OfBlock();

 private:
  struct NumberStep {
    size_t column;
    NumberMap map;
    std::vector<uint32_t> table = {};  // of the chunk at hand; empty: too wide
  };
  // What is added to a row's number, by column.
  struct Maps {
    std::vector<std::pair<size_t, CodeMap>> codes;
    std::vector<NumberStep> numbers;
  };
  struct JointFilter {
    Maps maps;
    std::vector<uint32_t> adds;  // of each combination, and of none, to the row's cell
  };

  void PlanGroups(const std::vector<ScanGroup>& groups, size_t cells, Maps* maps);
  void PlanFilters(const std::vector<ScanFilter>& filters);
  void PlanJointFilters(const std::vector<ScanJointFilter>& filters);
  void MapRows(const Maps& maps, uint32_t* cells);

  const TableLayout& layout_;
  const uint32_t cells_count_;
  ScanColumns* const columns_;
  Maps maps_;  // to cells, or outside
  std::vector<std::pair<size_t, BitsMap>> bits_maps_;
  std::vector<JointFilter> joint_filters_;
  std::vector<uint32_t> cell_buffer_;   // kBlockRows
  std::vector<uint32_t> joint_buffer_;  // the same for a joint filter's combinations
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_ROW_CELLS_H_
