#include "storage/scan/scan_engine.h"

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "storage/scan/accumulator.h"
#include "storage/scan/cell_map.h"

namespace commons::storage {
namespace {

constexpr uint32_t kBlockRows = 512;
constexpr int64_t kNarrowSum = int64_t{1} << 46;
constexpr int64_t kNarrowRoot = 11'000'000;  // 64 Ki squares fit 63 bits

// A column of the scan: the chunk at hand and, of a column of numbers, the block at hand.
struct Slot {
  ChunkId id;           // with the chunk at hand
  int code_width = -1;  // kCode
  std::shared_ptr<const std::string> bytes;
  ChunkView view;
  std::vector<int64_t> numbers;  // 0 where NULL
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
  // Every measure but distinct persons is a number that each row adds to its cell, 0 where NULL, so
  // that one pass over the rows adds several at once. Counting rows needs none: sums count them.
  struct Measure {
    ScanMeasure what;
    size_t slot = 0;
    size_t pass = 0;  // which of passes_ adds it, and as which of its sums
    size_t sum = 0;
    std::optional<DistinctPersons> distinct;
    std::unique_ptr<crypto::ChaChaStream> coins;
    std::vector<int64_t> addends;  // of the block at hand, where the column itself won't do
  };
  struct NumberStep {
    size_t slot;
    NumberMap map;
    std::vector<uint32_t> table = {};  // of the chunk at hand; empty: too wide
  };
  struct Pass {
    std::vector<Measure*> measures;
    std::optional<Accumulator> sums;
  };

  size_t SlotOf(uint16_t column);
  void PlanGroups();
  void PlanFilters();
  void PlanMeasures();
  absl::Status LoadChunk(uint32_t chunk);
  absl::Status ScanBlock(uint32_t first, uint32_t rows);
  const int64_t* Numbers(Slot& slot, uint32_t first);
  bool Wide(const Measure& measure) const;
  const int64_t* AddWide(Measure& measure, uint32_t first, Accumulator* sums);
  const int64_t* Addends(Measure& measure, uint32_t first);
  void MarkValues(const Slot& slot, uint32_t first, std::vector<int64_t>* addends) const;
  void Quantize(Measure& measure, uint32_t first);
  absl::StatusOr<std::vector<absl::int128>> Finish(Measure& measure) const;

  const TableLayout& layout_;
  const TableExtent& extent_;
  const ChunkSource& source_;
  const ScanSpec& spec_;
  const uint32_t cells_count_;
  const bool persons_;
  std::vector<Slot> slots_;
  std::vector<std::pair<size_t, CodeMap>> code_maps_;  // by slot
  std::vector<NumberStep> number_maps_;
  std::vector<Measure> measures_;
  std::vector<Pass> passes_;
  uint32_t chunk_rows_ = 0;
  std::vector<uint32_t> cell_buffer_;  // kBlockRows
  absl::Span<uint32_t> cells_;         // of the block at hand
  std::vector<uint64_t> coins_;
  const std::vector<int64_t> zeros_;  // kBlockRows
};

Scan::Scan(const TableLayout& layout, const TableExtent& extent, const ChunkSource& source,
           const ScanSpec& spec, size_t cells)
    : layout_(layout),
      extent_(extent),
      source_(source),
      spec_(spec),
      cells_count_(static_cast<uint32_t>(cells)),
      persons_(layout.entity_header.has_value()),
      cell_buffer_(kBlockRows),
      coins_(kBlockRows),
      zeros_(kBlockRows, 0) {
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
      number_maps_.push_back({slot, NumberMap::ForGroup(group, stride)});
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
      number_maps_.push_back({slot, NumberMap::ForRanges(filter.ranges, filter.allow_null)});
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
    number_maps_.push_back(
        {SlotOf(ChunkId::kRankColumn), NumberMap::ForRanges({{0, spec_.rows_per_person}}, false)});
  }
}

void Scan::PlanMeasures() {
  measures_.resize(spec_.measures.size());
  passes_.emplace_back();
  for (size_t i = 0; i < measures_.size(); ++i) {
    Measure& measure = measures_[i];
    measure.what = spec_.measures[i];
    if (measure.what.kind == ScanMeasure::kCountPersons) {
      if (persons_ && spec_.rows_per_person != 1) {
        measure.slot = SlotOf(ChunkId::kPersonColumn);
        measure.distinct.emplace(extent_.persons, cells_count_);
        continue;
      }
      measure.what.kind = ScanMeasure::kCountRows;  // each row counted is another person
    }
    if (measure.what.kind == ScanMeasure::kCountRows) continue;
    measure.slot = SlotOf(static_cast<uint16_t>(measure.what.column));
    if (measure.what.kind != ScanMeasure::kSum) measure.addends.resize(kBlockRows);
    if (passes_.back().measures.size() == Accumulator::kSumsMax) passes_.emplace_back();
    measure.pass = passes_.size() - 1;
    measure.sum = passes_.back().measures.size();
    passes_.back().measures.push_back(&measure);
  }
  for (Pass& pass : passes_) pass.sums.emplace(cells_count_, pass.measures.size());
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
  for (auto& [slot, map, table] : number_maps_) map.MakeTable(slots_[slot].view, &table);
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
    const uint32_t rows = static_cast<uint32_t>(cells_.size());
    slot.view.ReadIntegers(first, rows, slot.numbers.data());
    if (slot.view.least() != 0) {  // NULL is packed as the least value
      slot.view.EachNull(first, rows, [&](uint32_t i) { slot.numbers[i] = 0; });
    }
    slot.decoded = true;
  }
  return slot.numbers.data();
}

// Whether the chunk at hand may hold values too large for Accumulator::Add.
bool Scan::Wide(const Measure& measure) const {
  const bool squares = measure.what.kind == ScanMeasure::kSumSquares;
  if (!squares && measure.what.kind != ScanMeasure::kSum) return false;
  const int64_t bound = squares ? kNarrowRoot : kNarrowSum;
  const ChunkView& view = slots_[measure.slot].view;
  return view.least() <= -bound || view.most() >= bound || view.least() > view.most();
}

void Scan::MarkValues(const Slot& slot, uint32_t first, std::vector<int64_t>* addends) const {
  const uint32_t rows = static_cast<uint32_t>(cells_.size());
  if (slot.code_width < 0) {
    std::fill_n(addends->begin(), rows, 1);
    slot.view.EachNull(first, rows, [&](uint32_t i) { (*addends)[i] = 0; });
    return;
  }
  const uint32_t null = layout_.columns[slot.id.column].code_count;
  std::array<uint32_t, kBlockRows> codes;
  slot.view.ReadCodes(first, rows, codes.data());
  for (uint32_t i = 0; i < rows; ++i) (*addends)[i] = codes[i] < null;
}

// Every row of the table takes its coin, counted or not, so that a filter moves nobody else's.
void Scan::Quantize(Measure& measure, uint32_t first) {
  Slot& slot = slots_[measure.slot];
  const int64_t* const values = Numbers(slot, first);
  const uint32_t rows = static_cast<uint32_t>(cells_.size());
  measure.coins->Fill(coins_.data(), rows * sizeof(uint64_t));
  for (uint32_t i = 0; i < rows; ++i) {
    measure.addends[i] =
        measure.what.quantizer(values[i], measure.what.low, measure.what.high, coins_[i]);
  }
  slot.view.EachNull(first, rows, [&](uint32_t i) { measure.addends[i] = 0; });
}

// What each row of the block adds.
const int64_t* Scan::Addends(Measure& measure, uint32_t first) {
  Slot& slot = slots_[measure.slot];
  switch (measure.what.kind) {
    case ScanMeasure::kCountRows:
    case ScanMeasure::kCountPersons:
      break;
    case ScanMeasure::kCountValues:
      MarkValues(slot, first, &measure.addends);
      break;
    case ScanMeasure::kQuantizedSum:
      Quantize(measure, first);
      break;
    case ScanMeasure::kSum:
      return Numbers(slot, first);
    case ScanMeasure::kSumSquares: {
      const int64_t* const roots = Numbers(slot, first);
      for (size_t i = 0; i < cells_.size(); ++i) measure.addends[i] = roots[i] * roots[i];
      break;
    }
  }
  return measure.addends.data();
}

// Adds the block's large numbers one by one; what is left for the pass to add is zeros.
const int64_t* Scan::AddWide(Measure& measure, uint32_t first, Accumulator* sums) {
  const int64_t* const numbers = Numbers(slots_[measure.slot], first);
  if (measure.what.kind == ScanMeasure::kSum) {
    sums->AddWide(measure.sum, cells_, numbers);
  } else {
    sums->AddWideSquares(measure.sum, cells_, numbers);
  }
  return zeros_.data();
}

absl::Status Scan::ScanBlock(uint32_t first, uint32_t rows) {
  cells_ = absl::MakeSpan(cell_buffer_).first(rows);
  std::fill(cell_buffer_.begin(), cell_buffer_.end(), 0);
  for (Slot& slot : slots_) slot.decoded = false;
  for (const auto& [slot, map] : code_maps_) {
    map.Apply(slots_[slot].view, first, rows, cells_.data());
  }
  for (const auto& [slot, map, table] : number_maps_) {
    const ChunkView& view = slots_[slot].view;
    if (table.empty()) {
      const int64_t* const values = Numbers(slots_[slot], first);
      map.Apply(absl::MakeConstSpan(values, rows), view, first, cells_.data());
    } else {
      map.ApplyTable(table, view, first, rows, cells_.data());
    }
  }
  ClampCells(cells_count_, rows, cells_.data());
  for (Pass& pass : passes_) {
    std::array<const int64_t*, Accumulator::kSumsMax> addends = {};
    for (Measure* measure : pass.measures) {
      addends[measure->sum] =
          Wide(*measure) ? AddWide(*measure, first, &*pass.sums) : Addends(*measure, first);
    }
    pass.sums->Add(cells_, absl::MakeConstSpan(addends).first(pass.measures.size()));
  }
  for (Measure& measure : measures_) {
    if (measure.distinct) {
      RETURN_IF_ERROR(measure.distinct->Add(cells_, Numbers(slots_[measure.slot], first)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<absl::int128>> Scan::Finish(Measure& measure) const {
  if (measure.distinct) return measure.distinct->Finish();
  const Accumulator& sums = *passes_[measure.pass].sums;
  if (measure.what.kind == ScanMeasure::kCountRows) return sums.Rows();
  return sums.Sums(measure.sum);
}

absl::StatusOr<ScanResult> Scan::Run() {
  uint64_t rows = 0;
  for (uint32_t chunk = 0; chunk < extent_.chunks; ++chunk) {
    RETURN_IF_ERROR(LoadChunk(chunk));
    for (uint32_t first = 0; first < chunk_rows_; first += kBlockRows) {
      RETURN_IF_ERROR(ScanBlock(first, std::min(kBlockRows, chunk_rows_ - first)));
    }
    for (Pass& pass : passes_) pass.sums->Flush();
    rows += chunk_rows_;
  }
  if (rows != extent_.rows) return absl::DataLossError("scan: rows are missing from the table");
  ScanResult result;
  for (Measure& measure : measures_) {
    ASSIGN_OR_RETURN(result.emplace_back(), Finish(measure));
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
