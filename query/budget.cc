#include "query/budget.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "base/status.h"
#include "governance/refusal.h"

namespace commons::query {

using governance::Refuse;

uint64_t BudgetLeft(const storage::Ledger& ledger, absl::string_view dataset,
                    uint64_t yearly_budget, absl::Time now) {
  const auto balance = ledger.BalanceOf(dataset, now);
  // One after the other: either may be as large as can be.
  const uint64_t unspent = yearly_budget - std::min(yearly_budget, balance.spent_micro_rho);
  return unspent - std::min(unspent, balance.reserved_micro_rho);
}

absl::Status CheckAborted(const storage::Ledger& ledger, absl::string_view dataset,
                          const OrgId& asking_org, uint64_t yearly_budget, absl::Time now) {
  const uint64_t aborted = ledger.AbortedBy(asking_org, dataset, now);
  if (aborted == 0 || aborted < yearly_budget / kAbortedPart) return absl::OkStatus();
  return Refuse(v1::ABORT_LIMIT,
                absl::StrCat(dataset, ": ", aborted, " micro-rho of this year went to questions of "
                             "the asking member that were never published"));
}

namespace {

// What is paid for and not yet published may come to nothing too. An honest asker has no more of it
// than it has questions at a time.
absl::Status CheckUnpublished(const storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                              absl::Time now) {
  const auto unpublished = ledger.UnpublishedBy(charge.asking_org, charge.dataset, now);
  if (unpublished.questions < limits::kConcurrentQuestions) return absl::OkStatus();
  const uint64_t part = charge.budget_micro_rho / kAbortedPart;
  const uint64_t aborted = ledger.AbortedBy(charge.asking_org, charge.dataset, now);
  if (unpublished.spent_micro_rho < part - std::min(part, aborted)) return absl::OkStatus();
  return Refuse(v1::BUSY, "proposal: too many questions of the asking member are paid for and not "
                          "yet published, try again in a minute");
}

}  // namespace

absl::Status ReserveBudget(storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                           absl::Time now) {
  RETURN_IF_ERROR(CheckAborted(ledger, charge.dataset, charge.asking_org, charge.budget_micro_rho,
                               now));
  RETURN_IF_ERROR(CheckUnpublished(ledger, charge, now));
  const absl::Status reserved = ledger.Reserve(charge, now).status();
  if (absl::IsAlreadyExists(reserved)) {
    return Refuse(v1::REPLAYED, "proposal: this attempt was made before");
  }
  if (!absl::IsResourceExhausted(reserved)) return reserved;
  if (charge.cost_micro_rho <=
      BudgetLeft(ledger, charge.dataset, charge.budget_micro_rho, now)) {
    return Refuse(v1::BUSY, "proposal: too many questions are open, try again in a minute");
  }
  return Refuse(v1::BUDGET_EXHAUSTED,
                absl::StrCat(charge.dataset, ": not enough of the year's budget is left"));
}

}  // namespace commons::query
