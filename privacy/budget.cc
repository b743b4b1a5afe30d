#include "privacy/budget.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"

namespace commons::privacy {
namespace {

constexpr uint64_t kStandardTableMicroRho = 5'000;

double Rho(uint64_t micro_rho) { return static_cast<double>(micro_rho) / 1e6; }

// Phi(mu / 2): the better of two simple hypotheses that are mu standard deviations apart.
double GuessProbability(double mu_squared) {
  return std::erfc(-std::sqrt(mu_squared) / 2 / std::sqrt(2.0)) / 2;
}

// How far the best guess against coins can exceed the one against a Gaussian: of whole rosters, and
// of one member's share, which may be very few coins (privacy_loss_test).
constexpr double kRosterAllowance = 0.001;
constexpr double kShareAllowance = 0.02;

int PercentUp(double probability, double allowance) {
  if (probability <= 0.5) return 50;  // nothing was spent
  return static_cast<int>(std::ceil(100 * std::min(probability + allowance, 1.0)));
}

std::string Guesses(const Spending& spent, double allowance) {
  return absl::StrCat(PercentUp(PresenceProbability(spent.total_micro_rho()), allowance),
                      " % whether you are in the data, ",
                      PercentUp(AttributeProbability(spent), allowance),
                      " % which of two things is true of you");
}

std::string Period(const char* name, const BudgetPeriod& period) {
  return absl::StrCat(
      name, ": ", Guesses(period.spent, kRosterAllowance),
      "; if all other members colluded: ", Guesses(period.if_all_collude, kShareAllowance), ".");
}

}  // namespace

double PresenceProbability(uint64_t micro_rho) { return GuessProbability(2 * Rho(micro_rho)); }

double AttributeProbability(const Spending& spent) {
  return GuessProbability(4 * Rho(spent.counts_micro_rho) + 8 * Rho(spent.sums_micro_rho));
}

uint64_t MicroRhoIfAllCollude(uint64_t micro_rho, uint64_t flips, uint64_t flips_share) {
  const absl::uint128 scaled = absl::uint128(micro_rho) * flips;
  const absl::uint128 cost = (scaled + flips_share - 1) / flips_share;
  return cost > std::numeric_limits<uint64_t>::max() ? std::numeric_limits<uint64_t>::max()
                                                     : absl::Uint128Low64(cost);
}

std::string BudgetSentence(const BudgetFacts& facts) {
  std::string text = absl::StrCat(
      "Somebody who knows everything except one thing about one person guesses it right half the "
      "time by chance. With every answer given so far they would be right at most this often. ",
      Period("This year", facts.this_year), " ",
      Period("Since the dataset began", facts.since_start));
  if (facts.overlap_unbounded) {
    absl::StrAppend(&text, " This holds for a person whose data only one member holds.");
  }
  return text;
}

std::string TablesSentence(uint64_t cost_micro_rho, uint64_t limit_micro_rho,
                           uint64_t left_micro_rho) {
  const uint64_t cost =
      cost_micro_rho / kStandardTableMicroRho + (cost_micro_rho % kStandardTableMicroRho != 0);
  return absl::StrCat(cost, " of ", limit_micro_rho / kStandardTableMicroRho,
                      " standard tables this year, ", left_micro_rho / kStandardTableMicroRho,
                      " left");
}

}  // namespace commons::privacy
