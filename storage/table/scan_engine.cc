#include "storage/table/scan_engine.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "storage/table/accumulator.h"
#include "storage/table/cell_map.h"

namespace commons::storage {
namespace {

constexpr uint32_t kBlockRows = 1024;
constexpr int64_t kNarrowSum = int64_t{1} << 46;
constexpr int64_t kNarrowRoot = 11'000'000;  // 64 Ki squares fit 63 bits

// A column of the scan: the chunk at hand and the block at hand, decoded once.
struct Slot {
  ChunkId id;              // with the chunk at hand
  int code_width = -1;     // kCode
  std::shared_ptr<const std::string> bytes;
  ChunkView view;
  std::vector<uint32_t> codes;
  std::vector<int64_t> numbers;
  bool decoded = false;
};

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

class Scan {
 public:
  Scan(const TableLayout& layout, const TableExtent& extent, const ChunkSource& source,
       const ScanSpec& spec, size_t cells);
  absl::StatusOr<ScanResult> Run();

 private:
  struct Measure {
    ScanMeasure what;
    size_t slot = 0;
    Accumulator sums;
    std::optional<DistinctPersons> distinct;
    std::unique_ptr<crypto::ChaChaStream> coins;
  };

  size_t SlotOf(uint16_t column);
  void PlanGroups();
  void PlanFilters();
  void PlanMeasures();
  absl::Status LoadChunk(uint32_t chunk);
  absl::Status ScanBlock(uint32_t first, uint32_t rows);
  absl::Status AddMeasure(Measure& measure, uint32_t first);
  const int64_t* Numbers(Slot& slot, uint32_t first);
  const uint32_t* Codes(Slot& slot, uint32_t first);
  absl::Span<const uint32_t> CellsWithValue(Slot& slot, uint32_t first);
  void AddSums(Measure& measure, absl::Span<const uint32_t> cells, uint32_t first);
  void AddQuantized(Measure& measure, absl::Span<const uint32_t> cells, uint32_t first);

  const TableLayout& layout_;
  const TableExtent& extent_;
  const ChunkSource& source_;
  const ScanSpec& spec_;
  const uint32_t cells_count_;
  const bool persons_;
  std::vector<Slot> slots_;
  std::vector<std::pair<size_t, CodeMap>> code_maps_;  // by slot
  std::vector<std::pair<size_t, NumberMap>> number_maps_;
  std::vector<Measure> measures_;
  uint32_t chunk_rows_ = 0;
  std::vector<uint32_t> cells_;
  std::vector<uint32_t> cells_with_value_;
  std::vector<uint64_t> coins_;
  std::vector<int64_t> quantized_;
};

Scan::Scan(const TableLayout& layout, const TableExtent& extent, const ChunkSource& source,
           const ScanSpec& spec, size_t cells)
    : layout_(layout),
      extent_(extent),
      source_(source),
      spec_(spec),
      cells_count_(static_cast<uint32_t>(cells)),
      persons_(layout.entity_header.has_value()) {
  PlanGroups();
  PlanFilters();
  PlanMeasures();
  // A scan that needs no column still learns the chunks' sizes, and that they are whole.
  if (slots_.empty()) {
    uint16_t column = 0;
    while (column + 1u < layout.columns.size() &&
           layout.columns[column].kind == ColumnKind::kHidden) {
      ++column;
    }
    SlotOf(persons_ ? ChunkId::kPersonColumn : column);
  }
}

size_t Scan::SlotOf(uint16_t column) {
  for (size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].id.column == column) return i;
  }
  Slot& slot = slots_.emplace_back();
  slot.id.column = column;
  const bool codes =
      column < layout_.columns.size() && layout_.columns[column].kind == ColumnKind::kCode;
  if (codes) {
    slot.code_width = CodeWidth(layout_.columns[column]);
    slot.codes.resize(kBlockRows);
  } else {
    slot.numbers.resize(kBlockRows);
  }
  return slots_.size() - 1;
}

void Scan::PlanGroups() {
  uint32_t stride = cells_count_;
  for (const ScanGroup& group : spec_.groups) {
    stride /= static_cast<uint32_t>(BinCount(group, layout_));
    const size_t slot = SlotOf(static_cast<uint16_t>(group.column));
    if (slots_[slot].code_width < 0) {
      number_maps_.emplace_back(slot, NumberMap::ForGroup(group, stride));
    } else {
      code_maps_.emplace_back(slot, CodeMap(layout_.columns[group.column]));
      code_maps_.back().second.AddGroup(group, layout_, stride);
    }
  }
}

void Scan::PlanFilters() {
  for (const ScanFilter& filter : spec_.filters) {
    const size_t slot = SlotOf(static_cast<uint16_t>(filter.column));
    if (slots_[slot].code_width < 0) {
      number_maps_.emplace_back(slot, NumberMap::ForRanges(filter.ranges, filter.allow_null));
      continue;
    }
    auto map = std::find_if(code_maps_.begin(), code_maps_.end(),
                            [&](const auto& entry) { return entry.first == slot; });
    if (map == code_maps_.end()) {
      map = code_maps_.emplace(map, slot, CodeMap(layout_.columns[filter.column]));
    }
    map->second.AddFilter(filter);
  }
  if (persons_ && spec_.rows_per_person > 0) {
    number_maps_.emplace_back(SlotOf(ChunkId::kRankColumn),
                              NumberMap::ForRanges({{0, spec_.rows_per_person}}, false));
  }
}

void Scan::PlanMeasures() {
  for (const ScanMeasure& measure : spec_.measures) {
    Measure& planned = measures_.emplace_back(Measure{measure, 0, Accumulator(cells_count_), {}, {}});
    if (measure.kind == ScanMeasure::kCountRows) continue;
    if (measure.kind != ScanMeasure::kCountPersons) {
      planned.slot = SlotOf(static_cast<uint16_t>(measure.column));
    } else if (!persons_ || spec_.rows_per_person == 1) {
      planned.what.kind = ScanMeasure::kCountRows;  // each row counted is another person
    } else {
      planned.slot = SlotOf(ChunkId::kPersonColumn);
      planned.distinct.emplace(extent_.persons, cells_count_);
    }
  }
}

absl::Status Scan::LoadChunk(uint32_t chunk) {
  for (Slot& slot : slots_) {
    const bool rank = slot.id.column == ChunkId::kRankColumn;
    slot.id.chunk = rank ? ChunkId::kRankSection | chunk : chunk;
    ASSIGN_OR_RETURN(slot.bytes, source_(slot.id));
    ASSIGN_OR_RETURN(slot.view, ChunkView::Parse(*slot.bytes));
    if (slot.view.rows() != slots_.front().view.rows() ||
        slot.view.holds_codes() != (slot.code_width >= 0) ||
        (slot.code_width >= 0 && slot.view.width() != slot.code_width)) {
      return absl::DataLossError(
          absl::StrCat("chunk ", chunk, " of column ", slot.id.column, " does not fit its table"));
    }
  }
  chunk_rows_ = slots_.front().view.rows();
  for (Measure& measure : measures_) {
    if (measure.what.kind != ScanMeasure::kQuantizedSum) continue;
    crypto::FieldHasher seed("commons/coin/1", spec_.coin_key.view());
    seed.AddU64(chunk).AddU64(static_cast<uint64_t>(measure.what.column));
    measure.coins = std::make_unique<crypto::ChaChaStream>(seed.Finish());
  }
  return absl::OkStatus();
}

const int64_t* Scan::Numbers(Slot& slot, uint32_t first) {
  if (!slot.decoded) {
    slot.view.ReadIntegers(first, static_cast<uint32_t>(cells_.size()), slot.numbers.data());
  }
  slot.decoded = true;
  return slot.numbers.data();
}

const uint32_t* Scan::Codes(Slot& slot, uint32_t first) {
  if (!slot.decoded) {
    slot.view.ReadCodes(first, static_cast<uint32_t>(cells_.size()), slot.codes.data());
  }
  slot.decoded = true;
  return slot.codes.data();
}

// The block's cells, but those of rows where the column is NULL go to none.
absl::Span<const uint32_t> Scan::CellsWithValue(Slot& slot, uint32_t first) {
  const bool codes = slot.code_width >= 0;
  if (!codes && !slot.view.has_nulls()) return cells_;
  cells_with_value_ = cells_;
  if (codes) {
    const uint32_t null = layout_.columns[slot.id.column].code_count;
    const uint32_t* const code = Codes(slot, first);
    for (size_t i = 0; i < cells_.size(); ++i) {
      if (code[i] >= null) cells_with_value_[i] = cells_count_;
    }
    return cells_with_value_;
  }
  for (uint32_t at = 0; at < cells_.size(); at += 64) {
    for (uint64_t left = slot.view.NullWord(first + at); left != 0; left &= left - 1) {
      const uint32_t row = at + __builtin_ctzll(left);
      if (row < cells_.size()) cells_with_value_[row] = cells_count_;
    }
  }
  return cells_with_value_;
}

void Scan::AddSums(Measure& measure, absl::Span<const uint32_t> cells, uint32_t first) {
  Slot& slot = slots_[measure.slot];
  const int64_t* const values = Numbers(slot, first);
  const auto within = [&](int64_t bound) {
    return slot.view.least() > -bound && slot.view.most() < bound &&
           slot.view.least() <= slot.view.most();
  };
  if (measure.what.kind == ScanMeasure::kSum) {
    within(kNarrowSum) ? measure.sums.Add(cells, values) : measure.sums.AddWide(cells, values);
  } else {
    within(kNarrowRoot) ? measure.sums.AddSquares(cells, values)
                        : measure.sums.AddWideSquares(cells, values);
  }
}

// Every row of the table takes its coin, counted or not, so that a filter moves nobody else's.
void Scan::AddQuantized(Measure& measure, absl::Span<const uint32_t> cells, uint32_t first) {
  const int64_t* const values = Numbers(slots_[measure.slot], first);
  coins_.resize(cells.size());
  quantized_.resize(cells.size());
  measure.coins->Fill(coins_.data(), coins_.size() * sizeof(uint64_t));
  for (size_t i = 0; i < cells.size(); ++i) {
    quantized_[i] =
        measure.what.quantizer(values[i], measure.what.low, measure.what.high, coins_[i]);
  }
  measure.sums.Add(cells, quantized_.data());
}

absl::Status Scan::AddMeasure(Measure& measure, uint32_t first) {
  if (measure.what.kind == ScanMeasure::kCountRows) {
    measure.sums.Count(cells_);
    return absl::OkStatus();
  }
  Slot& slot = slots_[measure.slot];
  if (measure.distinct) return measure.distinct->Add(cells_, Numbers(slot, first));
  const absl::Span<const uint32_t> cells = CellsWithValue(slot, first);
  if (measure.what.kind == ScanMeasure::kCountValues) {
    measure.sums.Count(cells);
  } else if (measure.what.kind == ScanMeasure::kQuantizedSum) {
    AddQuantized(measure, cells, first);
  } else {
    AddSums(measure, cells, first);
  }
  return absl::OkStatus();
}

absl::Status Scan::ScanBlock(uint32_t first, uint32_t rows) {
  cells_.assign(rows, 0);
  for (Slot& slot : slots_) slot.decoded = false;
  for (const auto& [slot, map] : code_maps_) {
    map.Apply(absl::MakeConstSpan(Codes(slots_[slot], first), rows), cells_.data());
  }
  for (const auto& [slot, map] : number_maps_) {
    map.Apply(absl::MakeConstSpan(Numbers(slots_[slot], first), rows), slots_[slot].view, first,
              cells_.data());
  }
  ClampCells(cells_count_, rows, cells_.data());
  for (Measure& measure : measures_) RETURN_IF_ERROR(AddMeasure(measure, first));
  return absl::OkStatus();
}

absl::StatusOr<ScanResult> Scan::Run() {
  uint64_t rows = 0;
  for (uint32_t chunk = 0; chunk < extent_.chunks; ++chunk) {
    RETURN_IF_ERROR(LoadChunk(chunk));
    for (uint32_t first = 0; first < chunk_rows_; first += kBlockRows) {
      RETURN_IF_ERROR(ScanBlock(first, std::min(kBlockRows, chunk_rows_ - first)));
    }
    for (Measure& measure : measures_) measure.sums.Flush();
    rows += chunk_rows_;
  }
  if (rows != extent_.rows) return absl::DataLossError("scan: rows are missing from the table");
  ScanResult result;
  for (Measure& measure : measures_) {
    if (measure.distinct) {
      result.push_back(measure.distinct->Finish());
    } else {
      ASSIGN_OR_RETURN(auto sums, measure.sums.Finish());
      result.push_back(std::move(sums));
    }
  }
  return result;
}

}  // namespace

absl::StatusOr<ScanResult> RunScan(const TableLayout& layout, const TableExtent& extent,
                                   const ChunkSource& source, const ScanSpec& spec) {
  ASSIGN_OR_RETURN(const size_t cells, spec.Validate(layout));
  return Scan(layout, extent, source, spec, cells).Run();
}

}  // namespace commons::storage
