// Open questions through a federation in one process: answers against a slow reference over the
// pooled rows.
#include <cmath>
#include <cstdio>
#include <map>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "query/testing/federation.h"

namespace commons::query {
namespace {

using testing::Federation;
using testing::Options;

Options Open(size_t members = 3) {
  Options options;
  options.members = members;
  options.rule = testing::DefaultRule(v1::OPEN);
  return options;
}

TEST(OpenAnswers, OpenCountsEqualThePooledRows) {
  Federation federation(Open());
  testing::FillRows(federation, 200, 1);
  const v1::Answer answer =
      federation.Ask("SELECT sex, region, COUNT(*) AS n FROM visits GROUP BY sex, region");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  std::map<std::string, int64_t> expected;
  for (const auto& row : federation.AllRows()) {
    const char* regions[] = {"north", "south"};
    ++expected[absl::StrCat("sex=", std::string(1, "FMU"[row.sex]),
                            ";region=", row.region ? regions[*row.region] : "null", ";")];
  }
  EXPECT_EQ(answer.cells_size(), 9);
  for (const v1::Cell& cell : answer.cells()) {
    EXPECT_EQ(cell.values(0).value(), absl::StrCat(expected[testing::KeyOf(cell)]))
        << testing::KeyOf(cell);
    EXPECT_EQ(cell.values(0).status(), v1::CellValue::RELEASED);
    EXPECT_EQ(cell.values(0).margin95(), "0");
  }
  EXPECT_EQ(answer.release(), "open");
  EXPECT_EQ(answer.cost_micro_rho(), 0u);
  EXPECT_EQ(answer.signatures_size(), 3);
  ASSERT_EQ(answer.members_size(), 3);
  EXPECT_EQ(answer.members(0).member(), "member-00");
  EXPECT_EQ(answer.members(0).status(), v1::MemberState::ANSWERED);
  EXPECT_EQ(answer.members(0).epoch(), 1u);
  EXPECT_EQ(answer.members(0).as_of(), "2023-11-01");
}

// Rounded as printed, then compared as numbers: the reference sums in another order and type.
void ExpectNear(const std::string& shown, long double expected) {
  EXPECT_NEAR(std::stod(shown), static_cast<double>(expected),
              1e-12 * std::abs(static_cast<double>(expected)))
      << shown;
}

TEST(OpenAnswers, OpenSumsAndMomentsEqualThePooledRows) {
  Federation federation(Open());
  testing::FillRows(federation, 300, 2);
  const v1::Answer answer = federation.Ask(
      "SELECT sex, SUM(income), AVG(income), VARIANCE(income), STDDEV(income) FROM visits "
      "GROUP BY sex");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  ASSERT_EQ(answer.cells_size(), 3);
  for (uint32_t sex = 0; sex < 2; ++sex) {
    int64_t cents = 0, count = 0;
    for (const auto& row : federation.AllRows()) {
      if (row.sex == sex && row.income) cents += *row.income, ++count;
    }
    const long double mean = cents / 100.0L / count;
    long double squares = 0;
    for (const auto& row : federation.AllRows()) {
      if (row.sex == sex && row.income) squares += std::pow(*row.income / 100.0L - mean, 2);
    }
    const auto& values = answer.cells(sex).values();
    char exact[64];
    snprintf(exact, sizeof(exact), "%.2f", cents / 100.0);
    EXPECT_EQ(std::stod(values[0].value()), std::stod(exact));
    ExpectNear(values[1].value(), mean);
    ExpectNear(values[2].value(), squares / (count - 1));
    ExpectNear(values[3].value(), std::sqrt(squares / (count - 1)));
  }
  for (const v1::CellValue& value : answer.cells(2).values()) EXPECT_EQ(value.value(), "null");
}

TEST(OpenAnswers, OpenPerMemberCellsAddUp) {
  Federation federation(Open());
  testing::FillRows(federation, 50, 3);
  const v1::Answer answer = federation.Ask("SELECT COUNT(*) FROM visits", 1, true);
  int64_t sum = 0;
  for (const v1::MemberState& member : answer.members()) {
    ASSERT_EQ(member.cells_size(), 1);
    sum += std::stoll(member.cells(0).values(0).value());
  }
  EXPECT_EQ(sum, 150);
}

TEST(OpenAnswers, RollupTotalsLeaveTheDimensionOut) {
  Federation federation(Open());
  testing::FillRows(federation, 40, 4);
  const v1::Answer answer = federation.Ask("SELECT sex, COUNT(*) FROM visits GROUP BY ROLLUP(sex)");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  int totals = 0;
  for (const v1::Cell& cell : answer.cells()) {
    if (cell.key_size() > 0) continue;
    ++totals;
    EXPECT_EQ(cell.values(0).value(), "120");
  }
  EXPECT_EQ(totals, 1);
}

TEST(OpenAnswers, OrderAndLimit) {
  Federation federation(Open());
  testing::FillRows(federation, 40, 5);
  const v1::Answer answer =
      federation.Ask("SELECT sex, COUNT(*) AS n FROM visits GROUP BY sex ORDER BY n DESC LIMIT 2");
  ASSERT_EQ(answer.cells_size(), 2);
  EXPECT_GE(std::stoi(answer.cells(0).values(0).value()),
            std::stoi(answer.cells(1).values(0).value()));
  EXPECT_GT(std::stoi(answer.cells(1).values(0).value()), 0);
}

std::string KeysOf(const v1::Answer& answer) {
  std::string keys;
  for (const v1::Cell& cell : answer.cells()) absl::StrAppend(&keys, testing::KeyOf(cell), " ");
  return keys;
}

// In the table's columns sex comes before region.
TEST(OpenAnswers, CellsComeInTheOrderAsked) {
  Federation federation(Open());
  const v1::Answer answer =
      federation.Ask("SELECT region, sex, COUNT(*) FROM visits GROUP BY sex, region");
  ASSERT_FALSE(answer.has_refusal()) << answer.DebugString();
  EXPECT_EQ(KeysOf(answer),
            "region=north;sex=F; region=north;sex=M; region=north;sex=U; "
            "region=south;sex=F; region=south;sex=M; region=south;sex=U; "
            "region=null;sex=F; region=null;sex=M; region=null;sex=U; ");
  EXPECT_EQ(answer.dimensions(0), "region");
  EXPECT_EQ(answer.dimensions(1), "sex");
  const v1::Answer other =
      federation.Ask("SELECT sex, COUNT(*), region FROM visits GROUP BY region, sex");
  EXPECT_EQ(answer.digest(), other.digest());
  EXPECT_EQ(KeysOf(other).substr(0, 36), "sex=F;region=north; sex=F;region=sou");

  // Grouping sets stay together, the coarsest last.
  const v1::Answer rolled_up = federation.Ask(
      "SELECT region, sex, COUNT(*) FROM visits GROUP BY ROLLUP(region, sex) LIMIT 12");
  EXPECT_EQ(KeysOf(rolled_up),
            absl::StrCat(KeysOf(answer), "region=north; region=south; region=null; "));
}

TEST(OpenAnswers, NumbersInACodeListAreOrderedAsNumbers) {
  Options options = Open();
  v1::Column& sex = *options.standard.mutable_columns(0);
  sex.set_type(v1::INTEGER);
  const char* values[] = {"3", "1", "10"};
  for (int i = 0; i < 3; ++i) {
    sex.mutable_codes(i)->set_value(values[i]);
    sex.mutable_codes(i)->set_label(values[i]);
  }
  Federation federation(options);
  const std::string ask = "SELECT sex, COUNT(*) FROM visits GROUP BY sex";
  EXPECT_EQ(KeysOf(federation.Ask(ask)), "sex=3; sex=1; sex=10; ");
  EXPECT_EQ(KeysOf(federation.Ask(ask + " ORDER BY sex LIMIT 2")), "sex=1; sex=3; ");
  EXPECT_EQ(KeysOf(federation.Ask(ask + " ORDER BY sex DESC LIMIT 2")), "sex=10; sex=3; ");
}

}  // namespace
}  // namespace commons::query
