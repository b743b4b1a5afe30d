// From a CSV file to column chunks: reads, checks, encodes and counts, in one pass. Where the
// chunks go is the sink's affair (storage/table writes them encrypted).
#ifndef COMMONS_STORAGE_IMPORT_IMPORTER_H_
#define COMMONS_STORAGE_IMPORT_IMPORTER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/random.h"
#include "storage/table/chunk.h"
#include "storage/table/layout.h"

namespace commons::storage {

// Why a row was not accepted. The words are in RejectText().
enum class Reject : uint8_t {
  kNone,
  kTooFewFields,
  kTooManyFields,
  kNulByte,
  kInvalidUtf8,
  kFieldTooLong,
  kBadQuote,
  kMissing,        // NULL in a required column
  kMissingPerson,  // no value in the entity column
  kUnknownCode,
  kNotANumber,
  kTooManyDecimals,
  kOutOfRange,
  kNotADate,
};
absl::string_view RejectText(Reject reason);

struct ImportOptions {
  std::string csv_path;
  // Where rejected rows go: row, column and reason in front of the original columns (rejects.h), so
  // that the file can be mended and imported again (the three are then passed over). Written beside
  // and renamed at the end, mode 0600, only if there are any. Empty: rejected rows are only
  // counted.
  std::string rejects_path;
  bool replace = false;  // a file of rejected rows takes the place of what is held, as others do
  std::vector<std::string> identifiers;  // columns marked as such: nobody is warned of them
  uint32_t rows_per_person = 0;          // as protected questions count; 0: not given
  // Called as the import passes each stage (progress; tests stop there): "copied" after every chunk
  // of the edition held (see HeldEdition), "scan" after every chunk of rows, then "written",
  // "ingested", "committed".
  std::function<void(absl::string_view stage)> at_stage;
};

// Rows rejected for one reason in one column ("" for the whole row).
struct Rejection {
  Reject reason = Reject::kNone;
  std::string column;
  uint64_t rows = 0;
  uint64_t first_row = 0;
};

struct ImportReport {
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  uint64_t rows = 0;       // of the edition: those accepted, and those held that they were added to
  uint64_t mark = 0;       // random, in the header of the rejects file
  uint64_t persons = 0;    // 0 without an entity column
  uint64_t epoch = 0;      // set by TableStore
  uint64_t rows_over = 0;  // beyond rows_per_person: protected questions do not count them
  std::vector<Rejection> rejections;  // most rows first
  std::vector<std::string> warnings;  // names and counts, never values
};

// Receives chunks in ascending order of their id.
class ChunkSink {
 public:
  virtual ~ChunkSink() = default;
  virtual absl::Status Write(const ChunkId& id, absl::string_view plain) = 0;
};

// The edition that an import follows. A file of the rows that its import rejected is added to it:
// its chunks come first, unchanged. That needs the same layout and no entity column (the numbers of
// persons were forgotten). Other files of rejected rows, also one added already: kInvalidArgument.
struct HeldEdition {
  uint64_t epoch = 0;
  uint64_t rows = 0;  // 0: nothing is held
  uint32_t chunks = 0;
  uint64_t mark = 0;  // ImportReport::mark of its import
  bool same_layout = false;
  std::function<absl::Status(ChunkSink&)> copy;  // every chunk, in order
};

// rank_key: 16 secret bytes, the same for every import of a dataset: it chooses the order of a
// person's rows. The keys that tell persons apart are fresh from `random` and forgotten.
// kInvalidArgument: the CSV cannot be read as one, a header is repeated, a declared column is
// missing (by name), rejected rows that cannot be added; kFailedPrecondition: no row was accepted,
// and why (the rejects file is written all the same).
// Memory: one chunk, and with an entity column about 12 bytes a row and 48 a person.
absl::StatusOr<ImportReport> ImportCsv(const TableLayout& layout, const ImportOptions& options,
                                       const HeldEdition& held, absl::string_view rank_key,
                                       crypto::RandomSource& random, ChunkSink& sink);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_IMPORT_IMPORTER_H_
