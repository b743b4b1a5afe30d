// Keys and records of the table store (docs/formats/columns.md). Keys hold numbers and the
// dataset's public name, never anything about a person.
#ifndef COMMONS_STORAGE_TABLE_RECORDS_H_
#define COMMONS_STORAGE_TABLE_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "storage/columns/chunk.h"
#include "storage/columns/layout.h"

namespace commons::storage {

// Family `columns`: dataset(4) | edition(8) | chunk(4) | column(2), big-endian, so that the order
// of import is the order of keys.
std::string ChunkKey(uint32_t dataset, uint64_t edition, const ChunkId& id);
// Every chunk of an edition lies in [EditionPrefix(d, e), EditionPrefix(d, e + 1)), of a dataset in
// [EditionPrefix(d, 0), EditionPrefix(d + 1, 0)).
std::string EditionPrefix(uint32_t dataset, uint64_t edition);
struct EditionId {
  uint32_t dataset = 0;
  uint64_t edition = 0;
  auto operator<=>(const EditionId&) const = default;
};
// Of a key that begins with an EditionPrefix.
std::optional<EditionId> EditionOfKey(absl::string_view key);

// Family `datasets`: "table/" name -> sealed under the master key.
inline constexpr absl::string_view kDatasetKeyPrefix = "table/";
std::string DatasetKey(absl::string_view name);
struct DatasetRecord {
  uint32_t number = 0;   // never given to another dataset
  uint64_t edition = 0;  // the current one, or what it was when the dataset was dropped
  uint64_t last = 0;     // the highest number ever given; at least `edition`
  // The edition that the current one took the place of, kept until another import; 0: none.
  uint64_t before = 0;
  bool dropped = false;
  bool key_left = false;  // dropped, but older files may still hold the sealed key
  std::string key;        // 32 bytes; zeros if dropped
};
std::string SerializeDataset(const DatasetRecord& record);
// Records of before an edition was kept (version 1) have none, and `edition` is the last one.
absl::StatusOr<DatasetRecord> ParseDataset(absl::string_view bytes);

// Family `datasets`: "epoch/" EditionPrefix -> sealed under the dataset's key.
inline constexpr absl::string_view kEditionKeyPrefix = "epoch/";
std::string EditionKey(uint32_t dataset, uint64_t edition);
struct EditionRecord {
  TableExtent extent;
  uint64_t bytes = 0;     // of sealed chunks
  uint64_t mark = 0;      // random: tells the edition from every other
  uint64_t rejected = 0;  // rows of its source that are not in it; 0 of older versions' editions
  Hash32 definition;      // that the layout is of; zeros of older versions' editions
  TableLayout layout;
};
std::string SerializeEdition(const EditionRecord& record);
absl::StatusOr<EditionRecord> ParseEdition(absl::string_view bytes);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_RECORDS_H_
