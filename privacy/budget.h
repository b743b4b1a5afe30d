// What spent micro-rho means for a person, in words a board can read (docs/decisions/0006).
#ifndef COMMONS_PRIVACY_BUDGET_H_
#define COMMONS_PRIVACY_BUDGET_H_

#include <cstdint>
#include <string>

#include "base/spending.h"
#include "privacy/noise.h"

namespace commons::privacy {

// How often the best possible attacker, who knows everything but one thing about one person and
// would otherwise be right half the time, is right after seeing every answer.
// Whether the person is in the data at all: Phi(sqrt(2 rho) / 2).
double PresenceProbability(uint64_t micro_rho);
// Which of two values a person known to be in the data has:
// Phi(sqrt(4 rho_counts + 8 rho_sums) / 2).
double AttributeProbability(const Spending& spent);

// The same spending if all members but the person's own pooled what they know:
// ceil(micro_rho * flips / flips_share), saturating.
uint64_t MicroRhoIfAllCollude(uint64_t micro_rho, uint64_t flips, uint64_t flips_share);

struct BudgetPeriod {
  Spending spent;
  Spending if_all_collude;
};

// At most what `spent` weighs where all others of a commons of so many active members pooled what
// they know, whatever rosters asked: a member of n alone keeps F_share of F coins, F / F_share <=
// n - t. Saturates.
Spending IfAllOthersPool(const Spending& spent, uint32_t members, Collusion collusion);

struct BudgetFacts {
  BudgetPeriod this_year;
  BudgetPeriod since_start;        // everything since the dataset began
  uint32_t others = 0;             // the commons' other active members
  bool overlap_unbounded = false;  // no bound on how many owners may hold one person
};

// Several plain sentences; percentages are whole numbers, rounded up after adding what the
// noise's exact shape can help an attacker over these formulas: 0.1 points, and 2 points where all
// other members collude (privacy/cost.h).
std::string BudgetSentence(const BudgetFacts& facts);

// What all answers of a year may come to tell, once the whole budget is spent: "a year of answers
// lets the best guess whether somebody is in the data be right at most 70 % of the time (chance: 50
// %), if at most 10 others pool what they know; 98 % if all 21 others do". Percentages as above.
std::string YearSentence(uint64_t yearly_budget_micro_rho, uint32_t members, Collusion collusion);

// A budget in answers that people know: "100 standard tables", exact: "0.2 standard tables".
std::string TablesWords(uint64_t micro_rho);

// "1 of 100 standard tables this year, 63 left": cost rounded up, limit and remainder down.
std::string TablesSentence(uint64_t cost_micro_rho, uint64_t limit_micro_rho,
                           uint64_t left_micro_rho);

}  // namespace commons::privacy

#endif  // COMMONS_PRIVACY_BUDGET_H_
