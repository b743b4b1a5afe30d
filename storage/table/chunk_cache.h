// Decrypted chunks, the least recently used ones going first. Thread-safe.
#ifndef COMMONS_STORAGE_TABLE_CHUNK_CACHE_H_
#define COMMONS_STORAGE_TABLE_CHUNK_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace commons::storage {

class ChunkCache {
 public:
  // Values larger than a quarter of it are not kept.
  explicit ChunkCache(size_t bytes_max) : bytes_max_(bytes_max) {}

  std::shared_ptr<const std::string> Get(const std::string& key);
  void Put(const std::string& key, std::shared_ptr<const std::string> value);
  // Forgets every key that begins with `prefix`.
  void Erase(absl::string_view prefix);
  size_t bytes() const;

 private:
  using Entry = std::pair<std::string, std::shared_ptr<const std::string>>;
  using Entries = std::list<Entry>;
  void EraseLocked(Entries::iterator entry);

  const size_t bytes_max_;
  mutable std::mutex mu_;
  Entries entries_;  // the most recently used first
  absl::flat_hash_map<std::string, Entries::iterator> index_;
  size_t bytes_ = 0;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_CHUNK_CACHE_H_
