#include "storage/holdings/holdings.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "base/temp_dir_for_test.h"
#include "storage/document_store.h"
#include "storage/ledger/ledger_for_test.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

namespace fs = std::filesystem;

std::set<std::string> FilesOf(const std::string& dir) {
  std::set<std::string> files;
  for (const auto& file : fs::directory_iterator(dir)) {
    files.insert(file.path().filename().string() + " " + std::to_string(file.file_size()));
  }
  return files;
}

class HoldingsTest : public testing::Test {
 protected:
  TempDir dir_;
  std::string path_ = dir_ / "db";
};

TEST_F(HoldingsTest, NothingWhereThereIsNoDatabase) {
  const auto held = ReadHoldings(path_, Org(1));
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(*held, Holdings());
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(HoldingsTest, CountsTheOwnLogTheLedgerAndDatasets) {
  {
    auto db = std::move(Database::Open(path_)).value();
    DocumentStore documents(*db);
    ASSERT_TRUE(documents.Append(Org(1), 0, {"a", "b", "c"}, "note", kNoon).ok());
    ASSERT_TRUE(documents.Append(Org(2), 0, {"a"}, "note", kNoon).ok());
    auto ledger = std::move(Ledger::Open(*db)).value();
    for (int i = 0; i < 300; ++i) {  // more than one byte of the number
      ASSERT_TRUE(ledger->Reserve(Charge(i, 1, kMax), kNoon + absl::Minutes(i)).ok());
    }
    EXPECT_EQ(ledger->position().sequence, 300u);
    const auto open = HoldingsOf(*db, Org(1));
    ASSERT_TRUE(open.ok()) << open.status();
    EXPECT_EQ(*open, (Holdings{3, 300, 0}));
  }
  const auto before = FilesOf(path_);
  const auto held = ReadHoldings(path_, Org(1));
  ASSERT_TRUE(held.ok()) << held.status();
  EXPECT_EQ(*held, (Holdings{3, 300, 0}));
  EXPECT_EQ(FilesOf(path_), before) << "it reads";
}

class DatasetsHeldTest : public StoreFixture {};

TEST_F(DatasetsHeldTest, ADroppedDatasetStaysCounted) {
  const TableLayout layout{
      .columns = {{.name = "n", .kind = ColumnKind::kInteger, .max_value = 9}}};
  for (const char* name : {"one", "two", "two"}) {
    ASSERT_TRUE(Write(name, layout, {Row{.values = {1}}}).ok());
  }
  EXPECT_EQ(HoldingsOf(*db_, Org(1))->datasets, 2u);
  ASSERT_TRUE(store_->Drop("two").ok());
  EXPECT_EQ(HoldingsOf(*db_, Org(1))->datasets, 2u);
}

}  // namespace
}  // namespace commons::storage
