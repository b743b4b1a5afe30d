// Datasets and their editions as they stand on disk: sealed records in the family `datasets`,
// chunks in `columns` (docs/formats/columns.md). What no record names is removed.
#ifndef COMMONS_STORAGE_TABLE_EDITION_DISK_H_
#define COMMONS_STORAGE_TABLE_EDITION_DISK_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "storage/db.h"
#include "storage/table/records.h"

namespace commons::storage {

struct StoredDataset {
  DatasetRecord record;                        // its `key` stays empty: it is the next field
  std::shared_ptr<const crypto::AeadKey> key;  // null if dropped
  // By number: the current one, and the one before it if that is kept; none if dropped.
  std::map<uint64_t, EditionRecord> editions;
};

// Borrows its arguments; `master` seals the datasets' keys. Thread-safe as far as no two calls name
// the same dataset or edition.
class EditionDisk {
 public:
  EditionDisk(Database* db, const crypto::AeadKey* master, crypto::RandomSource* random)
      : db_(db), master_(master), random_(random) {}

  // What is held, by name, dropped datasets as well; call it before any other writes. All else
  // goes: what an unfinished import or drop left, and editions that no dataset's record names.
  // kDataLoss: a record was changed, or sealed under another master key.
  absl::StatusOr<std::map<std::string, StoredDataset>> Load();

  // One synced write makes the edition that `record` names the current one; its chunks are there.
  absl::Status Commit(absl::string_view name, const DatasetRecord& record,
                      const crypto::AeadKey& key, const EditionRecord& edition);
  // One synced write of the dataset's record alone: the editions that it names are there.
  absl::Status Point(absl::string_view name, const DatasetRecord& record,
                     const crypto::AeadKey& key);
  // Synced: from now on the name stands for nothing but its number and its last edition. The key is
  // overwritten; RemoveDataset, or the next Load, makes it unreadable in what was written before.
  absl::Status Bury(absl::string_view name, const DatasetRecord& record);

  absl::Status RemoveEdition(const EditionId& id);
  // What was buried.
  absl::Status RemoveDataset(absl::string_view name, const DatasetRecord& record);

 private:
  absl::StatusOr<StoredDataset> LoadDataset(absl::string_view name, absl::string_view sealed) const;
  absl::Status LoadEdition(absl::string_view name, uint64_t number, StoredDataset* dataset) const;
  std::string Sealed(absl::string_view name, const DatasetRecord& record,
                     const crypto::AeadKey& key) const;
  absl::StatusOr<std::vector<EditionId>> EditionsOnDisk() const;
  absl::Status PutTombstone(absl::string_view name, const DatasetRecord& record, bool key_left);
  absl::Status RemoveChunks(const std::string& begin, const std::string& end);
  absl::Status ForgetOldRecords();

  Database* const db_;
  const crypto::AeadKey* const master_;
  crypto::RandomSource* const random_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_EDITION_DISK_H_
