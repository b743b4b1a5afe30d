// Runs a ScanSpec over chunks, wherever they come from.
#ifndef COMMONS_STORAGE_SCAN_SCAN_ENGINE_H_
#define COMMONS_STORAGE_SCAN_SCAN_ENGINE_H_

#include "absl/status/statusor.h"
#include "storage/columns/layout.h"
#include "storage/scan/scan.h"
#include "storage/scan/scan_columns.h"

namespace commons::storage {

// One thread, one pass (two with rows_per_person_and_cell), every chunk of every column concerned
// whatever its values; once for each choice of bins of kBits columns that are grouped by. Errors:
// those of ScanSpec::Validate and of the source; kOutOfRange when a sum does not fit 128 bits;
// kDataLoss when chunks do not fit the layout, each other or the extent.
absl::StatusOr<ScanResult> RunScan(const TableLayout& layout, const TableExtent& extent,
                                   const ChunkSource& source, const ScanSpec& spec);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SCAN_SCAN_ENGINE_H_
