// For tests of this room: a store in a fresh directory.
#ifndef COMMONS_STORAGE_TABLE_STORE_FOR_TEST_H_
#define COMMONS_STORAGE_TABLE_STORE_FOR_TEST_H_

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/temp_dir_for_test.h"
#include "crypto/aead.h"
#include "crypto/random.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/table/records.h"
#include "storage/table/table_store.h"

namespace commons::storage {

// A row as tests hold it: numbers by column, NULL as absent.
struct Row {
  std::vector<std::optional<int64_t>> values;
  uint32_t person = 0;
};

// Hidden columns get a text of the row's person.
inline absl::Status AddRow(EditionWriter& edition, const Row& row) {
  std::vector<ColumnValue> values;
  for (const auto& value : row.values) values.push_back({value.value_or(0), !value.has_value()});
  const std::string text = absl::StrCat("hidden ", row.person);
  const std::vector<absl::string_view> texts(values.size(), text);
  return edition.Add(values, texts, row.person);
}

// The edition of the first dataset and the one before it, which is kept.
inline std::vector<EditionId> UpTo(uint64_t edition) {
  if (edition == 1) return {{0, 1}};
  return {{0, edition - 1}, {0, edition}};
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

  absl::StatusOr<WrittenEdition> Write(absl::string_view name, const TableLayout& layout,
                                       const std::vector<Row>& rows, EditionOptions options = {}) {
    ASSIGN_OR_RETURN(EditionWriter edition, store_->Begin(name, layout, std::move(options)));
    for (const Row& row : rows) RETURN_IF_ERROR(AddRow(edition, row));
    return edition.Commit();
  }

  crypto::AeadKey DatasetKeyOf(absl::string_view name) {
    const std::string key = DatasetKey(name);
    std::string sealed;
    EXPECT_TRUE(db_->raw()->Get({}, db_->family(Family::kDatasets), key, &sealed).ok());
    const DatasetRecord record = *ParseDataset(*master_.Open(sealed, key));
    return *crypto::AeadKey::FromBytes(record.key, crypto::SecretKeyAccess::IKnowWhatIAmDoing());
  }

  // Editions of which any chunk can be read.
  std::vector<EditionId> EditionsOnDisk() {
    std::vector<EditionId> editions;
    std::unique_ptr<rocksdb::Iterator> it(
        db_->raw()->NewIterator(rocksdb::ReadOptions(), db_->family(Family::kColumns)));
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      const EditionId id = *EditionOfKey({it->key().data(), it->key().size()});
      if (editions.empty() || editions.back() != id) editions.push_back(id);
    }
    return editions;
  }

  const TempDir root_;
  const std::string dir_ = root_ / "db";
  crypto::AeadKey master_ = crypto::AeadKey::Generate(crypto::SystemRandom());
  std::unique_ptr<Database> db_;
  std::unique_ptr<TableStore> store_;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_TABLE_STORE_FOR_TEST_H_
