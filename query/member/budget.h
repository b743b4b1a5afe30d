// This node's side of paying for a question: what is left of an owner's year, and when an asking
// organisation has had too much of it for nothing (docs/formats/ledger.md).
#ifndef COMMONS_QUERY_MEMBER_BUDGET_H_
#define COMMONS_QUERY_MEMBER_BUDGET_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"
#include "storage/ledger/ledger.h"

namespace commons::query {

// The part of a dataset's yearly budget that one asking organisation's aborted questions may use.
inline constexpr uint64_t kAbortedPart = 20;  // one in twenty

uint64_t BudgetLeft(const storage::Ledger& ledger, absl::string_view dataset,
                    uint64_t yearly_budget, absl::Time now);

// What the answers that `owner` took part in tell, and what a whole year's may, in a board's words
// (privacy/budget.h); "" where nothing is counted: open data, or no rules in force.
std::string BudgetWords(const storage::Ledger& ledger, const governance::Register& reg,
                        const OrgId& owner, absl::string_view dataset, absl::Time now);

// BUDGET_EXHAUSTED: the question costs more than what was not spent this year; BUSY: more than
// what is not reserved either.
absl::Status CheckBudget(const storage::Ledger& ledger, absl::string_view dataset,
                         uint64_t cost_micro_rho, uint64_t yearly_budget, absl::Time now);

// What a rule gives a project, a researcher and an asking organisation in a year, of all datasets
// of the owner together; who is not in it has no limit but the dataset's.
std::map<storage::LedgerBearer, uint64_t> LimitsOf(const v1::Rule& rule);

// As CheckBudget, of those whose accounts bear the charge.
absl::Status CheckAccounts(const storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                           absl::Time now);
// The least that is left of the dataset's budget and of these accounts.
uint64_t LeftFor(const storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                 absl::Time now);

// ABORT_LIMIT: the asking organisation's aborted questions have used up their part of this year's
// budget.
absl::Status CheckAborted(const storage::Ledger& ledger, absl::string_view dataset,
                          const OrgId& asking_org, uint64_t yearly_budget, absl::Time now);

// Reserves what the charge says; one at a time for a ledger, or two might see the same room.
// ABORT_LIMIT; REPLAYED: this attempt was made before; BUSY: too many questions of the asker are
// open, or hold too much (storage/ledger/share.h), or others of them are reserved or paid for and
// not yet published (together with the aborted ones and this one they would exceed their part), or
// what is left is reserved; BUDGET_EXHAUSTED. So what one asker can burn in a year is its part and
// one question.
absl::Status ReserveBudget(storage::Ledger& ledger, const storage::Ledger::Charge& charge,
                           absl::Time now);

}  // namespace commons::query

#endif  // COMMONS_QUERY_MEMBER_BUDGET_H_
