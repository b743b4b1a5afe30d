#include "query/member/budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "governance/document/collusion.h"
#include "governance/document/refusal.h"
#include "governance/rules/rule_in_force.h"
#include "privacy/budget.h"

namespace commons::query {

using governance::Refuse;

namespace {

// Sums may be as large as can be.
uint64_t Less(uint64_t from, uint64_t amount) { return from - std::min(from, amount); }

absl::string_view BearerWords(storage::LedgerBearer bearer) {
  switch (bearer) {
    case storage::LedgerBearer::kProject:
      return "a project";
    case storage::LedgerBearer::kResearcher:
      return "a researcher";
    case storage::LedgerBearer::kAskingOrg:
      break;
  }
  return "an asking organisation";
}

std::string NextYear(absl::Time now) {
  return absl::StrCat(absl::ToCivilYear(now, absl::UTCTimeZone()).year() + 1, "-01-01");
}

}  // namespace

uint64_t BudgetLeft(const storage::Ledger& ledger, absl::string_view dataset,
                    uint64_t yearly_budget, absl::Time now) {
  const auto balance = ledger.BalanceOf(dataset, now);
  return Less(Less(yearly_budget, balance.spent_micro_rho), balance.reserved_micro_rho);
}

std::string BudgetWords(const storage::Ledger& ledger, const governance::Register& reg,
                        const OrgId& owner, absl::string_view dataset, absl::Time now) {
  const auto rule = governance::RuleInForce(reg, owner, dataset, now);
  const uint32_t members = reg.active_members();
  if (!rule.ok() || rule->rule.release() == v1::OPEN || members == 0) return "";
  const auto collusion = governance::CollusionOf(rule->rule.collusion());
  const storage::LedgerSpending spent = ledger.SpendingOf(dataset, now);
  const auto period = [&](const Spending& of) {
    return privacy::BudgetPeriod{of, privacy::IfAllOthersPool(of, members, collusion)};
  };
  return absl::StrCat(
      privacy::BudgetSentence({.this_year = period(spent.this_year),
                               .since_start = period(spent.since_start),
                               .others = members - 1}),
      " Once the year's budget is spent: ",
      privacy::YearSentence(rule->rule.yearly_budget_micro_rho(), members, collusion), ".");
}

absl::Status CheckBudget(const storage::Ledger& ledger, absl::string_view dataset,
                         uint64_t cost_micro_rho, uint64_t yearly_budget, absl::Time now) {
  const auto balance = ledger.BalanceOf(dataset, now);
  const uint64_t unspent = Less(yearly_budget, balance.spent_micro_rho);
  const uint64_t left = Less(unspent, balance.reserved_micro_rho);
  if (cost_micro_rho <= left) return absl::OkStatus();
  if (cost_micro_rho <= unspent) {
    return Refuse(v1::BUSY, absl::StrCat(dataset, ": ", left,
                                         " micro-rho left beside what open "
                                         "questions have reserved; try again in a minute"));
  }
  return Refuse(v1::BUDGET_EXHAUSTED,
                absl::StrCat(dataset, ": the question costs ", cost_micro_rho, " micro-rho, ", left,
                             left == 1 ? " is" : " are", " left until the year turns on ",
                             NextYear(now), " (UTC)"));
}

std::map<storage::LedgerBearer, uint64_t> LimitsOf(const v1::Rule& rule) {
  using Bearer = storage::LedgerBearer;
  std::map<Bearer, uint64_t> limits;
  const auto add = [&](Bearer bearer, uint64_t micro_rho) {
    if (micro_rho != 0) limits[bearer] = micro_rho;
  };
  add(Bearer::kProject, rule.project_budget_micro_rho());
  add(Bearer::kResearcher, rule.researcher_budget_micro_rho());
  add(Bearer::kAskingOrg, rule.asker_budget_micro_rho());
  return limits;
}

absl::Status CheckAccounts(const storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                           absl::Time now) {
  const uint64_t cost = charge.cost.total_micro_rho();
  for (const auto& [bearer, limit] : charge.limits_micro_rho) {
    const auto balance = ledger.BalanceOf(charge.AccountOf(bearer), now);
    const uint64_t unspent = Less(limit, balance.spent_micro_rho);
    const uint64_t left = Less(unspent, balance.reserved_micro_rho);
    if (cost <= left) continue;
    if (cost <= unspent) {
      return Refuse(v1::BUSY, absl::StrCat("of what ", BearerWords(bearer), " has, ",
                                           privacy::TablesWords(left),
                                           " are left beside what open questions have reserved; "
                                           "try again in a minute"));
    }
    return Refuse(v1::BUDGET_EXHAUSTED,
                  absl::StrCat("this owner gives ", BearerWords(bearer), " ",
                               privacy::TablesWords(limit), " a year: the question costs ",
                               privacy::TablesWords(cost), ", ", privacy::TablesWords(left),
                               " are left until the year turns on ", NextYear(now), " (UTC)"));
  }
  return absl::OkStatus();
}

uint64_t LeftFor(const storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                 absl::Time now) {
  uint64_t left = BudgetLeft(ledger, charge.dataset, charge.budget_micro_rho, now);
  for (const auto& [bearer, limit] : charge.limits_micro_rho) {
    const auto balance = ledger.BalanceOf(charge.AccountOf(bearer), now);
    left = std::min(left, Less(Less(limit, balance.spent_micro_rho), balance.reserved_micro_rho));
  }
  return left;
}

absl::Status CheckAborted(const storage::Ledger& ledger, absl::string_view dataset,
                          const OrgId& asking_org, uint64_t yearly_budget, absl::Time now) {
  const uint64_t aborted = ledger.AbortedBy(asking_org, dataset, now);
  if (aborted == 0 || aborted < yearly_budget / kAbortedPart) return absl::OkStatus();
  return Refuse(v1::ABORT_LIMIT, absl::StrCat(dataset, ": ", aborted,
                                              " micro-rho of this year went to questions of "
                                              "the asking member that were never published"));
}

namespace {

// Whatever is not published yet may come to nothing: that is bounded before it happens. Of larger
// questions there is one at a time, so that it can be asked at all.
absl::Status CheckUnpublished(const storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                              absl::Time now) {
  const auto unpublished = ledger.UnpublishedBy(charge.asking_org, charge.dataset, now);
  if (unpublished.questions == 0) return absl::OkStatus();
  const uint64_t part = charge.budget_micro_rho / kAbortedPart;
  const uint64_t aborted = ledger.AbortedBy(charge.asking_org, charge.dataset, now);
  const uint64_t left = Less(Less(part, aborted), unpublished.micro_rho);
  if (charge.cost.total_micro_rho() <= left) return absl::OkStatus();
  return Refuse(v1::BUSY,
                absl::StrCat(charge.dataset, ": ", unpublished.questions,
                             " of the asking member's questions are not published yet, and beside "
                             "them ",
                             left,
                             " micro-rho of its part are left, less than this one costs; try "
                             "again when they are answered"));
}

}  // namespace

absl::Status ReserveBudget(storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                           absl::Time now) {
  RETURN_IF_ERROR(
      CheckAborted(ledger, charge.dataset, charge.asking_org, charge.budget_micro_rho, now));
  RETURN_IF_ERROR(CheckUnpublished(ledger, charge, now));
  const absl::Status reserved = ledger.Reserve(charge, now).status();
  if (absl::IsAlreadyExists(reserved)) {
    return Refuse(v1::REPLAYED, "proposal: this attempt was made before");
  }
  if (!absl::IsResourceExhausted(reserved)) return reserved;
  RETURN_IF_ERROR(CheckBudget(ledger, charge.dataset, charge.cost.total_micro_rho(),
                              charge.budget_micro_rho, now));
  RETURN_IF_ERROR(CheckAccounts(ledger, charge, now));
  return Refuse(v1::BUSY, reserved.message());
}

}  // namespace commons::query
