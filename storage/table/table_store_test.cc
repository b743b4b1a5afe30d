// Random tables and random questions, answered by the store and by a row-by-row reference that
// reads the same table from memory.
#include "storage/table/table_store.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/scan/accumulator.h"
#include "storage/scan/row_coins.h"
#include "storage/table/random_table_for_test.h"
#include "storage/table/records.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

using TableStoreTest = StoreFixture;

TEST_F(TableStoreTest, RandomQuestionsEqualTheRowByRowReference) {
  const TableLayout layout = RandomLayout();
  for (const size_t rows : {1, 63, 1'025, 70'000}) {
    const std::vector<Row> table = RandomRows(rows, 7 + rows);
    const auto written = Write("t", layout, table);
    ASSERT_TRUE(written.ok()) << written.status();
    ASSERT_EQ(written->rows, rows);
    std::mt19937 random(11);
    for (int round = 0; round < 60; ++round) {
      const ScanSpec spec = RandomSpec(random);
      const auto result = store_->Scan("t", written->edition, spec);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ(*result, Reference(layout, table, spec, std::vector<bool>(rows, true)))
          << rows << " rows, round " << round;
    }
  }
}

TEST_F(TableStoreTest, RowsPerPersonAreBoundedTheSameWayEveryTime) {
  const TableLayout layout = RandomLayout();
  const std::vector<Row> table = RandomRows(5'000, 3);
  std::map<uint32_t, int64_t> rows_of;
  for (const Row& row : table) ++rows_of[row.person];
  std::optional<ScanResult> before;
  for (int edition = 1; edition <= 2; ++edition) {
    ASSERT_TRUE(Write("t", layout, table).ok());
    for (const uint32_t bound : {2u, 1u}) {
      int64_t expected = 0;
      for (const auto& [person, rows] : rows_of) expected += std::min<int64_t>(rows, bound);
      ScanSpec spec{.measures = {{},
                                 {.kind = ScanMeasure::kCountPersons},
                                 {.kind = ScanMeasure::kSum, .column = 3}},
                    .rows_per_person = bound};
      const auto result = store_->Scan("t", edition, spec);
      ASSERT_TRUE(result.ok()) << result.status();
      EXPECT_EQ((*result)[0][0], expected);
      EXPECT_EQ((*result)[1][0], rows_of.size());
      if (bound > 1) continue;
      if (before) {
        EXPECT_EQ(*result, *before);
      }
      before = *result;
    }
  }
}

// How many rows of each person lie in each cell, by the colour and flag of the row.
std::map<std::pair<uint32_t, size_t>, int64_t> RowsByPersonAndCell(const std::vector<Row>& table) {
  std::map<std::pair<uint32_t, size_t>, int64_t> rows;
  for (const Row& row : table) {
    ++rows[{row.person, static_cast<size_t>(row.values[0].value_or(5) * 2 + *row.values[1])}];
  }
  return rows;
}

TEST_F(TableStoreTest, RowsOfAPersonInACellAreBounded) {
  const TableLayout layout = RandomLayout();
  for (const size_t rows : {1'025, 70'000}) {
    std::vector<Row> table = RandomRows(rows, 21);
    for (Row& row : table) row.person /= 4;
    const auto written = Write("t", layout, table);
    ASSERT_TRUE(written.ok());
    const auto scan = [&](uint32_t of_person, uint32_t of_cell, std::vector<ScanGroup> groups) {
      return *store_->Scan("t", written->edition,
                           {.groups = std::move(groups),
                            .measures = {{},
                                         {.kind = ScanMeasure::kCountPersons},
                                         {.kind = ScanMeasure::kSum, .column = 3}},
                            .rows_per_person = of_person,
                            .rows_per_person_and_cell = of_cell});
    };
    const std::vector<ScanGroup> cells = {{.column = 0}, {.column = 1}};
    for (const uint32_t bound : {1u, 2u, 5u}) {
      std::vector<absl::int128> expected(12), persons(12);
      for (const auto& [place, count] : RowsByPersonAndCell(table)) {
        expected[place.second] += std::min<int64_t>(count, bound);
        persons[place.second] += 1;
      }
      const ScanResult result = scan(255, bound, cells);
      EXPECT_EQ(result[0], expected) << bound;
      EXPECT_EQ(result[1], persons) << bound;
    }
    // The same row of each person that is the first of all its rows.
    EXPECT_EQ(scan(255, 1, {}), scan(1, 0, {}));
    EXPECT_EQ(scan(3, 3, cells), scan(3, 0, cells));
    // A person's rows beyond r count nowhere, whatever room a cell has.
    const ScanResult few = scan(3, 1, cells), all = scan(3, 0, cells);
    EXPECT_EQ(few[0], all[1]) << "one row of each person in a cell";
    EXPECT_EQ(few[1], all[1]);
  }
}

TEST_F(TableStoreTest, DistinctPersonsAlsoWithoutRoomForABitmap) {
  DistinctPersons bitmap(1'000, 16);
  DistinctPersons pairs(uint64_t{1} << 40, 16);
  std::mt19937 random(5);
  std::vector<uint32_t> cells(1'000);
  std::vector<int64_t> persons(1'000);
  for (size_t i = 0; i < cells.size(); ++i) {
    cells[i] = random() % 17;
    persons[i] = random() % 100;
  }
  ASSERT_TRUE(bitmap.Add(cells, persons.data()).ok());
  ASSERT_TRUE(pairs.Add(cells, persons.data()).ok());
  std::set<std::pair<uint32_t, int64_t>> distinct;
  for (size_t i = 0; i < cells.size(); ++i) distinct.emplace(cells[i], persons[i]);
  std::vector<absl::int128> expected(16);  // without the cell of those who belong to none
  for (const auto& [cell, person] : distinct) {
    if (cell < 16) expected[cell] += 1;
  }
  EXPECT_EQ(bitmap.Finish(), expected);
  EXPECT_EQ(pairs.Finish(), expected);
}

ScanSpec QuantizedSums() {
  ScanSpec spec;
  for (const Quantizer quantizer : {Quantizer::kStep, Quantizer::kSquare}) {
    spec.measures.push_back(
        {ScanMeasure::kQuantizedSum, 3, quantizer, -5'000'000'000, 900'000'007});
    spec.measures.push_back({ScanMeasure::kQuantizedSum, 2, quantizer, -900, 60'000});
  }
  spec.coin_key = *Hash32::FromBytes(std::string(32, 'k'));
  return spec;
}

// By sex-like column 1, one row after the other.
ScanResult QuantizedRows(const std::vector<Row>& rows, const ScanSpec& spec) {
  ScanResult out(spec.measures.size(), std::vector<absl::int128>(2));
  for (size_t m = 0; m < spec.measures.size(); ++m) {
    const ScanMeasure& measure = spec.measures[m];
    const RowCoins coins(spec.coin_key, measure.column);
    for (size_t row = 0; row < rows.size(); ++row) {
      const std::optional<int64_t> value = rows[row].values[measure.column];
      uint64_t coin;
      coins.Fill(row, 1, &coin);
      if (!value) continue;
      out[m][*rows[row].values[1]] +=
          Quantize(measure.quantizer, *value, measure.low, measure.high, coin);
    }
  }
  return out;
}

TEST_F(TableStoreTest, QuantizedSumsAreThoseOfTheRowsWhateverTheFilter) {
  const TableLayout layout = RandomLayout();
  const std::vector<Row> table = RandomRows(70'000, 4);
  ASSERT_TRUE(Write("t", layout, table).ok());
  ScanSpec spec = QuantizedSums();
  spec.groups = {{.column = 1}};
  const ScanResult expected = QuantizedRows(table, spec);
  const auto parts = store_->Scan("t", 1, spec);
  ASSERT_TRUE(parts.ok()) << parts.status();
  EXPECT_EQ(*parts, expected);
  spec.groups.clear();
  spec.filters = {{.column = 1, .codes = {false, true}}};
  const auto filtered = store_->Scan("t", 1, spec);
  for (size_t m = 0; m < expected.size(); ++m) EXPECT_EQ((*filtered)[m][0], expected[m][1]) << m;
  spec.coin_key = Hash32();
  EXPECT_NE(*store_->Scan("t", 1, spec), *filtered);
}

TEST_F(TableStoreTest, ARowsCoinHangsOnItsPlaceInTheEditionAndNotOnItsChunk) {
  TableLayout layout = RandomLayout();
  layout.entity_header.reset();
  const std::vector<Row> table = RandomRows(3'000, 4);
  ASSERT_TRUE(Write("whole", layout, table).ok());
  ASSERT_TRUE(Write("t", layout, {table.begin(), table.begin() + 1'001}).ok());
  auto edition = store_->Begin("t", layout);
  ASSERT_TRUE(edition->KeepHeld().ok());
  for (size_t i = 1'001; i < table.size(); ++i) ASSERT_TRUE(AddRow(*edition, table[i]).ok());
  ASSERT_TRUE(edition->Commit().ok());
  const ScanSpec spec = QuantizedSums();
  const auto whole = store_->Scan("whole", 1, spec);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(*store_->Scan("t", 2, spec), *whole);
}

TEST_F(TableStoreTest, ASumOfSquaresBeyond128BitsIsRefused) {
  TableLayout layout{.columns = {RandomLayout().columns[3]}};
  const std::vector<Row> rows(1 << 10, Row{.values = {limits::kAbsScaledValueMax}});
  ASSERT_TRUE(Write("t", layout, rows).ok());
  const ScanSpec spec{.measures = {{.kind = ScanMeasure::kSumSquares, .column = 0}}};
  const auto fits = store_->Scan("t", 1, spec);
  ASSERT_TRUE(fits.ok());
  EXPECT_EQ((*fits)[0][0], absl::int128(1) << 116);
  Accumulator sums(1, 1);
  const std::vector<uint32_t> cells(1 << 10, 0);
  const std::vector<int64_t> roots(1 << 10, int64_t{1} << 62);
  sums.AddWideSquares(0, cells, roots.data());
  EXPECT_EQ(sums.Sums(0).status().code(), absl::StatusCode::kOutOfRange);
}

TEST_F(TableStoreTest, SpecsOutOfBoundsAreRefused) {
  const TableLayout layout = RandomLayout();
  const ScanSpec good{.measures = {{}}};
  EXPECT_EQ(*good.Validate(layout), 1);
  const auto refused = [&](auto change) {
    ScanSpec spec = good;
    change(spec);
    return spec.Validate(layout).status().code() == absl::StatusCode::kInvalidArgument;
  };
  EXPECT_TRUE(refused([](ScanSpec& s) { s.measures.clear(); }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 6}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = -1}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 5}}; })) << "hidden";
  EXPECT_TRUE(refused([](ScanSpec& s) { s.filters = {{.column = 5}}; })) << "hidden";
  EXPECT_TRUE(refused([](ScanSpec& s) {
    s.measures = {{.kind = ScanMeasure::kCountValues, .column = 5}};
  })) << "hidden";
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 2, .ranges = {{3, 3}}}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 2, .ranges = {{3, 5}, {4, 6}}}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 2}}; })) << "no bins";
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 1, .null_bin = true}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 2, .codes = {0}}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 0, .codes = {1, 1}}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 0, .codes = {2, 1}}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.groups = {{.column = 0, .ranges = {{1, 2}}}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.filters = {{.column = 0, .codes = {true}}}; }));
  EXPECT_TRUE(
      refused([](ScanSpec& s) { s.measures = {{.kind = ScanMeasure::kSum, .column = 0}}; }));
  EXPECT_TRUE(refused([](ScanSpec& s) {
    s.groups = {{.column = 0, .codes = {0, 1}, .bin_of = {0}}};
  })) << "a code in no bin";
  EXPECT_TRUE(refused([](ScanSpec& s) {
    s.joint_filters = {{.groups = {{.column = 0}, {.column = 1}}, .kept = {true, false}}};
  })) << "6 times 2 combinations";
  EXPECT_TRUE(refused([](ScanSpec& s) {
    s.joint_filters = {{.groups = {{.column = 5}}, .kept = {true}}};
  })) << "hidden";
  EXPECT_TRUE(refused([](ScanSpec& s) { s.rows_per_person = 256; }));
  EXPECT_TRUE(refused([](ScanSpec& s) { s.rows_per_person_and_cell = 1; }));
  EXPECT_TRUE(refused([](ScanSpec& s) {
    ScanGroup wide{.column = 3};
    for (int i = 0; i < 100; ++i) wide.ranges.emplace_back(i, i + 1);
    s.groups = {wide, wide};
  })) << "9,801 cells";
}

// Columns get codes after an edition was written: of those it has no rows, and NULL stays NULL.
TEST_F(TableStoreTest, CodesThatAnEditionDoesNotHaveYetAreBinsWithoutRows) {
  ASSERT_TRUE(Write("t", RandomLayout(), RandomRows(1'000, 3)).ok());
  const ScanSpec all{.groups = {{.column = 0}}, .measures = {{}}};
  const auto before = store_->Scan("t", 1, all);
  const uint32_t codes = RandomLayout().columns[0].code_count;
  ScanGroup more{.column = 0, .null_bin = true};
  for (uint32_t code = 0; code < codes + 3; ++code) more.codes.push_back(code);
  const auto after = store_->Scan("t", 1, {.groups = {more}, .measures = {{}}});
  ASSERT_TRUE(before.ok() && after.ok()) << before.status() << after.status();
  std::vector<absl::int128> expected = before->front();
  ASSERT_EQ(expected.size(), codes + 1);
  expected.insert(expected.begin() + codes, 3, 0);
  EXPECT_EQ(after->front(), expected);
}

TEST_F(TableStoreTest, AChangedMissingOrMovedChunkIsDataLossAndNeverANumber) {
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

TEST_F(TableStoreTest, AFlippedByteInAFileIsDataLossAndNeverANumber) {
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
