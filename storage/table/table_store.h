// Tables as encrypted column chunks in the `columns` family (docs/formats/columns.md). A writer
// adds edition N+1 whole or not at all; readers pin the edition that they read. The edition that
// was replaced is kept for Revert(); those before it go when the last reader has gone.
#ifndef COMMONS_STORAGE_TABLE_TABLE_STORE_H_
#define COMMONS_STORAGE_TABLE_TABLE_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "storage/columns/layout.h"
#include "storage/db.h"
#include "storage/scan/scan.h"
#include "storage/table/edition_writer.h"

namespace commons::storage {

struct TableInfo {
  std::string dataset;
  uint64_t edition = 0;
  uint64_t rows = 0;
  uint64_t persons = 0;            // 0 without an entity column
  uint64_t bytes = 0;              // of sealed chunks
  uint64_t rejected = 0;           // rows of its source that are not in it
  std::vector<uint64_t> editions;  // readable ones, the current one last
  TableLayout layout;
  Hash32 definition;  // EditionOptions's; zeros where a version from before wrote it
  struct Kept {
    uint64_t edition = 0;
    uint64_t rows = 0;
    TableLayout layout;
    Hash32 definition;
  };
  std::optional<Kept> before;  // what Revert() makes the current one
};

// Keeps an edition readable while it lives. Movable; must not outlive its store.
class EditionPin {
 public:
  EditionPin(EditionPin&&) noexcept;
  EditionPin& operator=(EditionPin&&) noexcept;
  ~EditionPin();
  uint64_t edition() const;
  const TableLayout& layout() const;

 private:
  friend class TableStore;
  struct State;
  explicit EditionPin(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Thread-safe. Scans run side by side; writers and drops one at a time.
class TableStore {
 public:
  struct Options {
    size_t cache_bytes = size_t{256} << 20;  // decrypted chunks kept for the next scan
  };

  // Removes what an interrupted writer left, and editions nobody can read any more. `master` seals
  // the datasets' keys; it, `db` and `random` must outlive the store. kDataLoss: a record was
  // changed, or sealed under another master key.
  static absl::StatusOr<std::unique_ptr<TableStore>> Open(Database* db,
                                                          const crypto::AeadKey* master,
                                                          crypto::RandomSource* random,
                                                          const Options& options);
  ~TableStore();

  // Starts the next edition of the dataset, of 1 to limits::kNameBytes bytes. Waits until the
  // writer before has ended. kInvalidArgument: the name, or ValidateLayout's; kAborted: see
  // Commit().
  absl::StatusOr<EditionWriter> Begin(absl::string_view dataset, const TableLayout& layout,
                                      EditionOptions options = {});

  // kNotFound: no such dataset (or edition, or it has been replaced and its last reader has gone).
  absl::StatusOr<uint64_t> CurrentEdition(absl::string_view dataset) const;
  absl::StatusOr<EditionPin> Pin(absl::string_view dataset,
                                 std::optional<uint64_t> edition = std::nullopt) const;
  absl::StatusOr<TableInfo> Describe(absl::string_view dataset) const;
  std::vector<std::string> List() const;

  // Reads every chunk of the columns concerned, whatever their values. kInvalidArgument from
  // ScanSpec::Validate; kOutOfRange when a sum does not fit 128 bits; kDataLoss when a chunk is
  // missing or was changed: never a wrong number.
  absl::StatusOr<ScanResult> Scan(absl::string_view dataset, uint64_t edition,
                                  const ScanSpec& spec) const;
  absl::StatusOr<ScanResult> Scan(const EditionPin& pin, const ScanSpec& spec) const;

  // The edition that the current one took the place of becomes the current one, durably by one
  // synced write, and the other way round: it can be reverted in its turn. Editions keep their
  // numbers, and the next import is given one above both. kNotFound: no such dataset, or no edition
  // before is kept. kFailedPrecondition: as for Drop(). kAborted, and after any other error: see
  // EditionWriter::Commit().
  absl::Status Revert(absl::string_view dataset, std::optional<uint64_t> edition = std::nullopt);

  // Destroys the dataset's key and its chunks. A scan under way fails with kNotFound. Edition
  // numbers go on from where they were if the name is used again. kFailedPrecondition: the current
  // edition is another than `edition`, if given (an import came first), and nothing is changed.
  absl::Status Drop(absl::string_view dataset, std::optional<uint64_t> edition = std::nullopt);

 private:
  class Impl;
  explicit TableStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_TABLE_STORE_H_
