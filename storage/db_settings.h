// How RocksDB is set: small in memory, and strict about what it reads. Internal to this folder.
#ifndef COMMONS_STORAGE_DB_SETTINGS_H_
#define COMMONS_STORAGE_DB_SETTINGS_H_

#include <memory>

#include "rocksdb/cache.h"
#include "rocksdb/env.h"
#include "rocksdb/options.h"

namespace commons::storage {

// One for a database: all its families count against it.
std::shared_ptr<rocksdb::Cache> NewCache();
rocksdb::ColumnFamilyOptions FamilyOptions(const std::shared_ptr<rocksdb::Cache>& cache);
rocksdb::DBOptions DatabaseOptions(const std::shared_ptr<rocksdb::Cache>& cache, rocksdb::Env* env);

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_DB_SETTINGS_H_
