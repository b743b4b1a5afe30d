// For tests of the ledger: small charges, and a ledger that can be closed and opened again.
#ifndef COMMONS_STORAGE_LEDGER_LEDGER_FOR_TEST_H_
#define COMMONS_STORAGE_LEDGER_LEDGER_FOR_TEST_H_

#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "base/temp_dir_for_test.h"
#include "gtest/gtest.h"
#include "storage/ledger/ledger.h"

namespace commons::storage {

inline constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
inline const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

inline QueryId Query(uint64_t n) {
  QueryId id;
  for (int i = 0; i < 8; ++i) id.mutable_data()[i] = n >> (8 * i);
  return id;
}

inline OrgId Org(uint8_t n) {
  OrgId id;
  id.mutable_data()[0] = n;
  return id;
}

inline Ledger::Charge Charge(uint64_t query, uint64_t cost, uint64_t budget) {
  Ledger::Charge charge;
  charge.dataset = "covid_cases";
  charge.query = Query(query);
  charge.cost.counts_micro_rho = cost;
  charge.budget_micro_rho = budget;
  charge.asking_org = Org(1);
  return charge;
}

// A database and its ledger that can be closed and opened again.
class LedgerTest : public ::testing::Test {
 protected:
  LedgerTest() { Reopen(); }
  void Reopen() {
    ledger.reset();
    db.reset();
    db = std::move(Database::Open(dir / "db")).value();
    ledger = std::move(Ledger::Open(*db)).value();
  }
  absl::StatusCode Reserve(uint64_t query, uint64_t cost, uint64_t budget, absl::Time now) {
    return ledger->Reserve(Charge(query, cost, budget), now).status().code();
  }
  absl::StatusCode Finalise(uint64_t query, absl::Time now) {
    return ledger->Finalise(Query(query), 1, now).code();
  }
  TempDir dir;
  std::unique_ptr<Database> db;
  std::unique_ptr<Ledger> ledger;
};

}  // namespace commons::storage

#endif  // COMMONS_STORAGE_LEDGER_LEDGER_FOR_TEST_H_
