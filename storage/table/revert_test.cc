// The edition before: kept, gone back to, dropped. Beside a model that holds rows in memory.
#include <map>
#include <optional>
#include <random>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TableLayout Layout() {
  return {.columns = {{.name = "n", .kind = ColumnKind::kInteger, .max_value = 1'000'000}}};
}

class RevertTest : public StoreFixture {
 protected:
  // An edition of ten rows that add up to `sum`.
  uint64_t Import(int64_t sum, uint64_t after = 0) {
    std::vector<Row> rows(10, Row{.values = {0}});
    rows[3].values[0] = sum;
    const auto written = Write("t", Layout(), rows, {.after = after});
    EXPECT_TRUE(written.ok()) << written.status();
    return written.ok() ? written->edition : 0;
  }
  std::optional<int64_t> SumOf(uint64_t edition) {
    const auto result =
        store_->Scan("t", edition, {.measures = {{}, {.kind = ScanMeasure::kSum, .column = 0}}});
    if (!result.ok()) return std::nullopt;
    EXPECT_EQ((*result)[0][0], 10);
    return static_cast<int64_t>((*result)[1][0]);
  }
  uint64_t Before() { return store_->Describe("t")->before.value_or(TableInfo::Kept{}).edition; }
  // The dataset's record as it stands on disk.
  std::string RecordBytes() {
    std::string sealed;
    EXPECT_TRUE(db_->raw()->Get({}, db_->family(Family::kDatasets), DatasetKey("t"), &sealed).ok());
    return *master_.Open(sealed, DatasetKey("t"));
  }
  void PutRecordBytes(const std::string& plain) {
    const std::string key = DatasetKey("t");
    ASSERT_TRUE(db_->raw()
                    ->Put({}, db_->family(Family::kDatasets), key,
                          master_.Seal(plain, key, crypto::SystemRandom()))
                    .ok());
  }
};

// What the store should hold, worked out without it.
struct Model {
  std::map<uint64_t, int64_t> sums;
  uint64_t current = 0, before = 0, last = 0;
  void Import(int64_t sum) {
    if (before != 0) sums.erase(before);
    before = current;
    current = ++last;
    sums[current] = sum;
  }
  void Drop() {
    sums.clear();
    current = before = 0;
  }
};

TEST_F(RevertTest, AnyOrderOfImportsRevertsDropsAndStartsHoldsWhatTheModelHolds) {
  std::mt19937 random(20241);
  Model model;
  for (int step = 0; step < 300; ++step) {
    const auto turn = random() % 10;
    if (turn < 4) {
      model.Import(static_cast<int64_t>(random() % 1'000'000));
      ASSERT_EQ(Import(model.sums[model.current]), model.current);
    } else if (turn < 7) {
      ASSERT_EQ(store_->Revert("t").ok(), model.before != 0) << step;
      if (model.before != 0) std::swap(model.current, model.before);
    } else if (turn < 9) {
      Reopen();
    } else if (random() % 4 == 0) {
      ASSERT_EQ(store_->Drop("t").ok(), model.current != 0);
      model.Drop();
    }
    ASSERT_EQ(store_->CurrentEdition("t").value_or(0), model.current) << step;
    for (const auto& [edition, sum] : model.sums) ASSERT_EQ(SumOf(edition), sum) << step;
    std::map<uint64_t, int64_t> on_disk;
    for (const EditionId& id : EditionsOnDisk()) on_disk[id.edition] = *SumOf(id.edition);
    ASSERT_EQ(on_disk, model.sums) << step;
    if (model.current != 0) {
      ASSERT_EQ(Before(), model.before) << step;
    }
  }
  EXPECT_GT(model.last, 50);
}

TEST_F(RevertTest, NothingToGoBackToIsSaid) {
  EXPECT_EQ(store_->Revert("t").code(), absl::StatusCode::kNotFound);
  Import(1);
  const absl::Status only = store_->Revert("t");
  EXPECT_EQ(only.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(only.message(), HasSubstr("no edition before edition 1"));
  Import(2);
  EXPECT_EQ(store_->Revert("t", 1).code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*store_->CurrentEdition("t"), 2);
  EXPECT_TRUE(store_->Revert("t", 2).ok());
  EXPECT_EQ(*store_->CurrentEdition("t"), 1);
}

// A number may have been signed of which a restored database knows nothing.
TEST_F(RevertTest, ANumberIsNeverGivenToOtherRows) {
  Import(1);
  Import(2, /*after=*/7);
  ASSERT_TRUE(store_->Revert("t").ok());
  EXPECT_EQ(Import(3), 9);
  ASSERT_TRUE(store_->Revert("t").ok());
  ASSERT_TRUE(store_->Drop("t").ok());
  EXPECT_EQ(Import(4), 10);
  EXPECT_EQ(Before(), 0) << "what was dropped is not kept";
}

TEST_F(RevertTest, AReaderKeepsItsEditionThroughARevertAndTheImportAfterIt) {
  Import(1);
  Import(2);
  {
    const auto pin = store_->Pin("t");
    ASSERT_TRUE(store_->Revert("t").ok());
    Import(3);
    EXPECT_EQ(SumOf(2), 2);
    EXPECT_THAT(store_->Describe("t")->editions, ElementsAre(1, 2, 3));
  }
  EXPECT_EQ(SumOf(2), std::nullopt);
  EXPECT_THAT(EditionsOnDisk(), ElementsAre(EditionId{0, 1}, EditionId{0, 3}));
}

TEST_F(RevertTest, TheEditionBeforeStaysWhenItsReaderGoes) {
  Import(1);
  {
    const auto pin = store_->Pin("t");
    Import(2);
  }
  EXPECT_EQ(SumOf(1), 1);
  EXPECT_TRUE(store_->Revert("t").ok());
}

TEST_F(RevertTest, TheCurrentEditionIsListedLastWhicheverItIs) {
  Import(1);
  Import(2);
  ASSERT_TRUE(store_->Revert("t").ok());
  EXPECT_THAT(store_->Describe("t")->editions, ElementsAre(2, 1));
}

// Mended rows are added to the edition that they were rejected from, whatever came between.
TEST_F(RevertTest, AnEditionGoneBackToHasItsMark) {
  Import(1);
  const uint64_t mark = store_->Begin("t", Layout())->held().mark;
  Import(2);
  EXPECT_NE(store_->Begin("t", Layout())->held().mark, mark);
  ASSERT_TRUE(store_->Revert("t").ok());
  EXPECT_EQ(store_->Begin("t", Layout())->held().mark, mark);
}

// Version 1 (number, current edition, state, key), as versions before this one wrote it.
TEST_F(RevertTest, ARecordFromBeforeAnEditionWasKeptIsRead) {
  Import(1);
  Import(2);
  const std::string bytes = RecordBytes();
  ASSERT_EQ(bytes.size(), 62);
  const std::string old = "\x01" + bytes.substr(1, 12) + bytes.substr(29);
  PutRecordBytes(old);
  Reopen();
  ASSERT_NE(store_, nullptr);
  EXPECT_EQ(SumOf(2), 2);
  EXPECT_EQ(Before(), 0);
  EXPECT_THAT(EditionsOnDisk(), ElementsAre(EditionId{0, 2}));
  EXPECT_EQ(Import(3), 3);
  EXPECT_EQ(Before(), 2);
}

TEST_F(RevertTest, ARecordWhoseNumbersDoNotAgreeIsDataLoss) {
  DatasetRecord good{
      .number = 1, .edition = 3, .last = 4, .before = 2, .key = std::string(32, 'k')};
  EXPECT_EQ(SerializeDataset(*ParseDataset(SerializeDataset(good))), SerializeDataset(good));
  const auto refused = [&](auto change) {
    DatasetRecord bad = good;
    change(bad);
    return ParseDataset(SerializeDataset(bad)).status().code() == absl::StatusCode::kDataLoss;
  };
  EXPECT_TRUE(refused([](DatasetRecord& r) { r.last = 2; }));
  EXPECT_TRUE(refused([](DatasetRecord& r) { r.before = 5; }));
  EXPECT_TRUE(refused([](DatasetRecord& r) { r.before = r.edition; }));
  EXPECT_TRUE(refused([](DatasetRecord& r) { r.dropped = true; }));
  const std::string bytes = SerializeDataset(good);
  EXPECT_FALSE(ParseDataset(bytes.substr(0, bytes.size() - 1)).ok());
  EXPECT_FALSE(ParseDataset(bytes + "k").ok());
  EXPECT_FALSE(ParseDataset("\x03" + bytes.substr(1)).ok());
  EXPECT_FALSE(ParseDataset("\x01" + bytes.substr(1)).ok());
  EXPECT_FALSE(ParseDataset("").ok());
}

}  // namespace
}  // namespace commons::storage
