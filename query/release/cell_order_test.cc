// ORDER BY on each type of column, against what PostgreSQL's types say.
#include "query/release/cell_order.h"

#include <cstdlib>
#include <limits>
#include <numeric>

#include "gmock/gmock.h"
#include "google/protobuf/text_format.h"
#include "gtest/gtest.h"
#include "query/question/columns.h"

namespace commons::query {
namespace {

using ::testing::ElementsAre;

std::vector<size_t> PlacesOf(const char* text, v1::PeriodUnit unit = v1::PERIOD_UNIT_UNSPECIFIED) {
  v1::Column column;
  if (!google::protobuf::TextFormat::ParseFromString(text, &column)) std::abort();
  column.set_role(v1::DIMENSION);
  v1::Dimension dimension;
  dimension.set_unit(unit);
  std::vector<uint32_t> bins(BinCount(column, unit));
  std::iota(bins.begin(), bins.end(), 0);
  return BinPlaces(dimension, column, bins);
}

TEST(CellOrder, WholeNumbersByValueMissingLast) {
  EXPECT_THAT(PlacesOf(R"(type: INTEGER codes { value: "3" } codes { value: "1" }
                          codes { value: "2" } codes { value: "10" } codes { value: "-4" })"),
              ElementsAre(3, 1, 2, 4, 0, 5));
}

TEST(CellOrder, NumbersByValueWhateverTheirLabels) {
  EXPECT_THAT(PlacesOf(R"(type: NUMBER decimals: 2 required: true
                          codes { value: "2.5" label: "a" } codes { value: "10" label: "b" }
                          codes { value: "2.25" label: "c" })"),
              ElementsAre(1, 2, 0));
}

// A list of codes declares no decimals: those with some were all as large as can be.
TEST(CellOrder, DecimalCodesByValueThoughNoDecimalsAreDeclared) {
  EXPECT_THAT(PlacesOf(R"(type: NUMBER required: true codes { value: "1.5" } codes { value: "10" }
                          codes { value: "-0.5" } codes { value: "0.25" })"),
              ElementsAre(2, 3, 0, 1));
}

TEST(CellOrder, TextsByTheirBytesAlsoWhenTheyLookLikeNumbers) {
  EXPECT_THAT(PlacesOf(R"(type: STRING required: true codes { value: "9" } codes { value: "10" }
                          codes { value: "x" label: "B" } codes { value: "y" label: "a" })"),
              ElementsAre(1, 0, 2, 3));
  EXPECT_THAT(PlacesOf(R"(type: STRING codes { value: "b" } codes { value: "a" })"),
              ElementsAre(1, 0, 2));
}

TEST(CellOrder, FalseBeforeTrue) {
  EXPECT_THAT(PlacesOf(R"(type: BOOLEAN codes { value: "1" label: "true" }
                          codes { value: "0" label: "false" })"),
              ElementsAre(1, 0, 2));
}

TEST(CellOrder, BandsAndPeriodsFromTheLowest) {
  EXPECT_THAT(PlacesOf("type: INTEGER breaks: -5 breaks: 5 breaks: 100"), ElementsAre(0, 1, 2));
  EXPECT_THAT(PlacesOf("type: DATE required: true period_unit: MONTH period_from: 0 "
                       "period_to: 364",
                       v1::QUARTER),
              ElementsAre(0, 1, 2, 3));
}

TEST(CellOrder, DescendingReversesPlacesAndLeavesEqualCellsInListOrder) {
  const CellRank a{.measures = {1}, .places = {0}, .set = 0, .bins = {1}};
  const CellRank b{.measures = {1}, .places = {1}, .set = 0, .bins = {0}};
  EXPECT_TRUE(Before(b, a, {}));
  EXPECT_TRUE(Before(a, b, {OrderKey{false, 0, false}}));
  EXPECT_TRUE(Before(b, a, {OrderKey{false, 0, true}}));
  EXPECT_TRUE(Before(b, a, {OrderKey{true, 0, true}}));
  CellRank none = a;
  none.measures = {std::numeric_limits<long double>::quiet_NaN()};
  for (const bool descending : {false, true}) {
    EXPECT_TRUE(Before(a, none, {OrderKey{true, 0, descending}}));
    EXPECT_FALSE(Before(none, a, {OrderKey{true, 0, descending}}));
  }
}

}  // namespace
}  // namespace commons::query
