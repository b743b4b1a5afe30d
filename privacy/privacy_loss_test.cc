// Tries to falsify what privacy/cost.h promises: computes the exact distribution of the privacy
// loss of the centred binomial and of compositions, and compares it with what CostMicroRho charged.
#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "privacy/budget.h"
#include "privacy/cost.h"

namespace commons::privacy {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Losses log(P/Q) on a grid, with their probabilities under P. Every outcome is split between its
// two neighbours on the grid so that its mass under P and under Q is kept; merging them again is
// post-processing, so that the grid is at least as bad as the truth (Doroshenko et al., PETS 2022).
class PrivacyLoss {
 public:
  static constexpr double kGrid = 1.0 / 1024;

  static PrivacyLoss None() { return PrivacyLoss({{0, 1.0}}, 0); }

  // One cell with `flips` fair coins, moved by `shift`.
  static PrivacyLoss OfShift(uint64_t flips, uint64_t shift) {
    const auto log_pmf = [&](double heads) {
      return std::lgamma(flips + 1.0) - std::lgamma(heads + 1) - std::lgamma(flips - heads + 1.0) -
             flips * std::log(2.0);
    };
    std::map<int, double> masses;
    double certain = 0;
    for (uint64_t heads = 0; heads <= flips; ++heads) {
      const double mass = std::exp(log_pmf(heads));
      if (heads < shift || mass < 1e-19) {
        certain += mass;
        continue;
      }
      const double loss = log_pmf(heads) - log_pmf(heads - shift);
      const int below = static_cast<int>(std::floor(loss / kGrid));
      const double up = std::expm1(below * kGrid - loss) / std::expm1(-kGrid);
      masses[below] += mass * (1 - up);
      masses[below + 1] += mass * up;
    }
    return PrivacyLoss(masses, certain);
  }

  PrivacyLoss Then(const PrivacyLoss& other) const {
    PrivacyLoss both(*this);
    both.first_ += other.first_;
    both.certain_ = 1 - (1 - certain_) * (1 - other.certain_);
    both.mass_.assign(mass_.size() + other.mass_.size() - 1, 0);
    for (size_t j = 0; j < other.mass_.size(); ++j) {
      const double weight = other.mass_[j];
      if (weight == 0) continue;
      for (size_t i = 0; i < mass_.size(); ++i) both.mass_[i + j] += weight * mass_[i];
    }
    both.Trim();
    return both;
  }

  // The hockey-stick divergence: the least delta for which (epsilon, delta) holds.
  double Delta(double epsilon) const {
    double delta = certain_;
    for (size_t i = 0; i < mass_.size(); ++i) {
      if (Loss(i) > epsilon) delta -= mass_[i] * std::expm1(epsilon - Loss(i));
    }
    return delta;
  }

  // How often the best guess between two equally likely worlds is right.
  double BestGuess() const { return (1 + Delta(0)) / 2; }

  // Renyi divergence of order alpha over the outcomes possible in both worlds.
  double Renyi(double alpha) const {
    double sum = 0;
    for (size_t i = 0; i < mass_.size(); ++i) sum += mass_[i] * std::exp((alpha - 1) * Loss(i));
    return std::log(sum / (1 - certain_)) / (alpha - 1);
  }

  double certain() const { return certain_; }

 private:
  PrivacyLoss(const std::map<int, double>& masses, double certain)
      : first_(masses.begin()->first), certain_(certain) {
    mass_.assign(masses.rbegin()->first - first_ + 1, 0);
    for (const auto& [index, mass] : masses) mass_[index - first_] = mass;
  }

  double Loss(size_t i) const { return (first_ + static_cast<double>(i)) * kGrid; }

  // Tails too light to matter: upper ones count as certain, lower ones move up, both to the worse.
  void Trim() {
    size_t end = mass_.size(), begin = 0;
    double above = 0, below = 0;
    while (end > 1 && above + mass_[end - 1] < 1e-18) above += mass_[--end];
    while (begin + 1 < end && below + mass_[begin] < 1e-18) below += mass_[begin++];
    mass_ = std::vector<double>(mass_.begin() + begin, mass_.begin() + end);
    mass_[0] += below;
    certain_ += above;
    first_ += static_cast<int>(begin);
  }

  int first_;
  double certain_;
  std::vector<double> mass_;
};

struct Answers {
  NoiseClass noise_class;
  uint64_t shift;  // rows by which one person moves a cell
  int times;
};
using Year = std::vector<Answers>;

std::string Describe(const Year& year) {
  std::string text;
  for (const Answers& answers : year) {
    text += std::to_string(answers.times) + " x " +
            std::string(NoiseClassName(answers.noise_class)) + " moved by " +
            std::to_string(answers.shift) + "; ";
  }
  return text;
}

PrivacyLoss LossOf(const Year& year) {
  static auto* known = new std::map<std::string, PrivacyLoss>;
  if (const auto it = known->find(Describe(year)); it != known->end()) return it->second;
  PrivacyLoss total = PrivacyLoss::None();
  for (const Answers& answers : year) {
    const PrivacyLoss one = PrivacyLoss::OfShift(FlipsOf(answers.noise_class), answers.shift);
    for (int i = 0; i < answers.times; ++i) total = total.Then(one);
  }
  known->emplace(Describe(year), total);
  return total;
}

uint64_t ChargeOf(const Year& year) {
  uint64_t micro_rho = 0;
  for (const Answers& answers : year) {
    micro_rho += answers.times *
                 *CostMicroRho(PartialKind::kCountRows, {1, answers.shift, 1}, answers.noise_class);
  }
  return micro_rho;
}

// Down to which delta the zCDP tail is promised.
double TailFloor(const Year& year) {
  double floor = 1e-15;
  for (const Answers& answers : year) {
    if (answers.noise_class == NoiseClass::kFine) floor = std::max(floor, 1e-6);
    if (answers.noise_class == NoiseClass::kLight) floor = std::max(floor, 2e-3);
  }
  return floor;
}

bool TailHolds(const PrivacyLoss& loss, double rho, double floor) {
  for (double epsilon = rho;; epsilon += 0.02) {
    const double tail = std::exp(-(epsilon - rho) * (epsilon - rho) / (4 * rho));
    if (tail < floor) return true;
    if (loss.Delta(epsilon) > tail) return false;
  }
}

std::vector<Year> SingleAnswers() {
  std::vector<Year> years;
  for (NoiseClass noise_class :
       {NoiseClass::kLight, NoiseClass::kFine, NoiseClass::kStandard, NoiseClass::kBroad}) {
    for (uint64_t shift = 1; CostMicroRho(PartialKind::kCountRows, {1, shift, 1}, noise_class).ok();
         ++shift) {
      years.push_back({{noise_class, shift, 1}});
    }
  }
  return years;
}

std::vector<Year> Years() {
  using enum NoiseClass;
  return {
      {{kLight, 1, 2}},
      {{kLight, 1, 4}},
      {{kLight, 1, 16}},
      {{kLight, 1, 32}},
      {{kLight, 2, 4}},
      {{kFine, 1, 16}},
      {{kFine, 4, 2}},
      {{kFine, 4, 4}},
      {{kStandard, 1, 2}},
      {{kStandard, 1, 100}},
      {{kStandard, 10, 4}},
      {{kBroad, 1, 200}},
      {{kBroad, 20, 4}},
      {{kFine, 1, 8}, {kStandard, 1, 50}},
      {{kStandard, 3, 5}, {kBroad, 2, 20}},
      {{kLight, 1, 1}, {kFine, 1, 4}, {kStandard, 1, 20}, {kBroad, 1, 80}},
      {{kFine, 3, 1}, {kLight, 1, 2}, {kStandard, 7, 1}, {kBroad, 11, 1}},
  };
}

TEST(PrivacyLossTest, GridAgreesWithTheDirectSumForOneAnswer) {
  // Total variation of a unimodal symmetric distribution and itself moved by one: its mode.
  EXPECT_NEAR(PrivacyLoss::OfShift(16, 1).Delta(0), 12870.0 / 65536, 1e-6);
  EXPECT_NEAR(PrivacyLoss::OfShift(16, 1).certain(), 1.0 / 65536, 1e-12);
  EXPECT_NEAR(PrivacyLoss::OfShift(16, 2).certain(), 17.0 / 65536, 1e-12);
  // Two answers about cells of two coins each, by listing all outcomes.
  const double pmf[] = {0.25, 0.5, 0.25, 0};
  double distance = 0;
  for (int a = 0; a < 4; ++a) {
    for (int b = 0; b < 4; ++b) {
      const double moved = (a ? pmf[a - 1] : 0) * (b ? pmf[b - 1] : 0);
      distance += std::max(pmf[a] * pmf[b] - moved, 0.0);
    }
  }
  const PrivacyLoss one = PrivacyLoss::OfShift(2, 1);
  EXPECT_NEAR(one.Then(one).Delta(0), distance, 1e-4);
  EXPECT_GE(one.Then(one).Delta(0), distance);
}

TEST(PrivacyLossTest, BestGuessOfOneAnswerNeverExceedsWhatPeopleAreTold) {
  for (const Year& year : SingleAnswers()) {
    EXPECT_LE(LossOf(year).BestGuess(), PresenceProbability(ChargeOf(year))) << Describe(year);
  }
}

TEST(PrivacyLossTest, BestGuessAfterManyAnswersStaysWithinTheAllowanceOfTheSentence) {
  for (const Year& year : Years()) {
    EXPECT_LE(LossOf(year).BestGuess(), PresenceProbability(ChargeOf(year)) + 0.001)
        << Describe(year);
  }
}

TEST(PrivacyLossTest, TailsStayBelowTheOnesOfWhatWasCharged) {
  for (const std::vector<Year>& years : {SingleAnswers(), Years()}) {
    for (const Year& year : years) {
      EXPECT_TRUE(TailHolds(LossOf(year), ChargeOf(year) / 1e6, TailFloor(year))) << Describe(year);
    }
  }
}

TEST(PrivacyLossTest, RenyiDivergenceOfOrderTwoStaysWithinItsStatedExcess) {
  const double excess[] = {kInfinity, 0.12, 0.022, 0.003, 0.001};
  for (const Year& year : SingleAnswers()) {
    const double allowed = 1 + excess[static_cast<int>(year[0].noise_class)];
    EXPECT_LE(LossOf(year).Renyi(2), 2 * ChargeOf(year) / 1e6 * allowed) << Describe(year);
  }
}

// A changed attribute moves a row from one cell to another.
TEST(PrivacyLossTest, AttributeOfACountIsTwoCellsMovedByOneRow) {
  for (const Year& year : SingleAnswers()) {
    const PrivacyLoss cell = LossOf(year);
    EXPECT_LE(cell.Then(cell).BestGuess(), AttributeProbability({ChargeOf(year), 0}) + 0.001)
        << Describe(year);
  }
}

// A changed value moves a sum by up to 64 steps, or two sums by 32 each.
TEST(PrivacyLossTest, AttributeOfASumIsOneCellMovedByTwiceTheSteps) {
  for (NoiseClass noise_class : {NoiseClass::kLight, NoiseClass::kFine}) {
    const uint64_t flips = FlipsOf(PartialKind::kSum, noise_class);
    const uint64_t cost = *CostMicroRho(PartialKind::kSum, {}, noise_class);
    const PrivacyLoss within = PrivacyLoss::OfShift(flips, 2 * kSumSteps);
    const PrivacyLoss cell = PrivacyLoss::OfShift(flips, kSumSteps);
    EXPECT_LE(cell.BestGuess(), PresenceProbability(cost));
    EXPECT_LE(within.BestGuess(), AttributeProbability({0, cost}));
    EXPECT_LE(cell.Then(cell).BestGuess(), AttributeProbability({0, cost}));
  }
}

TEST(PrivacyLossTest, CertainOutcomesAreAsRareAsStated) {
  EXPECT_LT(PrivacyLoss::OfShift(16, 1).certain(), 1.6e-5);
  EXPECT_LT(PrivacyLoss::OfShift(64, 1).certain(), 1e-17);  // below the sums' own cut at 1e-19 each
  // Strict zCDP would forbid them: that they exist is why the tail's promise has a floor.
  EXPECT_GT(PrivacyLoss::OfShift(16, 1).Delta(50), 1e-5);
}

// One member's own coins are all that is left when all others pool what they know. Few coins are
// far from a Gaussian; the sentence allows for it.
TEST(PrivacyLossTest, CollusionOfAllOthersStaysWithinItsAllowance) {
  for (const Year& year : SingleAnswers()) {
    const auto [noise_class, shift, times] = year[0];
    if (shift > 3) continue;  // the worst is a shift of 3 against two coins
    const uint64_t flips = FlipsOf(noise_class), cost = ChargeOf(year);
    for (uint32_t members : {3u, 22u, 200u}) {
      const uint64_t share = PlanNoise(flips, members, members, Collusion::kMinority).flips_share;
      // Fewer coins than the shift hide nothing.
      const bool bare = share < shift;
      const PrivacyLoss one = bare ? PrivacyLoss::None() : PrivacyLoss::OfShift(share, shift);
      PrivacyLoss loss = one;
      for (int answers = 1; answers <= 16 && answers * cost <= 500'000; ++answers) {
        const uint64_t rho = MicroRhoIfAllCollude(answers * cost, flips, share);
        EXPECT_LE(bare ? 1.0 : loss.BestGuess(), PresenceProbability(rho) + 0.02)
            << Describe(year) << members << " members, answers: " << answers;
        if (!bare) loss = loss.Then(one);
      }
    }
  }
}

// One person's r rows at one owner, of which c count in a cell: in how many rows they lie in each
// cell, from as few cells as c allows to a cell for each row.
std::vector<std::pair<Year, Sensitivity>> SpreadOverCells() {
  using enum NoiseClass;
  return {
      {{{kStandard, 1, 12}}, {1, 12, 1, 1}},
      {{{kStandard, 2, 6}}, {1, 12, 1, 2}},
      {{{kStandard, 3, 4}}, {1, 12, 1, 3}},
      {{{kStandard, 10, 1}, {kStandard, 2, 1}}, {1, 12, 1, 10}},
      {{{kStandard, 3, 2}, {kStandard, 1, 6}}, {1, 12, 1, 3}},
      {{{kBroad, 5, 4}}, {1, 20, 1, 5}},
      {{{kFine, 1, 4}}, {1, 4, 1, 1}},
      {{{kLight, 1, 2}}, {1, 2, 1, 1}},
      // Two owners, each with r rows in the same cells; two grouping sets.
      {{{kStandard, 2, 12}}, {1, 12, 2, 1}},
      {{{kStandard, 1, 24}}, {2, 12, 1, 1}},
  };
}

TEST(PrivacyLossTest, RowsBoundedInEachCellRevealNoMoreThanIsCharged) {
  const auto spread = SpreadOverCells();
  for (const auto& [year, person] : spread) {
    const uint64_t cost = *CostMicroRho(PartialKind::kCountRows, person, year.front().noise_class);
    EXPECT_LE(LossOf(year).BestGuess(), PresenceProbability(cost) + 0.001) << Describe(year);
    EXPECT_TRUE(TailHolds(LossOf(year), cost / 1e6, TailFloor(year))) << Describe(year);
  }
  // Where the rows fill their cells the charge is no larger than need be.
  for (const size_t tight : {0, 1, 2, 5, 6, 7, 8, 9}) {
    const auto& [year, person] = spread[tight];
    const uint64_t cost = *CostMicroRho(PartialKind::kCountRows, person, year.front().noise_class);
    EXPECT_GT(LossOf(year).BestGuess(), PresenceProbability(cost * 9 / 10) + 0.0001)
        << Describe(year);
  }
}

// If these charges passed, the tests above would not be able to fail.
TEST(PrivacyLossTest, WouldNoticeChargesThatAreTooLow) {
  for (const std::vector<Year>& years : {SingleAnswers(), Years()}) {
    for (const Year& year : years) {
      const PrivacyLoss loss = LossOf(year);
      const uint64_t too_low = ChargeOf(year) * 9 / 10;
      EXPECT_GT(loss.BestGuess(), PresenceProbability(too_low) + 0.0001) << Describe(year);
      EXPECT_FALSE(TailHolds(loss, ChargeOf(year) / 2e6, TailFloor(year))) << Describe(year);
    }
  }
}

}  // namespace
}  // namespace commons::privacy
