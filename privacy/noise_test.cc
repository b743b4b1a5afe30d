#include "privacy/noise.h"

#include <cmath>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::privacy {
namespace {

constexpr NoiseClass kAll[] = {NoiseClass::kLight, NoiseClass::kFine, NoiseClass::kStandard,
                               NoiseClass::kBroad};

Hash32 Seed(uint8_t number) {
  Hash32 seed;
  seed.mutable_data()[0] = number;
  return seed;
}

// Draws as the header defines them, one coin at a time.
std::vector<uint64_t> SlowNoise(uint64_t flips, const Hash32& seed, size_t entries) {
  crypto::ChaChaStream coins(seed);
  std::vector<uint64_t> noise;
  for (size_t i = 0; i < entries; ++i) {
    int64_t heads = 0;
    uint64_t word = 0;
    for (uint64_t coin = 0; coin < flips; ++coin) {
      if (coin % 64 == 0) coins.Fill(&word, sizeof(word));
      heads += (word >> (coin % 64)) & 1;
    }
    noise.push_back(static_cast<uint64_t>(heads - static_cast<int64_t>(flips / 2)));
  }
  return noise;
}

double BinomialPmf(uint64_t flips, uint64_t heads) {
  return std::exp(std::lgamma(flips + 1.0) - std::lgamma(heads + 1.0) -
                  std::lgamma(flips - heads + 1.0) - flips * std::log(2.0));
}

TEST(NoiseClassTest, NamesFlipsAndOrder) {
  EXPECT_EQ(NoiseClassName(NoiseClass::kLight), "light");
  EXPECT_EQ(NoiseClassName(NoiseClass::kFine), "fine");
  EXPECT_EQ(NoiseClassName(NoiseClass::kStandard), "standard");
  EXPECT_EQ(NoiseClassName(NoiseClass::kBroad), "broad");
  EXPECT_EQ(FlipsOf(NoiseClass::kLight), 16);
  EXPECT_EQ(FlipsOf(NoiseClass::kFine), 64);
  EXPECT_EQ(FlipsOf(NoiseClass::kStandard), 400);
  EXPECT_EQ(FlipsOf(NoiseClass::kBroad), 1600);
  for (NoiseClass noise_class : kAll) {
    for (NoiseClass other : kAll) {
      EXPECT_EQ(noise_class < other, FlipsOf(noise_class) < FlipsOf(other));
    }
  }
}

TEST(PlanNoiseTest, IsTheSmallestEvenShareWithWhichTheHonestMembersThrowFCoins) {
  for (NoiseClass noise_class : kAll) {
    for (uint64_t factor : {uint64_t{1}, kSumFlipsFactor}) {
      const uint64_t flips = FlipsOf(noise_class) * factor;
      for (uint32_t commons = 1; commons <= 50; ++commons) {
        for (uint32_t members = 1; members <= commons; ++members) {
          const uint32_t minority = std::max<uint32_t>(1, std::floor((commons - 1) / 2.0));
          const uint32_t colluders = std::min(minority, members - 1);
          uint64_t share = flips / members / 2 * 2;  // too small by construction
          while (share * (members - colluders) < flips) share += 2;
          const NoisePlan plan = PlanNoise(flips, members, commons, Collusion::kMinority);
          ASSERT_EQ(plan.flips_share, share)
              << flips << " coins, " << members << " of " << commons << " members";
          EXPECT_EQ(plan.colluders, colluders);
          EXPECT_EQ(plan.flips, flips);
          EXPECT_EQ(plan.members, members);
        }
      }
    }
  }
}

TEST(PlanNoiseTest, EachThrowsAllCoinsInSmallRostersAndWhenAllMayCollude) {
  for (NoiseClass noise_class : kAll) {
    const uint64_t flips = FlipsOf(noise_class);
    for (uint32_t members = 1; members <= 50; ++members) {
      const NoisePlan plan = PlanNoise(flips, members, 50, Collusion::kAll);
      EXPECT_EQ(plan.flips_share, flips);
      EXPECT_EQ(plan.colluders, members - 1);
      // 24 of 50 may collude: a roster of 25 has one honest member for certain.
      const NoisePlan minority = PlanNoise(flips, members, 50, Collusion::kMinority);
      EXPECT_EQ(minority.flips_share == flips, members <= 25) << members;
      EXPECT_EQ(minority.colluders, std::min(members - 1, 24u));
    }
  }
}

// The asker picks the roster and not the commons: t colluders keep fewer than F coins of a roster
// from nobody.
TEST(PlanNoiseTest, ARosterThatTheAskerPickedIsNoWeakerThanTheCommons) {
  for (uint32_t commons = 3; commons <= 50; ++commons) {
    const uint32_t minority = (commons - 1) / 2;
    for (uint32_t members = 2; members <= commons; ++members) {
      const NoisePlan plan = PlanNoise(400, members, commons, Collusion::kMinority);
      const uint32_t others_who_collude = std::min(minority, members - 1);
      EXPECT_GE(plan.flips_share * (members - others_who_collude), 400) << members << commons;
    }
  }
}

// What that costs in accuracy (docs/formats/release.md, 3), at `standard` in a commons of 22.
TEST(PlanNoiseTest, SigmasOfRostersInACommonsOf22) {
  const struct {
    uint32_t members;
    uint64_t share;
    double sigma;
  } table[] = {{3, 400, 17.3},  {5, 400, 22.4}, {11, 400, 33.2},
               {12, 200, 24.5}, {16, 68, 16.5}, {22, 34, 13.7}};
  for (const auto& [members, share, sigma] : table) {
    const NoisePlan plan = PlanNoise(400, members, 22, Collusion::kMinority);
    EXPECT_EQ(plan.flips_share, share) << members;
    EXPECT_NEAR(std::sqrt(NoiseVariance(plan.flips_share, members)), sigma, 0.05) << members;
  }
}

TEST(AddNoiseTest, EqualsThrowingOneCoinAtATime) {
  for (uint64_t flips : {2u, 16u, 34u, 64u, 66u, 126u, 128u, 130u, 400u, 1600u, 32768u, 40002u}) {
    SCOPED_TRACE(flips);
    std::vector<uint64_t> noise(5, 0);
    crypto::ChaChaStream coins(Seed(1));
    AddNoise(flips, coins, absl::MakeSpan(noise));
    EXPECT_EQ(noise, SlowNoise(flips, Seed(1), 5));
  }
}

TEST(AddNoiseTest, AddsModulo2To64) {
  const std::vector<uint64_t> noise = SlowNoise(400, Seed(2), 3);
  std::vector<uint64_t> vector = {0, ~uint64_t{0}, uint64_t{1} << 63};
  crypto::ChaChaStream coins(Seed(2));
  AddNoise(400, coins, absl::MakeSpan(vector));
  EXPECT_EQ(vector[0], noise[0]);
  EXPECT_EQ(vector[1], noise[1] - 1);
  EXPECT_EQ(vector[2], noise[2] + (uint64_t{1} << 63));
}

TEST(AddNoiseTest, FollowsTheBinomialDistribution) {
  constexpr size_t kDraws = 200'000;
  for (uint64_t flips : {2u, 16u, 34u, 64u, 100u, 400u, 1600u}) {
    SCOPED_TRACE(testing::Message() << flips << " coins, seed 3");
    std::vector<uint64_t> noise(kDraws, 0);
    crypto::ChaChaStream coins(Seed(3));
    AddNoise(flips, coins, absl::MakeSpan(noise));
    std::vector<double> seen(flips + 1, 0);
    double mean = 0, square = 0;
    for (uint64_t entry : noise) {
      const int64_t value = static_cast<int64_t>(entry);
      ASSERT_LE(std::abs(value), static_cast<int64_t>(flips / 2));
      ++seen[value + flips / 2];
      mean += static_cast<double>(value) / kDraws;
      square += static_cast<double>(value) * value / kDraws;
    }
    EXPECT_NEAR(mean, 0, 5 * std::sqrt(flips / 4.0 / kDraws));
    EXPECT_NEAR(square / (flips / 4.0), 1, 5 * std::sqrt(2.0 / kDraws));
    double chi_square = 0, bins = 0;
    for (uint64_t heads = 0; heads <= flips; ++heads) {
      const double expected = kDraws * BinomialPmf(flips, heads);
      if (expected < 10) continue;
      chi_square += (seen[heads] - expected) * (seen[heads] - expected) / expected;
      ++bins;
    }
    EXPECT_LT(chi_square, bins + 5 * std::sqrt(2 * bins));
    if (bins > 10) {
      EXPECT_GT(chi_square, bins - 5 * std::sqrt(2 * bins));
    }
  }
}

TEST(AddNoiseTest, TotalsOfAMinorityRosterHaveThePlannedVariance) {
  constexpr size_t kDraws = 100'000;
  for (uint32_t members : {3u, 5u, 22u}) {
    const NoisePlan plan = PlanNoise(400, members, members, Collusion::kMinority);
    std::vector<uint64_t> total(kDraws, 0);
    for (uint32_t member = 0; member < members; ++member) {
      crypto::ChaChaStream coins(Seed(static_cast<uint8_t>(10 + member)));
      AddNoise(plan.flips_share, coins, absl::MakeSpan(total));
    }
    double square = 0;
    for (uint64_t entry : total) {
      square += std::pow(static_cast<double>(static_cast<int64_t>(entry)), 2) / kDraws;
    }
    EXPECT_NEAR(square / NoiseVariance(plan.flips_share, members), 1, 5 * std::sqrt(2.0 / kDraws));
  }
}

// What the threat model says of one member's own number: a year's 100 `standard` counts of the same
// cells, averaged, in a commons of three. An asker alone faces two shares of the noise, with an
// accomplice one.
TEST(AddNoiseTest, AYearOfAnswersTellsAMembersTotalWithinOne) {
  constexpr size_t kCells = 20'000;
  constexpr int kAnswers = 100;
  const uint64_t share = PlanNoise(400, 3, 3, Collusion::kMinority).flips_share;
  for (const auto& [honest, sd] : {std::pair(2, 1.0), std::pair(1, 0.707)}) {
    std::vector<uint64_t> total(kCells, 0);
    for (int draw = 0; draw < kAnswers * honest; ++draw) {
      crypto::ChaChaStream coins(Seed(static_cast<uint8_t>(draw)));
      AddNoise(share, coins, absl::MakeSpan(total));
    }
    double square = 0;
    for (const uint64_t sum : total) {
      square += std::pow(static_cast<double>(static_cast<int64_t>(sum)) / kAnswers, 2) / kCells;
    }
    EXPECT_NEAR(std::sqrt(square), sd, 0.02) << honest;
  }
}

TEST(NoiseSeedTest, DependsOnSecretFreshBytesAndTranscript) {
  const std::string secret(32, 's'), other_secret(32, 'S'), fresh(32, 'f'), other_fresh(32, 'F');
  const std::set<Hash32> seeds = {
      NoiseSeed(secret, fresh, Seed(1)), NoiseSeed(other_secret, fresh, Seed(1)),
      NoiseSeed(secret, other_fresh, Seed(1)),  // the same question asked again
      NoiseSeed(secret, fresh, Seed(2)),        // a cloned machine whose random bytes repeat
  };
  EXPECT_EQ(seeds.size(), 4);
  EXPECT_EQ(NoiseSeed(secret, fresh, Seed(1)), NoiseSeed(secret, fresh, Seed(1)));
}

}  // namespace
}  // namespace commons::privacy
