// Editions of a table as they come, stay while they are read, and go.
#include "storage/table/table_store.h"

#include <thread>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/table/random_table_for_test.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

using TableStoreTest = StoreFixture;

TEST_F(TableStoreTest, AnEditionStaysWhileItIsPinnedAndGoesAfterwards) {
  const TableLayout layout = RandomLayout();
  ASSERT_TRUE(Write("t", layout, RandomRows(100, 1)).ok());
  const ScanSpec spec{.measures = {{}}};
  {
    const auto pin = store_->Pin("t");
    ASSERT_TRUE(pin.ok());
    ASSERT_TRUE(Write("t", layout, RandomRows(200, 2)).ok());
    ASSERT_TRUE(Write("t", layout, RandomRows(300, 3)).ok());
    EXPECT_EQ((*store_->Scan(*pin, spec))[0][0], 100);
    EXPECT_THAT(store_->Describe("t")->editions, testing::ElementsAre(1, 2, 3));
  }
  EXPECT_EQ(store_->Scan("t", 1, spec).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ((*store_->Scan("t", 3, spec))[0][0], 300);
  EXPECT_THAT(EditionsOnDisk(), testing::ElementsAre(EditionId{0, 2}, EditionId{0, 3}));
}

TEST_F(TableStoreTest, AnOldEditionKeepsItsOwnLayout) {
  TableLayout layout = RandomLayout();
  ASSERT_TRUE(Write("t", layout, RandomRows(100, 1)).ok());
  const auto pin = store_->Pin("t");
  layout.columns.pop_back();
  std::vector<Row> rows = RandomRows(100, 1);
  for (Row& row : rows) row.values.pop_back();
  ASSERT_TRUE(Write("t", layout, rows).ok());
  EXPECT_EQ(pin->layout().columns.size(), 6);
  EXPECT_EQ(store_->Pin("t")->layout().columns.size(), 5);
}

TEST_F(TableStoreTest, DropDestroysChunksAndTheNameStartsAgainWithTheNextEdition) {
  const TableLayout layout = RandomLayout();
  ASSERT_TRUE(Write("t", layout, RandomRows(100, 1)).ok());
  ASSERT_TRUE(Write("other", layout, RandomRows(50, 1)).ok());
  const auto pin = store_->Pin("t");
  ASSERT_TRUE(store_->Drop("t").ok());
  const ScanSpec spec{.measures = {{}}};
  EXPECT_EQ(store_->Scan(*pin, spec).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->CurrentEdition("t").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(store_->Drop("t").code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(store_->List(), testing::ElementsAre("other"));
  EXPECT_THAT(EditionsOnDisk(), testing::ElementsAre(EditionId{1, 1}));
  ASSERT_TRUE(Write("t", layout, RandomRows(70, 2)).ok());
  EXPECT_EQ(*store_->CurrentEdition("t"), 2);
  EXPECT_EQ((*store_->Scan("t", 2, spec))[0][0], 70);
  EXPECT_EQ((*store_->Scan("other", 1, spec))[0][0], 50);
}

TEST_F(TableStoreTest, AnotherMasterKeyReadsNothing) {
  ASSERT_TRUE(Write("t", RandomLayout(), RandomRows(10, 1)).ok());
  store_.reset();
  const crypto::AeadKey other = crypto::AeadKey::Generate(crypto::SystemRandom());
  EXPECT_EQ(TableStore::Open(db_.get(), &other, &crypto::SystemRandom(), {}).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST_F(TableStoreTest, ScansAndWritersSideBySideSeeWholeEditions) {
  const TableLayout layout = RandomLayout();
  ASSERT_TRUE(Write("t", layout, RandomRows(100, 1)).ok());
  std::vector<std::thread> readers;
  for (int reader = 0; reader < 2; ++reader) {
    readers.emplace_back([&] {
      for (int round = 0; round < 100; ++round) {
        const auto pin = store_->Pin("t");
        ASSERT_TRUE(pin.ok());
        const auto result =
            store_->Scan(*pin, ScanSpec{.groups = {{.column = 1}}, .measures = {{}}});
        ASSERT_TRUE(result.ok()) << result.status();
        EXPECT_EQ((*result)[0][0] + (*result)[0][1], 100 * pin->edition());
      }
    });
  }
  for (int edition = 2; edition <= 6; ++edition) {
    ASSERT_TRUE(Write("t", layout, RandomRows(100 * edition, edition)).ok());
  }
  for (std::thread& reader : readers) reader.join();
}

}  // namespace
}  // namespace commons::storage
