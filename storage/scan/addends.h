// What each row adds to its cell for one measure: a number, 0 where NULL.
#ifndef COMMONS_STORAGE_SCAN_ADDENDS_H_
#define COMMONS_STORAGE_SCAN_ADDENDS_H_

#include <cstdint>
#include <vector>

#include "storage/scan/scan.h"
#include "storage/scan/scan_columns.h"

namespace commons::storage {

// For kCountValues, kSum, kSumSquares and kQuantizedSum. Not thread-safe.
class Addends {
 public:
  // at: the measure's column among `columns`, which must outlive it.
  Addends(const ScanMeasure& what, size_t at, ScanColumns* columns);

  // Whether the chunk at hand may hold values too large for Accumulator::Add.
  bool Wide() const;
  // One for each row of the block at hand; until the next call. Not if Wide().
  const int64_t* OfBlock();

 private:
  void MarkValues();
  template <Quantizer kQuantizer>
  void QuantizeAll();

  const ScanMeasure what_;
  const size_t at_;
  ScanColumns* const columns_;
  std::vector<int64_t> addends_;  // where the column itself won't do
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_ADDENDS_H_
