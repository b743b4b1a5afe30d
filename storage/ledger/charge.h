// What one question costs one dataset, and what such charges come to: the ledger's plain types.
#ifndef COMMONS_STORAGE_LEDGER_CHARGE_H_
#define COMMONS_STORAGE_LEDGER_CHARGE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/time/time.h"
#include "base/ids.h"

namespace commons::storage {

struct LedgerCharge {
  std::string dataset;
  QueryId query;
  uint32_t attempt = 1;
  uint64_t cost_micro_rho = 0;
  uint64_t budget_micro_rho = 0;  // of the dataset for the year
  OrgId asking_org;
  QuestionDigest digest;
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

// Final charges of one asking organisation whose release may still come.
struct LedgerUnpublished {
  static constexpr absl::Duration kWithin = absl::Seconds(60);  // after that it was for nothing
  size_t questions = 0;
  uint64_t spent_micro_rho = 0;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_CHARGE_H_
