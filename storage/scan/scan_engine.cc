#include "storage/scan/scan_engine.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "base/status.h"
#include "storage/scan/accumulator.h"
#include "storage/scan/addends.h"
#include "storage/scan/cell_bound.h"
#include "storage/scan/row_cells.h"
#include "storage/scan/scan_parts.h"

namespace commons::storage {
namespace {

class Scan {
 public:
  Scan(const TableLayout& layout, const TableExtent& extent, const ChunkSource& source,
       const ScanSpec& spec, size_t cells);
  absl::StatusOr<ScanResult> Run();

 private:
  // Every measure but distinct persons is a number that each row adds to its cell, so that one pass
  // over the rows adds several at once. Counting rows needs none: sums count them.
  struct Measure {
    ScanMeasure::Kind kind = ScanMeasure::kCountRows;
    size_t column = 0;  // among columns_
    size_t pass = 0;    // which of passes_ adds it, and as which of its sums
    size_t sum = 0;
    std::optional<DistinctPersons> distinct;
    std::optional<Addends> addends;
  };
  struct Pass {
    std::vector<Measure*> measures;
    std::optional<Accumulator> sums;
  };

  void PlanBounds();
  void PlanMeasures();
  void PlanSum(const ScanMeasure& what, Measure* measure);
  absl::Status LoadChunk(uint32_t chunk);
  // Every block of every chunk, in order; what is done at the end of each chunk.
  template <typename Block, typename ChunkEnd>
  absl::Status ForEachBlock(const Block& block, const ChunkEnd& chunk_end);
  absl::Status ChooseRows();
  absl::Status ScanBlock(uint32_t first, uint32_t rows);
  const int64_t* AddWide(Measure& measure, Accumulator* sums);
  absl::StatusOr<std::vector<absl::int128>> Finish(Measure& measure) const;

  const TableExtent& extent_;
  const ChunkSource& source_;
  const ScanSpec& spec_;
  const uint32_t cells_count_;
  const bool persons_;
  ScanColumns columns_;
  RowCells row_cells_;
  std::vector<Measure> measures_;
  std::vector<Pass> passes_;
  // Of rows_per_person_and_cell.
  struct Bounded {
    size_t person, rank;  // among columns_
    CellBound rows;
  };
  std::optional<Bounded> bounded_;
  absl::Span<uint32_t> cells_;        // of the block at hand
  const std::vector<int64_t> zeros_;  // kBlockRows
};

Scan::Scan(const TableLayout& layout, const TableExtent& extent, const ChunkSource& source,
           const ScanSpec& spec, size_t cells)
    : extent_(extent),
      source_(source),
      spec_(spec),
      cells_count_(static_cast<uint32_t>(cells)),
      persons_(layout.entity_header.has_value()),
      columns_(layout),
      row_cells_(layout, spec, cells_count_, &columns_),
      zeros_(kBlockRows, 0) {
  PlanBounds();
  PlanMeasures();
  // A scan that needs no column still learns the chunks' sizes, and that they are whole.
  if (columns_.none()) {
    uint16_t column = 0;
    while (column + 1u < layout.columns.size() &&
           layout.columns[column].kind == ColumnKind::kHidden) {
      ++column;
    }
    columns_.Use(persons_ ? ChunkId::kPersonColumn : column);
  }
}

void Scan::PlanBounds() {
  if (!persons_) return;
  if (spec_.rows_per_person > 0) {
    row_cells_.KeepRange(columns_.Use(ChunkId::kRankColumn), 0, spec_.rows_per_person);
  }
  if (spec_.rows_per_person_and_cell > 0) {
    bounded_.emplace(Bounded{columns_.Use(ChunkId::kPersonColumn),
                             columns_.Use(ChunkId::kRankColumn),
                             CellBound(spec_.rows_per_person_and_cell, extent_.rows)});
  }
}

void Scan::PlanMeasures() {
  measures_.resize(spec_.measures.size());
  passes_.emplace_back();
  for (size_t i = 0; i < measures_.size(); ++i) {
    Measure& measure = measures_[i];
    measure.kind = spec_.measures[i].kind;
    if (measure.kind == ScanMeasure::kCountPersons) {
      if (persons_ && spec_.rows_per_person != 1) {
        measure.column = columns_.Use(ChunkId::kPersonColumn);
        measure.distinct.emplace(extent_.persons, cells_count_);
        continue;
      }
      measure.kind = ScanMeasure::kCountRows;  // each row counted is another person
    }
    if (measure.kind != ScanMeasure::kCountRows) PlanSum(spec_.measures[i], &measure);
  }
  for (Pass& pass : passes_) pass.sums.emplace(cells_count_, pass.measures.size());
}

void Scan::PlanSum(const ScanMeasure& what, Measure* measure) {
  measure->column = columns_.Use(static_cast<uint16_t>(what.column));
  if (what.kind == ScanMeasure::kQuantizedSum) columns_.UseCoins(measure->column, spec_.coin_key);
  measure->addends.emplace(what, measure->column, &columns_);
  if (passes_.back().measures.size() == Accumulator::kSumsMax) passes_.emplace_back();
  measure->pass = passes_.size() - 1;
  measure->sum = passes_.back().measures.size();
  passes_.back().measures.push_back(measure);
}

absl::Status Scan::LoadChunk(uint32_t chunk) {
  RETURN_IF_ERROR(columns_.Load(chunk, source_));
  row_cells_.StartChunk();
  return absl::OkStatus();
}

// Adds the block's large numbers one by one; what is left for the pass to add is zeros.
const int64_t* Scan::AddWide(Measure& measure, Accumulator* sums) {
  const int64_t* const numbers = columns_.Numbers(measure.column);
  if (measure.kind == ScanMeasure::kSum) {
    sums->AddWide(measure.sum, cells_, numbers);
  } else {
    sums->AddWideSquares(measure.sum, cells_, numbers);
  }
  return zeros_.data();
}

absl::Status Scan::ScanBlock(uint32_t first, uint32_t rows) {
  columns_.StartBlock(first, rows);
  cells_ = row_cells_.OfBlock();
  if (bounded_) bounded_->rows.Apply(cells_count_, cells_);
  for (Pass& pass : passes_) {
    std::array<const int64_t*, Accumulator::kSumsMax> addends = {};
    for (Measure* measure : pass.measures) {
      addends[measure->sum] =
          measure->addends->Wide() ? AddWide(*measure, &*pass.sums) : measure->addends->OfBlock();
    }
    pass.sums->Add(cells_, absl::MakeConstSpan(addends).first(pass.measures.size()));
  }
  for (Measure& measure : measures_) {
    if (measure.distinct) {
      RETURN_IF_ERROR(measure.distinct->Add(cells_, columns_.Numbers(measure.column)));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<absl::int128>> Scan::Finish(Measure& measure) const {
  if (measure.distinct) return measure.distinct->Finish();
  const Accumulator& sums = *passes_[measure.pass].sums;
  if (measure.kind == ScanMeasure::kCountRows) return sums.Rows();
  return sums.Sums(measure.sum);
}

template <typename Block, typename ChunkEnd>
absl::Status Scan::ForEachBlock(const Block& block, const ChunkEnd& chunk_end) {
  for (uint32_t chunk = 0; chunk < extent_.chunks; ++chunk) {
    RETURN_IF_ERROR(LoadChunk(chunk));
    const uint32_t rows = columns_.chunk_rows();
    for (uint32_t first = 0; first < rows; first += kBlockRows) {
      RETURN_IF_ERROR(block(first, std::min(kBlockRows, rows - first)));
    }
    chunk_end();
  }
  if (columns_.rows() != extent_.rows) {
    return absl::DataLossError("scan: rows are missing from the table");
  }
  return absl::OkStatus();
}

// Which of a person's rows in a cell come first is known once all of them were seen.
absl::Status Scan::ChooseRows() {
  const auto add = [&](uint32_t first, uint32_t rows) {
    columns_.StartBlock(first, rows);
    cells_ = row_cells_.OfBlock();
    bounded_->rows.Add(cells_, columns_.Numbers(bounded_->person),
                       columns_.Numbers(bounded_->rank));
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(ForEachBlock(add, [] {}));
  bounded_->rows.Choose();
  return absl::OkStatus();
}

absl::StatusOr<ScanResult> Scan::Run() {
  if (bounded_) RETURN_IF_ERROR(ChooseRows());
  RETURN_IF_ERROR(
      ForEachBlock([&](uint32_t first, uint32_t rows) { return ScanBlock(first, rows); },
                   [&] {
                     for (Pass& pass : passes_) pass.sums->Flush();
                   }));
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
  const std::vector<ScanPart> parts = PartsOf(spec, layout);
  if (parts.empty()) return Scan(layout, extent, source, spec, cells).Run();
  ScanResult whole(spec.measures.size(), std::vector<absl::int128>(cells));
  for (const ScanPart& part : parts) {
    ASSIGN_OR_RETURN(const ScanResult values,
                     Scan(layout, extent, source, part.spec, part.cells.size()).Run());
    for (size_t measure = 0; measure < values.size(); ++measure) {
      for (size_t cell = 0; cell < part.cells.size(); ++cell) {
        whole[measure][part.cells[cell]] = values[measure][cell];
      }
    }
  }
  return whole;
}

}  // namespace commons::storage
