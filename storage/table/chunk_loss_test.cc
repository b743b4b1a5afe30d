// Chunks that someone changed, moved or took away: the scan says so, and gives no number.
#include <filesystem>
#include <optional>

#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/table/random_table_for_test.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

using ChunkLossTest = StoreFixture;

TEST_F(ChunkLossTest, AChangedMissingOrMovedChunkIsDataLossAndNeverANumber) {
  const std::vector<Row> table = RandomRows(70'000, 9);
  ASSERT_TRUE(Write("t", RandomLayout(), table).ok());
  const ScanSpec spec{.groups = {{.column = 0}}, .measures = {{}}};
  const std::string key = ChunkKey(0, 1, {1, 0});
  const auto family = [&] { return db_->family(Family::kColumns); };
  std::string sealed;
  ASSERT_TRUE(db_->raw()->Get({}, family(), key, &sealed).ok());
  const auto code_with = [&](const std::optional<std::string>& value) {
    if (value) {
      EXPECT_TRUE(db_->raw()->Put({}, family(), key, *value).ok());
    } else {
      EXPECT_TRUE(db_->raw()->Delete({}, family(), key).ok());
    }
    Reopen();
    return store_->Scan("t", 1, spec).status().code();
  };
  for (const size_t at : {size_t{0}, size_t{30}, sealed.size() - 1}) {
    std::string changed = sealed;
    changed[at] ^= 4;
    EXPECT_EQ(code_with(changed), absl::StatusCode::kDataLoss) << at;
  }
  EXPECT_EQ(code_with(sealed.substr(0, 20)), absl::StatusCode::kDataLoss);
  EXPECT_EQ(code_with(std::nullopt), absl::StatusCode::kDataLoss);
  std::string other;
  ASSERT_TRUE(db_->raw()->Get({}, family(), ChunkKey(0, 1, {0, 0}), &other).ok());
  EXPECT_EQ(code_with(other), absl::StatusCode::kDataLoss) << "moved";
  EXPECT_EQ(code_with(sealed), absl::StatusCode::kOk);
}

TEST_F(ChunkLossTest, AFlippedByteInAFileIsDataLossAndNeverANumber) {
  ASSERT_TRUE(Write("t", RandomLayout(), RandomRows(20'000, 9)).ok());
  const ScanSpec spec{.groups = {{.column = 0}},
                      .measures = {{}, {.kind = ScanMeasure::kSum, .column = 2}}};
  const ScanResult truth = *store_->Scan("t", 1, spec);
  std::string largest;
  Close();
  for (const auto& entry : std::filesystem::directory_iterator(dir_)) {
    if (entry.path().extension() != ".sst") continue;
    if (largest.empty() || entry.file_size() > std::filesystem::file_size(largest)) {
      largest = entry.path();
    }
  }
  int lost = 0;
  const size_t size = std::filesystem::file_size(largest);
  for (size_t at = 100; at < size; at += size / 12) {
    FlipByte(largest, at);
    Reopen();
    const auto result = store_ == nullptr ? absl::DataLossError("") : store_->Scan("t", 1, spec);
    if (result.ok()) {
      EXPECT_EQ(*result, truth) << "byte " << at;  // another column's bytes
    } else {
      EXPECT_EQ(result.status().code(), absl::StatusCode::kDataLoss) << result.status();
      ++lost;
    }
    Close();
    FlipByte(largest, at);
  }
  EXPECT_GT(lost, 0);
}

}  // namespace
}  // namespace commons::storage
