// Which rows of one person count in a cell when no more than so many may
// (docs/formats/release.md, 1).
#ifndef COMMONS_STORAGE_SCAN_CELL_BOUND_H_
#define COMMONS_STORAGE_SCAN_CELL_BOUND_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"

namespace commons::storage {

// Two passes over the same rows in the same order: Add all, then Apply to all. Of a person's rows
// in one cell the first `bound` by rank stay (chosen by a keyed PRF at import, so that they are the
// same ones every time). Rows that belong to no cell cost what the others cost, so that how long it
// takes does not tell how many match. Memory: 16 bytes a row, then a bit. Not thread-safe.
class CellBound {
 public:
  CellBound(uint32_t bound, size_t rows) : bound_(bound) { rows_.reserve(rows); }

  // The next rows: cells below 2^24, persons below 2^32, ranks below 2^8.
  void Add(absl::Span<const uint32_t> cells, const int64_t* persons, const int64_t* ranks);
  // Between the passes.
  void Choose();
  // The next rows: those that do not count go to the cell `none`.
  void Apply(uint32_t none, absl::Span<uint32_t> cells);

 private:
  struct Row {
    uint64_t place;  // person, cell, rank
    uint64_t number;
  };
  const uint32_t bound_;
  std::vector<Row> rows_;
  std::vector<bool> beyond_;
  size_t next_ = 0;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_CELL_BOUND_H_
