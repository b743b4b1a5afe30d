// Random tables and random questions, answered by the store and by a row-by-row reference that
// reads the same table from memory.
#include <map>
#include <optional>
#include <random>

#include "gtest/gtest.h"
#include "storage/scan/row_coins.h"
#include "storage/table/random_table_for_test.h"
#include "storage/table/store_for_test.h"

namespace commons::storage {
namespace {

using TableScanTest = StoreFixture;

TEST_F(TableScanTest, RandomQuestionsEqualTheRowByRowReference) {
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

TEST_F(TableScanTest, RowsPerPersonAreBoundedTheSameWayEveryTime) {
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

TEST_F(TableScanTest, RowsOfAPersonInACellAreBounded) {
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

TEST_F(TableScanTest, QuantizedSumsAreThoseOfTheRowsWhateverTheFilter) {
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

TEST_F(TableScanTest, ARowsCoinHangsOnItsPlaceInTheEditionAndNotOnItsChunk) {
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

TEST_F(TableScanTest, ASumOfSquaresBeyond64BitsIsExact) {
  TableLayout layout{.columns = {RandomLayout().columns[3]}};
  const std::vector<Row> rows(1 << 10, Row{.values = {limits::kAbsScaledValueMax}});
  ASSERT_TRUE(Write("t", layout, rows).ok());
  const ScanSpec spec{.measures = {{.kind = ScanMeasure::kSumSquares, .column = 0}}};
  const auto fits = store_->Scan("t", 1, spec);
  ASSERT_TRUE(fits.ok());
  EXPECT_EQ((*fits)[0][0], absl::int128(1) << 116);
}

// Columns get codes after an edition was written: of those it has no rows, and NULL stays NULL.
TEST_F(TableScanTest, CodesThatAnEditionDoesNotHaveYetAreBinsWithoutRows) {
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

}  // namespace
}  // namespace commons::storage
