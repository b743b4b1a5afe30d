// Percentiles from bands against the values themselves: the formula, cases worked by hand, and what
// the margin promises over many draws of the noise.
#include "privacy/quantile.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "crypto/random.h"
#include "gtest/gtest.h"
#include "privacy/noise.h"
#include "privacy/present.h"

namespace commons::privacy {
namespace {

// Ten wide each: 0 to 9, 10 to 19, ...
std::vector<Band> Tens(size_t count) {
  std::vector<Band> bands;
  bands.reserve(count);
  for (size_t i = 0; i < count; ++i) bands.push_back({10.0 * i, 10.0 * i + 9});
  return bands;
}

TEST(QuantileTest, IsLinearInsideABand) {
  const std::vector<int64_t> counts = {10, 20, 10};
  const struct {
    double fraction, value;
    size_t band;
  } cases[] = {{0, 0, 0},     {0.125, 4.5, 0},  {0.25, 9, 0}, {0.5, 14.5, 1},
               {0.75, 19, 1}, {0.875, 24.5, 2}, {1, 29, 2}};
  for (const auto& [fraction, value, band] : cases) {
    const auto quantile = EstimateQuantile(counts, Tens(3), fraction, 0);
    ASSERT_TRUE(quantile.ok());
    EXPECT_DOUBLE_EQ(quantile->estimate.value, value) << fraction;
    EXPECT_EQ(quantile->band, band) << fraction;
  }
}

TEST(QuantileTest, ExactCountsLeaveOnlyWhereInItsBandItLies) {
  const auto inside = EstimateQuantile({{10, 20, 10}}, Tens(3), 0.5, 0);
  EXPECT_DOUBLE_EQ(inside->estimate.margin95, 4.5);  // 10 to 19
  EXPECT_TRUE(inside->told);
  // Between the tenth row, which lies in the first band, and the eleventh, in the second.
  const auto between = EstimateQuantile({{10, 10}}, Tens(2), 0.5, 0);
  EXPECT_DOUBLE_EQ(between->estimate.value, 9);
  EXPECT_DOUBLE_EQ(between->estimate.margin95, 10);
  EXPECT_FALSE(between->told);
  // An empty band between two rows may hold what lies between them.
  const auto across = EstimateQuantile({{1, 0, 1, 0}}, Tens(4), 0.5, 0);
  EXPECT_DOUBLE_EQ(across->estimate.value, 9);
  EXPECT_DOUBLE_EQ(across->estimate.margin95, 20);
  EXPECT_DOUBLE_EQ(across->low, 0);
  EXPECT_DOUBLE_EQ(across->high, 29);
}

TEST(QuantileTest, EmptyBandsAndNegativeCountsHoldNoPercentile) {
  EXPECT_EQ(EstimateQuantile({{0, -3, 8, 0}}, Tens(4), 0, 0)->band, 2u);
  EXPECT_EQ(EstimateQuantile({{0, -3, 8, 0}}, Tens(4), 1, 0)->band, 2u);
  for (const auto& none : {std::vector<int64_t>{0, 0}, {3, -3}, {-9, 2}}) {
    EXPECT_FALSE(EstimateQuantile(none, Tens(2), 0.5, 0).ok());
  }
}

// The promise of the header: band k is ruled out by C(k), or C(k-1), and by nothing else.
TEST(QuantileTest, RulesBandsOutByTheVarianceOfTheirRank) {
  constexpr double kVariance = 187;
  const size_t bands = 12;
  for (const double r : {0.1, 0.5, 0.9}) {
    for (int64_t each = 5; each < 400; each += 5) {
      const std::vector<int64_t> counts(bands, each);
      const double total = 12.0 * each;
      const auto sd = [&](double k) {
        return std::sqrt(kVariance * (k * (1 - r) * (1 - r) + (12 - k) * r * r));
      };
      double low = 0, high = bands - 1;
      for (size_t k = 0; k < bands; ++k) {
        const double below = each * (k + 1.0), above = each * (k + 0.0);
        if (below <= r * total - r - 1.96 * sd(k + 1)) low = std::max(low, k + 1.0);
        if (above >= r * total + 1 - r + 1.96 * sd(k)) high = std::min(high, k - 1.0);
      }
      const auto quantile = *EstimateQuantile(counts, Tens(bands), r, kVariance);
      const double value = quantile.estimate.value;
      EXPECT_DOUBLE_EQ(quantile.estimate.margin95,
                       std::max(value - 10 * low, 10 * high + 9 - value))
          << r << " of " << each;
      EXPECT_EQ(quantile.told, low > 0 || high < bands - 1);
      EXPECT_GE(quantile.estimate.margin95, 4.5) << "never narrower than the band";
    }
  }
}

TEST(QuantileTest, IsMonotoneWhateverTheNoise) {
  crypto::ChaChaStream random{Hash32()};
  for (int round = 0; round < 2'000; ++round) {
    std::vector<int64_t> counts(1 + random.NextU64() % 30);
    for (int64_t& count : counts) count = static_cast<int64_t>(random.NextU64() % 80) - 30;
    const std::vector<Band> bands = Tens(counts.size());
    if (std::accumulate(counts.begin(), counts.end(), int64_t{0}) < 1) continue;
    double before = 0;
    for (int i = 0; i <= 200; ++i) {
      const auto quantile = EstimateQuantile(counts, bands, i / 200.0, 100);
      ASSERT_TRUE(quantile.ok());
      const double value = quantile->estimate.value;
      EXPECT_GE(value, before);
      EXPECT_GE(value, bands[quantile->band].low);
      EXPECT_LE(value, bands[quantile->band].high);
      before = value;
    }
  }
}

TEST(QuantileTest, AnyCountsGiveAnAnswer) {
  const int64_t ends[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
  for (const int64_t a : ends) {
    for (const int64_t b : ends) {
      for (const double fraction : {0.0, 0.3, 1.0}) {
        const auto quantile = EstimateQuantile({{a, b}}, Tens(2), fraction, 1e18);
        EXPECT_TRUE(!quantile.ok() || std::isfinite(quantile->estimate.margin95));
      }
    }
  }
}

// As PostgreSQL has it, of sorted values.
double Continuous(const std::vector<double>& sorted, double fraction) {
  const double row = fraction * (sorted.size() - 1.0);
  const double below = sorted[std::floor(row)], above = sorted[std::ceil(row)];
  return below + (row - std::floor(row)) * (above - below);
}
double Discrete(const std::vector<double>& sorted, double fraction) {
  return sorted[std::max(std::ceil(fraction * sorted.size()), 1.0) - 1];
}

double Uniform(crypto::ChaChaStream& random) { return (random.NextU64() >> 11) * 0x1p-53; }

struct Table {
  std::string name;
  size_t bands;
  std::vector<double> (*values)(crypto::ChaChaStream&);
};

std::vector<double> Draw(size_t count, double (*one)(crypto::ChaChaStream&),
                         crypto::ChaChaStream& random) {
  std::vector<double> values(count);
  for (double& value : values) value = std::floor(one(random));
  std::sort(values.begin(), values.end());
  return values;
}
// Whole numbers from 0 up to 180.
double Flat(crypto::ChaChaStream& random) { return 180 * Uniform(random); }
double Heavy(crypto::ChaChaStream& random) {
  return std::min(179.0, 8 * std::exp(1.2 * std::sqrt(-2 * std::log(Uniform(random) + 1e-12)) *
                                      std::cos(6.2831853 * Uniform(random))));
}
double TwoEnds(crypto::ChaChaStream& random) {
  return Uniform(random) < 0.5 ? 12 * Uniform(random) : 150 + 20 * Uniform(random);
}
double Halves(crypto::ChaChaStream& random) { return 20 * Uniform(random); }
double OneValue(crypto::ChaChaStream& random) { return Uniform(random) < 0.9 ? 40 : 170; }

TEST(QuantileTest, MarginsHoldTheTruthAtEveryClassInDenseAndSparseTables) {
  const Table tables[] = {
      {"dense", 18, [](auto& random) { return Draw(6'000, Flat, random); }},
      {"heavy-tailed", 18, [](auto& random) { return Draw(2'000, Heavy, random); }},
      {"sparse", 18, [](auto& random) { return Draw(160, Flat, random); }},
      {"sparse and heavy-tailed", 18, [](auto& random) { return Draw(250, Heavy, random); }},
      {"two ends", 18, [](auto& random) { return Draw(700, TwoEnds, random); }},
      {"one value", 18, [](auto& random) { return Draw(400, OneValue, random); }},
      {"few rows", 18, [](auto& random) { return Draw(30, Flat, random); }},
      {"three bands", 3, [](auto& random) { return Draw(200, Halves, random); }},
      {"two bands", 2, [](auto& random) { return Draw(300, Halves, random); }},
  };
  const NoiseClass classes[] = {NoiseClass::kLight, NoiseClass::kFine, NoiseClass::kStandard,
                                NoiseClass::kBroad};
  crypto::ChaChaStream random{Hash32()};
  int any_shown = 0;
  for (const Table& table : tables) {
    for (const NoiseClass noise_class : classes) {
      const NoisePlan plan = PlanNoise(FlipsOf(noise_class), 3, 3, Collusion::kMinority);
      const double variance = NoiseVariance(plan.flips_share, 3);
      const std::vector<Band> bands = Tens(table.bands);
      int shown = 0, inside = 0;
      for (int round = 0; round < 200; ++round) {
        const std::vector<double> values = table.values(random);
        std::vector<uint64_t> counts(table.bands);
        for (const double value : values) ++counts[static_cast<size_t>(value / 10)];
        for (int member = 0; member < 3; ++member) {
          AddNoise(plan.flips_share, random, absl::MakeSpan(counts));
        }
        const std::vector<int64_t> noisy(counts.begin(), counts.end());
        const int64_t total = std::accumulate(noisy.begin(), noisy.end(), int64_t{0});
        const PresentRules rules{6, 3, plan.flips_share * 3 * table.bands};
        if (CountTable({total}, rules).Present(total).status == CellStatus::kSuppressed) continue;
        for (const double fraction : {0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95}) {
          const Quantile quantile = *EstimateQuantile(noisy, bands, fraction, variance);
          for (const double truth : {Continuous(values, fraction), Discrete(values, fraction)}) {
            const bool in = truth >= quantile.low - 1e-9 && truth <= quantile.high + 1e-9;
            EXPECT_TRUE(!in || std::abs(quantile.estimate.value - truth) <=
                                   quantile.estimate.margin95 + 1e-9);
            shown += quantile.told;
            inside += quantile.told && in;
          }
        }
      }
      any_shown += shown;
      EXPECT_TRUE(shown < 100 || inside >= 0.93 * shown)
          << table.name << " at " << std::string(NoiseClassName(noise_class)) << ": " << inside
          << " of " << shown;
    }
  }
  EXPECT_GT(any_shown, 60'000);
}

}  // namespace
}  // namespace commons::privacy
