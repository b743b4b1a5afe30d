#include "privacy/budget.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "base/ceil_div.h"
#include "base/text/decimal.h"

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

std::string Period(const char* name, const BudgetPeriod& period, uint32_t others) {
  return absl::StrCat(name, ": ", Guesses(period.spent, kRosterAllowance), "; if ", others,
                      others == 1 ? " other pools" : " others pool",
                      " what they know: ", Guesses(period.if_all_collude, kShareAllowance), ".");
}

uint64_t Times(uint64_t micro_rho, uint64_t factor) {
  const absl::uint128 product = absl::uint128(micro_rho) * factor;
  return product > std::numeric_limits<uint64_t>::max() ? std::numeric_limits<uint64_t>::max()
                                                        : absl::Uint128Low64(product);
}

}  // namespace

double PresenceProbability(uint64_t micro_rho) { return GuessProbability(2 * Rho(micro_rho)); }

double AttributeProbability(const Spending& spent) {
  return GuessProbability(4 * Rho(spent.counts_micro_rho) + 8 * Rho(spent.sums_micro_rho));
}

uint64_t MicroRhoIfAllCollude(uint64_t micro_rho, uint64_t flips, uint64_t flips_share) {
  const absl::uint128 scaled = absl::uint128(micro_rho) * flips;
  const absl::uint128 cost = CeilDiv<absl::uint128>(scaled, flips_share);
  return cost > std::numeric_limits<uint64_t>::max() ? std::numeric_limits<uint64_t>::max()
                                                     : absl::Uint128Low64(cost);
}

Spending IfAllOthersPool(const Spending& spent, uint32_t members, Collusion collusion) {
  const uint64_t honest = members - ColludersOf(members, members, collusion);
  return {.counts_micro_rho = Times(spent.counts_micro_rho, honest),
          .sums_micro_rho = Times(spent.sums_micro_rho, honest)};
}

std::string BudgetSentence(const BudgetFacts& facts) {
  std::string text = absl::StrCat(
      "Somebody who knows everything except one thing about one person guesses it right half the "
      "time by chance. With every answer given so far they would be right at most this often. ",
      Period("This year", facts.this_year, facts.others), " ",
      Period("Since the dataset began", facts.since_start, facts.others));
  if (facts.overlap_unbounded) {
    absl::StrAppend(&text, " This holds for a person whose data only one member holds.");
  }
  return text;
}

std::string YearSentence(uint64_t yearly_budget_micro_rho, uint32_t members, Collusion collusion) {
  const auto percent = [](uint64_t micro_rho, double allowance) {
    return PercentUp(PresenceProbability(micro_rho), allowance);
  };
  std::string text = absl::StrCat(
      "a year of answers lets the best guess whether somebody is in the data be right at most ",
      percent(yearly_budget_micro_rho, kRosterAllowance), " % of the time (chance: 50 %)");
  if (members < 2) return text;
  const uint32_t colluders = ColludersOf(members, members, collusion);
  const uint32_t others = members - 1;
  absl::StrAppend(&text, ", if at most ", colluders,
                  colluders == 1 ? " other pools" : " others pool", " what they know");
  if (colluders == others) return text;
  const Spending all = IfAllOthersPool({yearly_budget_micro_rho, 0}, members, collusion);
  return absl::StrCat(text, "; ", percent(all.total_micro_rho(), kShareAllowance), " % if all ",
                      others, " others do");
}

std::string TablesWords(uint64_t micro_rho) {
  // Ten thousandths of a table are whole numbers.
  static_assert(10'000 % kStandardTableMicroRho == 0);
  const absl::int128 parts = absl::int128(micro_rho) * (10'000 / kStandardTableMicroRho);
  return absl::StrCat(FormatDecimal(parts, 4),
                      micro_rho == kStandardTableMicroRho ? " standard table" : " standard tables");
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
