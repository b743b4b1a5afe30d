#include "storage/scan/accumulator.h"

#include <random>
#include <set>
#include <utility>
#include <vector>

#include "gtest/gtest.h"

namespace commons::storage {
namespace {

TEST(AccumulatorTest, DistinctPersonsAlsoWithoutRoomForABitmap) {
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

TEST(AccumulatorTest, ASumOfSquaresBeyond128BitsIsRefused) {
  Accumulator sums(1, 1);
  const std::vector<uint32_t> cells(1 << 10, 0);
  const std::vector<int64_t> roots(1 << 10, int64_t{1} << 62);
  sums.AddWideSquares(0, cells, roots.data());
  EXPECT_EQ(sums.Sums(0).status().code(), absl::StatusCode::kOutOfRange);
}

}  // namespace
}  // namespace commons::storage
