// From a CSV file to the next edition of a dataset: reads, checks, parses and counts, in one pass.
#ifndef COMMONS_STORAGE_IMPORT_IMPORTER_H_
#define COMMONS_STORAGE_IMPORT_IMPORTER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "records/reading/file_reading.h"
#include "records/said/import_report.h"
#include "storage/columns/layout.h"
#include "storage/table/table_store.h"

namespace commons::storage {

struct ImportOptions : records::ReadingOptions {
  std::string csv_path;
  // Where rejected rows go: row, column and reason in front of the original columns (rejects.h), so
  // that the file can be mended and imported again (the three are then passed over). Written beside
  // and renamed at the end, mode 0600, only if there are any. Empty: rejected rows are only
  // counted.
  std::string rejects_path;
  bool dry_run = false;  // everything but the commit: nothing is kept, nor written to rejects_path
  bool replace = false;  // a file of rejected rows takes the place of what is held, as others do
  uint64_t after = 0;    // EditionOptions's
  Hash32 definition;     // EditionOptions's
  std::function<bool()> given_up;  // asked now and then: nobody waits for this import any more
  std::function<void(absl::string_view stage)> at_stage;  // EditionOptions's
};

// All accepted rows become the next edition, durably, or (any error, or a crash) nothing changes.
// A header without rows becomes an edition of 0 rows.
// A file of the rows that the import of the edition held rejected is added to it: its chunks come
// first, unchanged. That needs the same layout and no entity column.
// kInvalidArgument: the CSV cannot be read as one, its bytes are not UTF-8 where it matters, a
// header is repeated, a declared column is missing (by name), rejected rows that cannot be added,
// also those added already, or a dialect that does not go with the file's columns;
// kFailedPrecondition (the rejects file is written all the same): more rows were rejected than
// `accepted_rejects`, or records::kRejectsUnstated, allows; or, unless stated, all rows of a
// declared code; or none was accepted; kCancelled: given up. `unknown`: the most frequent texts of
// each column that are no code of it, also after an error. Other errors are OpenFileSource's,
// TableStore::Begin's and EditionWriter's.
absl::StatusOr<records::ImportReport> ImportCsv(
    TableStore& store, absl::string_view dataset, const TableLayout& layout,
    const ImportOptions& options, std::vector<records::UnknownText>* unknown = nullptr);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_IMPORTER_H_
