// What of a release people see, value by value, against the arithmetic of privacy/.
#include "query/release/present_cells.h"

#include <cmath>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "privacy/estimate.h"
#include "privacy/present.h"
#include "privacy/quantile.h"
#include "query/question/cell_space.h"
#include "query/question/plan.h"
#include "query/release/release.h"
#include "query/release/roster.h"
#include "query/release/wire.h"
#include "query/sql/planner.h"
#include "query/testing/visits.h"

namespace commons::query {
namespace {

// A release of three members with these totals, in the order of the question's partials.
class PresentCellsTest : public ::testing::Test {
 protected:
  void Ask(const char* sql, v1::Release release = v1::PROTECTED) {
    plan = *PlanQuery(sql, [&](absl::string_view) -> absl::StatusOr<DatasetView> {
      return DatasetView{&standard, Hash32(), release};
    });
    if (release == v1::PROTECTED) plan.question.set_noise(v1::STANDARD);
    *record.mutable_question() = plan.question;
    v1::Roster& roster = *record.mutable_roster();
    for (int i = 0; i < 3; ++i) roster.add_votes();
    roster.set_release(release);
    if (release == v1::OPEN) return;
    const auto noise = privacy::PlanNoise(privacy::FlipsOf(privacy::NoiseClass::kStandard), 3, 3,
                                          privacy::Collusion::kMinority);
    roster.set_flips(noise.flips);
    roster.set_flips_share(noise.flips_share);
    roster.set_colluders(noise.colluders);
    roster.set_threshold(6);
    roster.set_rounding(3);
    rules = {6, 3, noise.flips_share * 3};
    noise_of_totals = privacy::NoiseOfTotals(privacy::NoiseClass::kStandard, 3, noise.colluders);
  }
  // The only cell of the answer.
  v1::Cell Shown(const std::vector<int64_t>& totals) {
    record.clear_totals();
    for (const int64_t total : totals) {
      AppendLittleEndian(static_cast<uint64_t>(total), *record.mutable_totals());
      if (record.roster().release() == v1::OPEN) {
        AppendLittleEndian(total < 0 ? UINT64_MAX : 0, *record.mutable_totals());
      }
    }
    const auto cells = PresentCells(plan, standard, record);
    EXPECT_TRUE(cells.ok()) << cells.status();
    return cells.ok() && cells->size() == 1 ? cells->front() : v1::Cell();
  }

  // Of the column age.
  void SetBands(const std::vector<int64_t>& breaks) {
    v1::Column& age = *standard.mutable_columns(3);
    age.set_role(v1::DIMENSION_AND_MEASURE);
    for (const int64_t edge : breaks) age.add_breaks(edge);
  }

  v1::Standard standard = testing::VisitsStandard();
  Plan plan;
  v1::ReleaseRecord record;
  privacy::PresentRules rules;
  privacy::TotalNoise noise_of_totals;
};

TEST_F(PresentCellsTest, CountsAreShownAsThePresentedCountSays) {
  Ask("SELECT COUNT(*) FROM visits");
  const int64_t margin = privacy::CountMargin95(rules);
  ASSERT_GT(margin, 6);
  for (int64_t total = -50; total <= 4 * margin; ++total) {
    const v1::CellValue value = Shown({total}).values(0);
    if (total < margin) {
      EXPECT_EQ(value.status(), v1::CellValue::SUPPRESSED);
      EXPECT_EQ(value.reason(), total < 6 ? "SMALL_CELL" : "BELOW_NOISE");
      EXPECT_EQ(value.value() + value.margin95(), "") << total;
      continue;
    }
    EXPECT_EQ(value.status(),
              total < 2 * margin ? v1::CellValue::UNRELIABLE : v1::CellValue::RELEASED);
    EXPECT_EQ(value.reason(), "");
    EXPECT_EQ(value.value(), absl::StrCat((total + 1) / 3 * 3)) << total;
    EXPECT_EQ(value.margin95(), absl::StrCat(margin));
    EXPECT_NEAR(std::stod(value.noise_sd()), std::sqrt(noise_of_totals.count_variance), 0.005);
  }
}

// Sums and averages of few people tell about them whatever their own margin is.
TEST_F(PresentCellsTest, EstimatesOfSmallCellsAreNotShown) {
  Ask("SELECT SUM(income), AVG(income), VARIANCE(income), STDDEV(income) FROM visits");
  ASSERT_EQ(plan.question.partials_size(), 3);  // of values: count, sum, squares
  const int64_t margin = privacy::CountMargin95(rules);
  for (const int64_t count : {int64_t{-3}, int64_t{0}, int64_t{1}, int64_t{5}, int64_t{6},
                              margin - 1, margin, 2 * margin}) {
    const v1::Cell cell = Shown({count, 20 * count, 5 * count});
    ASSERT_EQ(cell.values_size(), 4);
    for (const v1::CellValue& value : cell.values()) {
      const bool suppressed = value.status() == v1::CellValue::SUPPRESSED;
      if (count < margin) {
        EXPECT_TRUE(suppressed) << value.measure() << " of " << count;
      }
      EXPECT_EQ(value.value().empty(), suppressed) << value.measure() << " of " << count;
      EXPECT_EQ(value.margin95().empty(), suppressed) << value.measure() << " of " << count;
      EXPECT_EQ(value.reason(), count < 6 ? "SMALL_CELL" : suppressed ? "BELOW_NOISE" : "");
    }
  }
}

// Of many people it may be known that they are many, and little of what they earn.
TEST_F(PresentCellsTest, EachMeasureHasItsOwnStatusAndStaysInsideItsClip) {
  Ask("SELECT COUNT(income), SUM(income), AVG(income), VARIANCE(income), STDDEV(income) FROM "
      "visits");
  const privacy::Clip clip{0, 1000};
  std::set<v1::CellValue::Status> seen;
  for (int64_t count = 2 * privacy::CountMargin95(rules); count < 5'000; count += 7) {
    const privacy::Totals totals{count, -32 * count - 50, -31 * count};
    const v1::Cell cell = Shown({totals.count, totals.steps, totals.squares});
    ASSERT_EQ(cell.values_size(), 5);
    EXPECT_EQ(cell.values(0).status(), v1::CellValue::RELEASED);
    const struct {
      privacy::Estimate estimate;
      privacy::Bounds bounds;
    } each[] = {
        {privacy::EstimateSum(totals, clip, noise_of_totals), privacy::SumBounds(count, clip)},
        {*privacy::EstimateAverage(totals, clip, noise_of_totals), privacy::AverageBounds(clip)},
        {*privacy::EstimateVariance(totals, clip, noise_of_totals),
         privacy::VarianceBounds(count, clip)},
        {*privacy::EstimateStddev(totals, clip, noise_of_totals),
         privacy::StddevBounds(count, clip)}};
    for (int i = 0; i < 4; ++i) {
      privacy::Estimate estimate = each[i].estimate;
      const v1::CellValue& value = cell.values(i + 1);
      seen.insert(value.status());
      switch (privacy::StatusOf(each[i].bounds, &estimate)) {
        case privacy::EstimateStatus::kSuppressed:
          EXPECT_EQ(value.status(), v1::CellValue::SUPPRESSED);
          EXPECT_EQ(value.reason(), "BELOW_NOISE");
          continue;
        case privacy::EstimateStatus::kUnreliable:
          EXPECT_EQ(value.status(), v1::CellValue::UNRELIABLE);
          break;
        case privacy::EstimateStatus::kReleased:
          EXPECT_EQ(value.status(), v1::CellValue::RELEASED);
      }
      EXPECT_GE(std::stod(value.value()), each[i].bounds.low - 1e-9) << value.measure();
      EXPECT_LE(std::stod(value.value()), each[i].bounds.high * (1 + 1e-9)) << value.measure();
    }
  }
  EXPECT_EQ(seen.size(), 3u);
}

// Four of the five cells are empty: what is past its margin alone is not past the table's cut.
TEST_F(PresentCellsTest, TheCutIsTheTablesAndSoIsThatOfItsParts) {
  Ask("SELECT sex, region, COUNT(*) AS n FROM visits GROUP BY sex, region");
  record.clear_totals();
  const CellSpace space(plan.question, standard);
  std::vector<int64_t> counts(space.cells(0), 0);
  counts[0] = privacy::CountMargin95(rules);
  counts[1] = 900;
  for (const int64_t count : counts) {
    AppendLittleEndian(static_cast<uint64_t>(count), *record.mutable_totals());
  }
  const privacy::CountTable table(counts, rules);
  const auto cells = PresentCells(plan, standard, record);
  ASSERT_TRUE(cells.ok()) << cells.status();
  for (const v1::Cell& cell : *cells) {
    const bool shown = cell.values(0).status() != v1::CellValue::SUPPRESSED;
    EXPECT_EQ(shown && cell.values(0).value() != "900", false) << cell.ShortDebugString();
  }
  EXPECT_GT(table.least_shown(), counts[0]);
}

// With as many digits as are shown, a margin is the least one that is no smaller than the real one.
TEST_F(PresentCellsTest, MarginsAreRoundedUp) {
  Ask("SELECT SUM(income), AVG(income) FROM visits");
  ASSERT_EQ(plan.question.partials_size(), 2);
  const privacy::Clip clip{0, 1000};
  int rounded = 0;
  for (int64_t count = 500; count < 700; ++count) {
    const privacy::Totals totals{count, -20 * count + 7, 0};
    const v1::Cell cell = Shown({totals.count, totals.steps});
    const privacy::Estimate estimates[] = {
        privacy::EstimateSum(totals, clip, noise_of_totals),
        *privacy::EstimateAverage(totals, clip, noise_of_totals)};
    for (int i = 0; i < 2; ++i) {
      const std::string& text = cell.values(i).margin95();
      const double shown = std::stod(text);
      EXPECT_GE(shown * (1 + 1e-12), estimates[i].margin95) << text;
      EXPECT_LT(shown, estimates[i].margin95 * 1.1) << text;  // two digits
      rounded += shown > estimates[i].margin95;
      EXPECT_NEAR(std::stod(cell.values(i).value()), estimates[i].value,
                  i == 0 ? 0.005001 : 0.5001);
    }
  }
  EXPECT_GT(rounded, 300);
}

TEST_F(PresentCellsTest, OpenFiguresAreExact) {
  Ask("SELECT COUNT(*), SUM(income), AVG(income) FROM visits", v1::OPEN);
  ASSERT_EQ(plan.question.partials_size(), 3);  // rows, values, their sum in hundredths
  const v1::Cell cell = Shown({3, 2, -301});
  EXPECT_EQ(cell.values(0).value(), "3");
  EXPECT_EQ(cell.values(1).value(), "-3.01");
  EXPECT_EQ(cell.values(2).value(), "-1.505");
  for (const v1::CellValue& value : cell.values()) {
    EXPECT_EQ(value.status(), v1::CellValue::RELEASED);
    EXPECT_EQ(value.margin95(), "0");
  }
  const v1::Cell nothing = Shown({3, 0, 0});  // as in PostgreSQL
  EXPECT_EQ(nothing.values(1).value(), "null");
  EXPECT_EQ(nothing.values(2).value(), "null");
}

TEST_F(PresentCellsTest, AVectorOfAnotherLengthIsRefused) {
  Ask("SELECT COUNT(*) FROM visits");
  record.set_totals(std::string(9, '\0'));
  EXPECT_EQ(PresentCells(plan, standard, record).status().message(),
            "vector: 9 bytes, the question has 1 values");
}

// What they hang on is the sum of the bands' counts, with the noise of all of them.
TEST_F(PresentCellsTest, PercentilesAreShownAsTheirBandsSay) {
  SetBands({0, 10, 20, 40, 100});
  Ask("SELECT MEDIAN(age), PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY age) FROM visits");
  const std::vector<privacy::Band> bands = {{0, 9}, {10, 19}, {20, 39}, {40, 99}};
  const std::vector<std::string> labels = {"[0,10)", "[10,20)", "[20,40)", "[40,100)"};
  privacy::PresentRules of_sums = rules;
  of_sums.coins *= 4;
  std::set<v1::CellValue::Status> seen;
  std::vector<std::vector<int64_t>> all;
  for (int64_t each = -2; each < 400; each = each < 60 ? each + 1 : each + 40) {
    all.push_back({each, 4 * each, each, 1});
    all.push_back({each, each, each, each});  // enough to be counted before any band is ruled out
    all.push_back({0, 0, 0, each});           // a band ruled out before there are enough
  }
  for (const std::vector<int64_t>& counts : all) {
    const int64_t each = counts[0];
    const int64_t sum = std::accumulate(counts.begin(), counts.end(), int64_t{0});
    const auto count = privacy::CountTable({sum}, of_sums).Present(sum);
    const v1::Cell cell = Shown(counts);
    ASSERT_EQ(cell.values_size(), 2);
    for (int i = 0; i < 2; ++i) {
      const v1::CellValue& value = cell.values(i);
      seen.insert(value.status());
      const auto quantile = privacy::EstimateQuantile(counts, bands, i == 0 ? 0.5 : 0.9,
                                                      noise_of_totals.count_variance);
      const bool small = count.status == privacy::CellStatus::kSuppressed;
      if (small || !quantile->told) {
        EXPECT_EQ(value.reason(), sum < 6 ? "SMALL_CELL" : "BELOW_NOISE") << each;
        EXPECT_EQ(value.value() + value.margin95() + value.band(), "");
        continue;
      }
      EXPECT_EQ(value.band(), labels[quantile->band]);
      EXPECT_NEAR(std::stod(value.value()), quantile->estimate.value, 0.50001);
      EXPECT_GE(std::stod(value.margin95()) + 1e-9, quantile->estimate.margin95);
      EXPECT_LT(std::stod(value.margin95()), quantile->estimate.margin95 + 1);
      const double below = quantile->estimate.value - quantile->low;
      const double above = quantile->high - quantile->estimate.value;
      EXPECT_EQ(value.low95().empty(), std::abs(below - above) < 1e-6) << each;
      if (!value.low95().empty()) {
        EXPECT_EQ(std::floor(quantile->low), std::floor(std::stod(value.low95()) + 1e-9));
        EXPECT_EQ(std::ceil(quantile->high), std::ceil(std::stod(value.high95()) - 1e-9));
      }
      if (i == 1) {
        EXPECT_EQ(value.value().find('.'), std::string::npos) << "one of the ages";
      }
    }
  }
  EXPECT_TRUE(seen.contains(v1::CellValue::SUPPRESSED));
  EXPECT_TRUE(seen.contains(v1::CellValue::RELEASED));
}

TEST_F(PresentCellsTest, OpenPercentilesAreExactWhereEachValueIsCounted) {
  SetBands({0, 2, 5});
  Ask("SELECT MEDIAN(age), PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY age) FROM visits", v1::OPEN);
  const v1::Cell cell = Shown({1, 0, 2, 0, 3});  // 0 2 2 4 4 4
  EXPECT_EQ(cell.values(0).value(), "3");
  EXPECT_EQ(cell.values(1).value(), "2");
  for (const v1::CellValue& value : cell.values()) {
    EXPECT_EQ(value.status(), v1::CellValue::RELEASED);
    EXPECT_EQ(value.margin95() + value.noise_sd() + value.band(), "00");
  }
  EXPECT_EQ(Shown({0, 0, 0, 0, 0}).values(0).value(), "null");
}

TEST_F(PresentCellsTest, OpenPercentilesOfManyValuesAreOfTheirBands) {
  SetBands({0, 1000, 3000, 100'000});
  Ask("SELECT MEDIAN(age), PERCENTILE_CONT(0.1) WITHIN GROUP (ORDER BY age) FROM visits", v1::OPEN);
  const v1::Cell cell = Shown({10, 80, 10});
  EXPECT_EQ(cell.values(0).band(), "[1000,3000)");
  EXPECT_EQ(cell.values(0).value(), "2000");
  EXPECT_EQ(cell.values(0).margin95(), "1000");
  EXPECT_EQ(cell.values(0).noise_sd(), "0");
  EXPECT_EQ(cell.values(1).value(), "999") << "between the tenth row and the eleventh";
  EXPECT_EQ(cell.values(1).margin95(), "2000");
  EXPECT_EQ(cell.values(0).low95(), "") << "as far to either side";
  EXPECT_EQ(cell.values(1).low95() + " to " + cell.values(1).high95(), "0 to 2999");
  const v1::CellValue nothing = Shown({0, 0, 0}).values(0);
  EXPECT_EQ(nothing.value() + nothing.margin95() + nothing.band(), "null0");
}

}  // namespace
}  // namespace commons::query
