// Which datasets and editions are held, and who reads them. The edition that an import replaces is
// kept until the next one, to be reverted to; then it goes with its last reader. A dataset goes at
// once.
#ifndef COMMONS_STORAGE_TABLE_EDITIONS_H_
#define COMMONS_STORAGE_TABLE_EDITIONS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "storage/db.h"
#include "storage/table/chunk_cache.h"
#include "storage/table/edition_disk.h"
#include "storage/table/records.h"

namespace commons::storage {

// An edition that can be read. Immutable but for what Editions keeps in it under its lock.
struct Edition {
  EditionId id;
  std::shared_ptr<const crypto::AeadKey> key;
  EditionRecord record;

  int pins = 0;
  bool dropped = false;  // with its dataset
};

// An edition to come: its dataset as it will be.
struct NextEdition {
  DatasetRecord record;
  std::shared_ptr<const crypto::AeadKey> key;
  EditionId id() const { return {record.number, record.edition}; }
};

// Thread-safe; but a writer has the turn from Prepare to Add or Discard, or through Drop.
class Editions {
 public:
  // Borrows its arguments. Opened chunks of what goes are taken out of `cache`. Errors are
  // EditionDisk::Load's.
  static absl::StatusOr<std::unique_ptr<Editions>> Open(Database* db, const crypto::AeadKey* master,
                                                        crypto::RandomSource* random,
                                                        ChunkCache* cache);

  // ---- readers ----
  // kNotFound: no such dataset or edition (nullopt: the current one). Each Pin needs its Unpin.
  absl::StatusOr<std::shared_ptr<Edition>> Pin(absl::string_view name,
                                               std::optional<uint64_t> edition);
  void Unpin(const std::shared_ptr<Edition>& edition);
  // Also of an edition that is pinned: its chunks may be gone.
  bool Dropped(const Edition& edition) const;
  struct Holding {
    std::shared_ptr<const Edition> current;
    std::shared_ptr<const Edition> before;  // that Revert makes the current one; null: none
    std::vector<uint64_t> readable;         // the current one last
  };
  // kNotFound: no such dataset.
  absl::StatusOr<Holding> Find(absl::string_view name) const;
  std::vector<std::string> List() const;

  // ---- the writer ----
  // Waits for the writer before; given back by the thread that took it.
  std::unique_lock<std::mutex> TakeTurn() { return std::unique_lock(writers_); }
  // The edition to come, with a number and a key of its own if the dataset is new; what a drop of
  // this name left has gone. kAborted after an Add that failed.
  // Its number is above `after` in any case.
  absl::StatusOr<NextEdition> Prepare(absl::string_view name, uint64_t after = 0);
  // Its chunks are in the database: makes it the current edition, durably, and keeps the one it
  // takes the place of. After an error the next start decides whether it is: keep its chunks until
  // then.
  absl::Status Add(absl::string_view name, const NextEdition& next, EditionRecord record);
  // The edition before and the current one change places, durably. kNotFound: no such dataset, or
  // no edition before it is kept. kAborted, and after another error, as for Prepare and Add.
  absl::Status Revert(absl::string_view name);
  // What was written of it goes: now, or at the next start.
  void Discard(const EditionId& id);
  // kNotFound. Once the tombstone is written the dataset is gone, whatever comes after fails: the
  // next start, or the next import of that name, finishes it.
  absl::Status Drop(absl::string_view name);

 private:
  struct Dataset {
    DatasetRecord record;
    std::shared_ptr<const crypto::AeadKey> key;
    std::map<uint64_t, std::shared_ptr<Edition>> editions;
  };
  Editions(Database* db, const crypto::AeadKey* master, crypto::RandomSource* random,
           ChunkCache* cache)
      : disk_(db, master, random), random_(random), cache_(cache) {}
  absl::StatusOr<const Dataset*> FindLocked(absl::string_view name) const;
  absl::Status CheckCertain() const;
  NextEdition Next(absl::string_view name, uint64_t after) const;
  absl::StatusOr<uint32_t> Bury(absl::string_view name);
  // What a drop of this name left, before the name gets a record again. OK if nothing is left.
  absl::Status FinishDrop(absl::string_view name);

  EditionDisk disk_;
  crypto::RandomSource* const random_;
  ChunkCache* const cache_;
  std::mutex writers_;  // whose turn it is
  // A commit failed: it may have reached the disk all the same. Its chunks stay, and its number is
  // not used again, until the next start sees which edition is the current one. Of who has the
  // turn.
  bool uncertain_ = false;
  mutable std::mutex mu_;
  std::map<std::string, Dataset, std::less<>> datasets_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_EDITIONS_H_
