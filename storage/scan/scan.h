// One question to one table: filters, groupings and measures, answered in one pass as
// exact integers on a grid that does not depend on the data.
#ifndef COMMONS_STORAGE_SCAN_SCAN_H_
#define COMMONS_STORAGE_SCAN_SCAN_H_

#include <cstdint>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/ids.h"
#include "base/quantize.h"
#include "storage/columns/layout.h"

namespace commons::storage {

// A grouping: its bins are some codes of a kCode or kBits column, or some half-open [first, second)
// ranges of a kInteger or kDate column, both strictly ascending and the ranges disjoint, then NULL
// if `null_bin`. A kCode column of which nothing is said has a bin for each code, then one for NULL
// if it is not required. A row that falls in no bin counts in no cell; a code that the edition's
// column did not have yet is a bin without rows. A row of a kBits column falls in the bin of each
// of its codes.
struct ScanGroup {
  int column = 0;  // index in TableLayout::columns
  std::vector<uint32_t> codes = {};
  std::vector<std::pair<int64_t, int64_t>> ranges = {};
  bool null_bin = false;
  // Empty, or the bin of each code or range and of NULL, when several are one bin: from 0.
  std::vector<uint32_t> bin_of = {};
};

// All filters must hold. kCode: the codes that pass, with `allow_null` for NULL. kBits: those of
// which a row has one, or, with `every`, those besides which it has none. kInteger and
// kDate: the value lies in one of the half-open [first, second) ranges, any order.
struct ScanFilter {
  int column = 0;
  std::vector<bool> codes = {};  // exactly code_count long
  std::vector<std::pair<int64_t, int64_t>> ranges = {};
  bool allow_null = false;
  bool every = false;  // kBits
};

// The row's combination of bins, as of cells, is one that is kept.
struct ScanJointFilter {
  std::vector<ScanGroup> groups = {};
  std::vector<bool> kept = {};  // row-major, the last group varies fastest
};

struct ScanMeasure {
  enum Kind {
    kCountRows,
    kCountValues,   // rows whose column is not NULL
    kCountPersons,  // distinct persons in each cell
    kSum,           // exact, of kInteger columns, scaled
    kSumSquares,    // exact, scaled twice
    kQuantizedSum,  // sum of Quantize(quantizer, value, low, high, the row's coin)
  };
  Kind kind = kCountRows;
  int column = -1;  // for the kinds that have one
  Quantizer quantizer = Quantizer::kStep;
  int64_t low = 0;
  int64_t high = 0;
};

struct ScanSpec {
  std::vector<ScanGroup> groups = {};
  std::vector<ScanFilter> filters = {};
  std::vector<ScanMeasure> measures = {};
  // Only rows with rank below this among their person's rows (chosen by a keyed PRF at import) are
  // counted; 0: all rows.
  uint32_t rows_per_person = 0;
  // Of the rows of one person that are counted in a cell, only so many, those of the lowest ranks;
  // 0: all. At most rows_per_person, which must be given.
  uint32_t rows_per_person_and_cell = 0;
  // The same key, row and column give the same coin (storage/scan/row_coins.h): whatever a filter
  // leaves out, and in every engine. Only for kQuantizedSum.
  Hash32 coin_key = {};
  std::vector<ScanJointFilter> joint_filters = {};  // all must hold too

  // A question's dimensions, and one more that tells values apart in each of their cells.
  // The number of cells, or kInvalidArgument: an unknown or hidden column, a kind that does not
  // fit, more than limits::kCells cells or any other bound of base/limits.h.
  absl::StatusOr<size_t> Validate(const TableLayout& layout) const;
};

// Bins of one grouping, NULL included.
size_t BinCount(const ScanGroup& group, const TableLayout& layout);

// [measure][cell]; cells row-major in the order of `groups` (the last group varies fastest).
using ScanResult = std::vector<std::vector<absl::int128>>;

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_SCAN_H_
