// A scan grouped by kBits columns as scans that are not: a row counts in the bin of each of its
// codes, so each choice of one bin of every such column is a scan of its own, filtered by these
// codes. How many there are, and how long they take, does not hang on what the rows hold.
#ifndef COMMONS_STORAGE_SCAN_SCAN_PARTS_H_
#define COMMONS_STORAGE_SCAN_SCAN_PARTS_H_

#include <cstddef>
#include <vector>

#include "storage/columns/layout.h"
#include "storage/scan/scan.h"

namespace commons::storage {

struct ScanPart {
  ScanSpec spec;              // groups by the other columns
  std::vector<size_t> cells;  // of the whole scan, for each cell of this one
};

// Of a valid spec; none if it groups by no kBits column.
std::vector<ScanPart> PartsOf(const ScanSpec& spec, const TableLayout& layout);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_SCAN_PARTS_H_
