// Scans that ask for what a table does not have.
#include "storage/scan/scan.h"

#include "gtest/gtest.h"
#include "storage/table/random_table_for_test.h"

namespace commons::storage {
namespace {

TEST(ScanSpecTest, SpecsOutOfBoundsAreRefused) {
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

}  // namespace
}  // namespace commons::storage
