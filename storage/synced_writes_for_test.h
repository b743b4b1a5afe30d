// For tests of the stores: what kill -9 can't show. Only a power cut tells a synced write from
// another one.
#ifndef COMMONS_STORAGE_SYNCED_WRITES_FOR_TEST_H_
#define COMMONS_STORAGE_SYNCED_WRITES_FOR_TEST_H_

#include <cstdint>
#include <cstdlib>
#include <map>
#include <string>

#include "rocksdb/db.h"
#include "storage/db.h"

namespace commons::storage {

// How often the write-ahead log was synced since the database was opened.
inline uint64_t SyncedWrites(const Database& db) {
  std::map<std::string, std::string> stats;
  if (!db.raw()->GetMapProperty("rocksdb.dbstats", &stats)) std::abort();
  return std::stoull(stats.at("db.wal_syncs"));
}

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_SYNCED_WRITES_FOR_TEST_H_
