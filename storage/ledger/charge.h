// What one question costs one dataset, and what such charges come to: the ledger's plain types.
#ifndef COMMONS_STORAGE_LEDGER_CHARGE_H_
#define COMMONS_STORAGE_LEDGER_CHARGE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "base/ids.h"
#include "base/spending.h"

namespace commons::storage {

// Who bears a cost beside the dataset: at one owner, over all its datasets, in a UTC year.
enum class LedgerBearer { kProject, kResearcher, kAskingOrg };
inline constexpr LedgerBearer kLedgerBearers[] = {LedgerBearer::kProject, LedgerBearer::kResearcher,
                                                  LedgerBearer::kAskingOrg};
using LedgerAccount = std::pair<LedgerBearer, std::string>;  // and the 32 bytes of its id

struct LedgerCharge {
  std::string dataset;
  QueryId query;
  uint32_t attempt = 1;
  Spending cost;
  uint64_t budget_micro_rho = 0;  // of the dataset for the year
  OrgId asking_org;
  QuestionDigest digest;
  // Whose accounts bear it, beside the asking organisation's. Absent in entries of version 1, whose
  // cost counts as spent on sums: nobody knows the split, and sums tell more.
  DocId project;
  PublicKey researcher;
  // What the owner gives each of them in a year; not in the list: no limit. Looked at when it is
  // reserved; not in the entry.
  std::map<LedgerBearer, uint64_t> limits_micro_rho = {};

  LedgerAccount AccountOf(LedgerBearer bearer) const {
    switch (bearer) {
      case LedgerBearer::kProject:
        return {bearer, project.ToBytes()};
      case LedgerBearer::kResearcher:
        return {bearer, researcher.ToBytes()};
      case LedgerBearer::kAskingOrg:
        break;
    }
    return {bearer, asking_org.ToBytes()};
  }
};

// One attempt of one question: charged once at most.
using LedgerAttempt = std::pair<QueryId, uint32_t>;
inline LedgerAttempt AttemptOf(const LedgerCharge& charge) {
  return {charge.query, charge.attempt};
}

// Of one dataset. Sums saturate.
struct LedgerBalance {
  uint64_t spent_micro_rho = 0;     // this year
  uint64_t reserved_micro_rho = 0;  // this year, live
  uint64_t spent_ever_micro_rho = 0;
};

// What is final, of one dataset, for the sentence that boards read (privacy/budget.h).
struct LedgerSpending {
  Spending this_year;
  Spending since_start;
};

// Questions of one asking organisation whose release may still come: reserved, or final. Saturates.
struct LedgerUnpublished {
  static constexpr absl::Duration kWithin =
      absl::Seconds(60);  // of a final one; then it was aborted
  size_t questions = 0;
  uint64_t micro_rho = 0;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_CHARGE_H_
