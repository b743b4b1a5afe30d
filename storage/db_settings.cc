#include "storage/db_settings.h"

#include <cstdarg>
#include <cstddef>

#include "rocksdb/table.h"
#include "rocksdb/write_buffer_manager.h"

namespace commons::storage {
namespace {

// What RocksDB may hold in memory, however much lies on disk: memtables of all families count
// against the cache, and so do indexes of tables. Columns pass through neither (chunk_writer.h,
// chunk_reader.cc); documents, ledger and releases are small and seldom read twice.
constexpr size_t kCacheBytes = 8 << 20;
constexpr int kCacheShardBits = 0;  // parts of it would be smaller than what they are to hold
constexpr size_t kMemtableBytes = 1 << 20;
constexpr size_t kAllMemtablesBytes = 4 << 20;
// Read back at start, into memtables.
constexpr size_t kWriteAheadBytes = 4 << 20;
constexpr int kOpenFiles = 64;

// RocksDB's own log of events would lie beside the data, and its writer ends the process by an
// assertion when the disk is full. What it says is in the statuses too.
class NoLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

}  // namespace

std::shared_ptr<rocksdb::Cache> NewCache() {
  return rocksdb::NewLRUCache(kCacheBytes, kCacheShardBits);
}

rocksdb::ColumnFamilyOptions FamilyOptions(const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  // In small parts: a whole index of many past releases would not stay in so small a cache, and be
  // read anew for every one that is looked up.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  rocksdb::ColumnFamilyOptions options;
  options.write_buffer_size = kMemtableBytes;
  options.compression = rocksdb::kNoCompression;  // chunks are packed and sealed already
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::DBOptions DatabaseOptions(const std::shared_ptr<rocksdb::Cache>& cache,
                                   rocksdb::Env* env) {
  rocksdb::DBOptions options;
  options.env = env;
  options.create_if_missing = true;
  options.create_missing_column_families = true;
  options.max_open_files = kOpenFiles;
  options.max_background_jobs = 2;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  options.info_log = std::make_shared<NoLog>();
  options.max_total_wal_size = kWriteAheadBytes;
  options.write_buffer_manager =
      std::make_shared<rocksdb::WriteBufferManager>(kAllMemtablesBytes, cache);
  options.paranoid_checks = true;
  // The default would drop whatever follows a damaged record, and hand spent budget back in
  // silence. A last record that is cut short is what kill -9 leaves: nobody was told that it was
  // written.
  options.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  return options;
}

}  // namespace commons::storage
