#include "storage/table/chunk_cache.h"

#include "absl/strings/match.h"

namespace commons::storage {

std::shared_ptr<const std::string> ChunkCache::Get(const std::string& key) {
  std::lock_guard lock(mu_);
  const auto found = index_.find(key);
  if (found == index_.end()) return nullptr;
  entries_.splice(entries_.begin(), entries_, found->second);
  return found->second->second;
}

void ChunkCache::Put(const std::string& key, std::shared_ptr<const std::string> value) {
  if (value->size() > bytes_max_ / 4) return;
  std::lock_guard lock(mu_);
  if (index_.contains(key)) return;
  bytes_ += value->size();
  entries_.emplace_front(key, std::move(value));
  index_[key] = entries_.begin();
  while (bytes_ > bytes_max_) EraseLocked(std::prev(entries_.end()));
}

void ChunkCache::EraseLocked(Entries::iterator entry) {
  bytes_ -= entry->second->size();
  index_.erase(entry->first);
  entries_.erase(entry);
}

void ChunkCache::Erase(absl::string_view prefix) {
  std::lock_guard lock(mu_);
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    const auto here = entry++;
    if (absl::StartsWith(here->first, prefix)) EraseLocked(here);
  }
}

size_t ChunkCache::bytes() const {
  std::lock_guard lock(mu_);
  return bytes_;
}

}  // namespace commons::storage
