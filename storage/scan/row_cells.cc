#include "storage/scan/row_cells.h"

#include <algorithm>

namespace commons::storage {
namespace {

// In groups of constant size, which compilers turn into vector instructions. Cells fit 31 bits.
void ClampCells(uint32_t none, uint32_t rows, uint32_t* cells) {
  constexpr uint32_t kGroup = 8;
  const int32_t most = static_cast<int32_t>(none);
  const auto clamp = [=](uint32_t cell) {
    return static_cast<uint32_t>(std::min(static_cast<int32_t>(cell), most));
  };
  uint32_t i = 0;
  for (; i + kGroup <= rows; i += kGroup) {
    for (uint32_t j = 0; j < kGroup; ++j) cells[i + j] = clamp(cells[i + j]);
  }
  for (; i < rows; ++i) cells[i] = clamp(cells[i]);
}

}  // namespace

RowCells::RowCells(const TableLayout& layout, const ScanSpec& spec, uint32_t cells,
                   ScanColumns* columns)
    : layout_(layout),
      cells_count_(cells),
      columns_(columns),
      cell_buffer_(kBlockRows),
      joint_buffer_(kBlockRows) {
  PlanGroups(spec.groups, cells, &maps_);
  PlanFilters(spec.filters);
  PlanJointFilters(spec.joint_filters);
}

void RowCells::PlanGroups(const std::vector<ScanGroup>& groups, size_t cells, Maps* maps) {
  auto stride = static_cast<uint32_t>(cells);
  for (const ScanGroup& group : groups) {
    stride /= static_cast<uint32_t>(BinCount(group, layout_));
    const size_t column = columns_->Use(static_cast<uint16_t>(group.column));
    if (!columns_->has_codes(column)) {
      maps->numbers.push_back({column, NumberMap::ForGroup(group, stride)});
    } else {
      maps->codes.emplace_back(column, CodeMap(layout_.columns[group.column]));
      maps->codes.back().second.AddGroup(group, layout_, stride);
    }
  }
}

void RowCells::PlanFilters(const std::vector<ScanFilter>& filters) {
  for (const ScanFilter& filter : filters) {
    const size_t column = columns_->Use(static_cast<uint16_t>(filter.column));
    if (layout_.columns[filter.column].kind == ColumnKind::kBits) {
      bits_maps_.emplace_back(column, BitsMap(filter));
      continue;
    }
    if (!columns_->has_codes(column)) {
      maps_.numbers.push_back({column, NumberMap::ForRanges(filter.ranges, filter.allow_null)});
      continue;
    }
    auto map = std::find_if(maps_.codes.begin(), maps_.codes.end(),
                            [&](const auto& entry) { return entry.first == column; });
    if (map == maps_.codes.end()) {
      map = maps_.codes.emplace(map, column, CodeMap(layout_.columns[filter.column]));
    }
    map->second.AddFilter(filter);
  }
}

void RowCells::PlanJointFilters(const std::vector<ScanJointFilter>& filters) {
  for (const ScanJointFilter& filter : filters) {
    JointFilter& joint = joint_filters_.emplace_back();
    PlanGroups(filter.groups, filter.kept.size(), &joint.maps);
    for (const bool kept : filter.kept) joint.adds.push_back(kept ? 0 : kOutside);
    joint.adds.push_back(kOutside);
  }
}

void RowCells::KeepRange(size_t column, int64_t low, int64_t high) {
  maps_.numbers.push_back({column, NumberMap::ForRanges({{low, high}}, false)});
}

void RowCells::StartChunk() {
  const auto make_tables = [&](Maps& maps) {
    for (NumberStep& step : maps.numbers) {
      step.map.MakeTable(columns_->view(step.column), &step.table);
    }
  };
  make_tables(maps_);
  for (JointFilter& joint : joint_filters_) make_tables(joint.maps);
}

// What the maps add for each row of the block at hand.
void RowCells::MapRows(const Maps& maps, uint32_t* cells) {
  const uint32_t first = columns_->first();
  const uint32_t rows = columns_->block_rows();
  for (const auto& [column, map] : maps.codes) {
    map.Apply(columns_->view(column), first, rows, cells);
  }
  for (const auto& [column, map, table] : maps.numbers) {
    const ChunkView& view = columns_->view(column);
    if (table.empty()) {
      map.Apply(absl::MakeConstSpan(columns_->Numbers(column), rows), view, first, cells);
    } else {
      map.ApplyTable(table, view, first, rows, cells);
    }
  }
}

absl::Span<uint32_t> RowCells::OfBlock() {
  const uint32_t rows = columns_->block_rows();
  const absl::Span<uint32_t> cells = absl::MakeSpan(cell_buffer_).first(rows);
  std::fill(cell_buffer_.begin(), cell_buffer_.end(), 0);
  MapRows(maps_, cells.data());
  for (const JointFilter& joint : joint_filters_) {
    std::fill(joint_buffer_.begin(), joint_buffer_.end(), 0);
    MapRows(joint.maps, joint_buffer_.data());
    ClampCells(static_cast<uint32_t>(joint.adds.size() - 1), rows, joint_buffer_.data());
    for (uint32_t i = 0; i < rows; ++i) cells[i] += joint.adds[joint_buffer_[i]];
  }
  for (const auto& [column, map] : bits_maps_) {
    map.Apply(absl::MakeConstSpan(columns_->Numbers(column), rows), columns_->view(column),
              columns_->first(), cells.data());
  }
  ClampCells(cells_count_, rows, cells.data());
  return cells;
}

}  // namespace commons::storage
