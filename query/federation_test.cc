// Whole questions through a federation in one process: answers against a slow reference over the
// pooled rows, accuracy of what is said about the noise.
#include <cmath>
#include <map>
#include <random>

#include "gtest/gtest.h"
#include "query/release.h"
#include "query/testing/federation.h"
#include "query/wire.h"

namespace commons::query {
namespace {

using testing::Federation;
using testing::Options;

void FillRows(Federation& federation, size_t rows_each, uint64_t seed) {
  std::mt19937_64 random(seed);
  for (auto& node : federation.nodes) {
    for (size_t i = 0; i < rows_each; ++i) {
      testing::RowOfVisits row;
      row.sex = random() % 2;  // U stays empty
      if (random() % 4 != 0) row.region = random() % 2;
      if (random() % 5 != 0) row.income = static_cast<int64_t>(random() % 1000'00);
      row.age = static_cast<int64_t>(random() % 100);
      node->rows.push_back(row);
    }
  }
}

Options Open(size_t members = 3) {
  Options options;
  options.members = members;
  options.rule = testing::DefaultRule(v1::OPEN);
  return options;
}

std::string KeyOf(const v1::Cell& cell) {
  std::string key;
  for (const v1::KeyPart& part : cell.key()) {
    absl::StrAppend(&key, part.dimension(), "=",
                    part.kind() == v1::KeyPart::MISSING ? "null" : part.label(), ";");
  }
  return key;
}

TEST(FederationTest, OpenCountsEqualThePooledRows) {
  Federation federation(Open());
  FillRows(federation, 200, 1);
  const v1::Answer answer =
      federation.Ask("SELECT sex, region, COUNT(*) AS n FROM visits GROUP BY sex, region");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  std::map<std::string, int64_t> expected;
  for (const auto& row : federation.AllRows()) {
    const char* regions[] = {"north", "south"};
    ++expected[absl::StrCat("sex=", std::string(1, "FMU"[row.sex]), ";region=",
                            row.region ? regions[*row.region] : "null", ";")];
  }
  EXPECT_EQ(answer.cells_size(), 9);
  for (const v1::Cell& cell : answer.cells()) {
    EXPECT_EQ(cell.values(0).value(), absl::StrCat(expected[KeyOf(cell)])) << KeyOf(cell);
    EXPECT_EQ(cell.values(0).status(), "released");
    EXPECT_EQ(cell.values(0).margin95(), "0");
  }
  EXPECT_EQ(answer.release(), "open");
  EXPECT_EQ(answer.cost_micro_rho(), 0u);
  EXPECT_EQ(answer.signatures_size(), 3);
  ASSERT_EQ(answer.members_size(), 3);
  EXPECT_EQ(answer.members(0).member(), "member-00");
  EXPECT_EQ(answer.members(0).status(), "answered");
  EXPECT_EQ(answer.members(0).epoch(), 1u);
  EXPECT_EQ(answer.members(0).as_of(), "2023-11-01");
}

}  // namespace
}  // namespace commons::query
