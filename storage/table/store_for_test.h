// For tests of this room: a store in a fresh directory.
#ifndef COMMONS_STORAGE_TABLE_STORE_FOR_TEST_H_
#define COMMONS_STORAGE_TABLE_STORE_FOR_TEST_H_

#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/table/accumulator.h"
#include "storage/table/records.h"
#include "storage/table/table_store.h"

namespace commons::storage {

inline std::string IsoDay(int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return absl::StrFormat("%04d-%02d-%02d", static_cast<int>(date.year()),
                         static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

inline void FlipByte(const std::string& path, size_t at) {
  std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
  file.seekg(static_cast<std::streamoff>(at));
  const char byte = static_cast<char>(file.get() ^ 1);
  file.seekp(static_cast<std::streamoff>(at));
  file.put(byte);
}

class StoreFixture : public testing::Test {
 protected:
  StoreFixture() { Reopen(); }

  void Close() {
    store_.reset();
    db_.reset();
  }
  // store_ is null if the directory does not open any more.
  void Reopen() {
    Close();
    auto db = Database::Open(dir_);
    if (!db.ok()) return;
    db_ = *std::move(db);
    auto store = TableStore::Open(db_.get(), &master_, &crypto::SystemRandom(), {});
    if (store.ok()) store_ = *std::move(store);
  }

  std::string WriteCsv(const std::string& text) {
    const std::string path = root_ / "in.csv";
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  absl::StatusOr<ImportReport> Import(absl::string_view name, const TableLayout& layout,
                                      const std::string& csv, ImportOptions options = {}) {
    options.csv_path = WriteCsv(csv);
    return store_->Import(name, layout, options);
  }

  // Epochs of which any chunk can be read.
  std::vector<EpochId> EpochsOnDisk() {
    std::vector<EpochId> epochs;
    std::unique_ptr<rocksdb::Iterator> it(
        db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kColumns)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const EpochId id = *EpochOfKey({it->key().data(), it->key().size()});
      if (epochs.empty() || epochs.back() != id) epochs.push_back(id);
    }
    return epochs;
  }

  const TempDir root_;
  const std::string dir_ = root_ / "db";
  crypto::AeadKey master_ = crypto::AeadKey::Generate(crypto::SystemRandom());
  std::unique_ptr<Database> db_;
  std::unique_ptr<TableStore> store_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_STORE_FOR_TEST_H_
