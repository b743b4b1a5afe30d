#include "storage/ledger/ledger.h"

#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/ledger/ledger_for_test.h"
#include "storage/release_store.h"
#include "storage/synced_writes_for_test.h"

namespace commons::storage {
namespace {

using ::testing::HasSubstr;

TEST_F(LedgerTest, WorkedExampleOfTheHeader) {
  const absl::Time later = kNoon + absl::Seconds(10), lapsed = kNoon + absl::Seconds(30);
  const auto of_member = [](uint64_t member) {
    Ledger::Charge charge = Charge(member, 5000, 12'000);
    charge.asking_org = Org(static_cast<uint8_t>(member));
    return charge;
  };
  EXPECT_TRUE(ledger->Reserve(of_member(1), kNoon).ok());
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kNoon).spent_micro_rho, 0);
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kNoon).reserved_micro_rho, 5000);
  EXPECT_TRUE(ledger->Reserve(of_member(2), later).ok());
  EXPECT_EQ(ledger->BalanceOf("covid_cases", later).reserved_micro_rho, 10'000);
  absl::Status full = ledger->Reserve(of_member(3), later).status();
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_THAT(std::string(full.message()), HasSubstr("10000 of 12000"));
  EXPECT_EQ(ledger->BalanceOf("covid_cases", lapsed).reserved_micro_rho, 5000);
  EXPECT_EQ(Finalise(2, lapsed), absl::StatusCode::kOk);
  EXPECT_EQ(ledger->BalanceOf("covid_cases", lapsed).spent_micro_rho, 5000);
  EXPECT_TRUE(ledger->Reserve(of_member(3), lapsed).ok());
  EXPECT_EQ(Finalise(1, lapsed), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ledger->BalanceOf("other", lapsed).spent_ever_micro_rho, 0);
}

TEST_F(LedgerTest, OneMicrosecondDecidesALapse) {
  const absl::Time just_before = kNoon + absl::Seconds(30) - absl::Microseconds(1);
  ASSERT_EQ(Reserve(1, 1, 10, kNoon), absl::StatusCode::kOk);
  ASSERT_EQ(Reserve(2, 1, 10, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(Finalise(1, just_before), absl::StatusCode::kOk);
  EXPECT_EQ(Finalise(2, kNoon + absl::Seconds(30)), absl::StatusCode::kFailedPrecondition);
}

// Also what a power cut would take: it is on the disk before anybody is told.
TEST_F(LedgerTest, EveryEntryIsSynced) {
  const uint64_t before = SyncedWrites(*db);
  ASSERT_EQ(Reserve(1, 7, 10, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(SyncedWrites(*db), before + 1);
  ASSERT_EQ(Finalise(1, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(SyncedWrites(*db), before + 2);
}

TEST_F(LedgerTest, CountsAndSumsAreToldApart) {
  const absl::Time next_year = kNoon + absl::Hours(24 * 366);
  const auto spend = [&](uint64_t query, Spending cost, absl::Time now) {
    Ledger::Charge charge = Charge(query, 0, 100);
    charge.cost = cost;
    ASSERT_TRUE(ledger->Reserve(charge, now).ok());
    EXPECT_EQ(ledger->BalanceOf("covid_cases", now).reserved_micro_rho, cost.total_micro_rho());
    ASSERT_EQ(Finalise(query, now), absl::StatusCode::kOk);
  };
  spend(1, {3, 4}, kNoon);
  spend(2, {5, 0}, kNoon);
  spend(3, {0, 6}, next_year);
  ASSERT_EQ(Reserve(4, 1, 100, next_year), absl::StatusCode::kOk);
  for (int i = 0; i < 2; ++i) {
    const LedgerSpending spending = ledger->SpendingOf("covid_cases", next_year);
    EXPECT_EQ(spending.this_year, (Spending{0, 6}));
    EXPECT_EQ(spending.since_start, (Spending{8, 10}));
    EXPECT_EQ(ledger->BalanceOf("covid_cases", next_year).spent_ever_micro_rho, 18u);
    EXPECT_EQ(ledger->SpendingOf("another", next_year).since_start, Spending());
    Reopen();
  }
}

// At one owner over all its datasets; read back from the entries at every start.
TEST_F(LedgerTest, AccountsAreOfAllDatasetsAndOfOneYear) {
  const auto charge_of = [](uint64_t query, const char* dataset, uint8_t project) {
    Ledger::Charge charge = Charge(query, 5'000, kMax);
    charge.dataset = dataset;
    charge.project.mutable_data()[0] = project;
    charge.limits_micro_rho[LedgerBearer::kProject] = 10'000;
    return charge;
  };
  const auto reserve = [&](uint64_t query, const char* dataset, uint8_t project, absl::Time now) {
    return ledger->Reserve(charge_of(query, dataset, project), now).status().code();
  };
  const LedgerAccount first = charge_of(0, "", 1).AccountOf(LedgerBearer::kProject);
  EXPECT_EQ(reserve(1, "a", 1, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(Finalise(1, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(reserve(2, "b", 1, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(reserve(3, "c", 1, kNoon), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ledger->BalanceOf(first, kNoon).spent_micro_rho, 5'000u);
  EXPECT_EQ(ledger->BalanceOf(first, kNoon).reserved_micro_rho, 5'000u);
  EXPECT_EQ(Finalise(2, kNoon), absl::StatusCode::kOk);
  Reopen();
  EXPECT_EQ(ledger->BalanceOf(first, kNoon).spent_micro_rho, 10'000u);
  EXPECT_EQ(reserve(4, "a", 1, kNoon), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(reserve(5, "a", 2, kNoon), absl::StatusCode::kOk) << "another project";
  const absl::Time next_year = kNoon + absl::Hours(366 * 24);
  EXPECT_EQ(reserve(6, "a", 1, next_year), absl::StatusCode::kOk);
  EXPECT_EQ(ledger->BalanceOf(first, next_year).spent_micro_rho, 0u);
  EXPECT_EQ(ledger->BalanceOf(first, next_year).spent_ever_micro_rho, 10'000u);
}

TEST_F(LedgerTest, FinalIsOnceAndNeverRefunded) {
  EXPECT_EQ(Finalise(1, kNoon), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(Reserve(1, 7, 10, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(Reserve(1, 1, 10, kNoon), absl::StatusCode::kAlreadyExists);
  ASSERT_EQ(Finalise(1, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(Finalise(1, kNoon), absl::StatusCode::kFailedPrecondition);
  ledger->Release(Query(1), 1);
  Reopen();
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kNoon).spent_micro_rho, 7);
  EXPECT_EQ(Reserve(1, 1, 10, kNoon + absl::Hours(1)), absl::StatusCode::kAlreadyExists);
}

TEST_F(LedgerTest, ReleaseFreesAndMayNotBeMadeFinal) {
  ASSERT_EQ(Reserve(1, 10, 10, kNoon), absl::StatusCode::kOk);
  ledger->Release(Query(9), 1);
  EXPECT_EQ(Reserve(2, 10, 10, kNoon), absl::StatusCode::kResourceExhausted);
  ledger->Release(Query(1), 1);
  EXPECT_EQ(Finalise(1, kNoon), absl::StatusCode::kFailedPrecondition);
  Ledger::Charge other = Charge(2, 10, 10);
  other.asking_org = Org(2);
  EXPECT_TRUE(ledger->Reserve(other, kNoon).ok());
}

TEST_F(LedgerTest, OpenQuestionsOfOneAskerAreBounded) {
  for (uint64_t q = 0; q < limits::kOpenProposalsPerOrg; ++q) {
    ASSERT_EQ(Reserve(q, 0, 10, kNoon), absl::StatusCode::kOk);
  }
  EXPECT_EQ(Reserve(100, 0, 10, kNoon), absl::StatusCode::kResourceExhausted);
  Ledger::Charge other = Charge(100, 0, 10);
  other.asking_org = Org(2);
  EXPECT_TRUE(ledger->Reserve(other, kNoon).ok());
  EXPECT_EQ(Reserve(101, 0, 10, kNoon + absl::Seconds(30)), absl::StatusCode::kOk);
}

TEST_F(LedgerTest, SumsSaturate) {
  ASSERT_EQ(Reserve(1, kMax, kMax, kNoon), absl::StatusCode::kOk);
  ASSERT_EQ(Finalise(1, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(Reserve(2, 1, kMax, kNoon), absl::StatusCode::kResourceExhausted);
  const absl::Time next_year = kNoon + absl::Hours(24 * 366);
  ASSERT_EQ(Reserve(3, kMax, kMax, next_year), absl::StatusCode::kOk);
  ASSERT_EQ(Finalise(3, next_year), absl::StatusCode::kOk);
  EXPECT_EQ(ledger->BalanceOf("covid_cases", next_year).spent_ever_micro_rho, kMax);
}

TEST_F(LedgerTest, ClockThatJumpsBackRevivesNothing) {
  ASSERT_EQ(Reserve(1, 5, 10, kNoon), absl::StatusCode::kOk);
  ASSERT_EQ(Reserve(2, 1, 10, kNoon + absl::Seconds(40)), absl::StatusCode::kOk);
  EXPECT_EQ(Finalise(1, kNoon), absl::StatusCode::kFailedPrecondition);
  Reopen();
  EXPECT_EQ(Finalise(1, kNoon), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kNoon).reserved_micro_rho, 1);
  EXPECT_EQ(Finalise(2, kNoon), absl::StatusCode::kOk);
}

// Whatever time an operator accepts: the ledger stays in the last year that it charged.
TEST_F(LedgerTest, AClockThatGoesToNextYearAndBackGivesNoOtherBudget) {
  const absl::Time next_year = kNoon + absl::Hours(24 * 366);
  const auto spend = [&](uint64_t query, uint64_t cost, absl::Time now) {
    const absl::StatusCode reserved = Reserve(query, cost, 10, now);
    return reserved == absl::StatusCode::kOk ? Finalise(query, now) : reserved;
  };
  uint64_t query = 0;
  EXPECT_EQ(spend(++query, 4, kNoon), absl::StatusCode::kOk);
  EXPECT_EQ(spend(++query, 10, next_year), absl::StatusCode::kOk);
  for (const absl::Time now : {kNoon, next_year, kNoon, next_year + absl::Hours(24)}) {
    EXPECT_EQ(spend(++query, 1, now), absl::StatusCode::kResourceExhausted);
    Reopen();
    EXPECT_EQ(spend(++query, 1, now), absl::StatusCode::kResourceExhausted);
    EXPECT_EQ(ledger->BalanceOf("covid_cases", now).spent_micro_rho, 10);
  }
}

TEST_F(LedgerTest, ChargesWithoutAReleaseWereForNothing) {
  ReleaseStore releases(*db);
  const auto aborted = [&](uint64_t org, absl::Time now) {
    return ledger->AbortedBy(Org(org), "covid_cases", now);
  };
  for (uint64_t q = 1; q <= 3; ++q) ASSERT_EQ(Reserve(q, q, 100, kNoon), absl::StatusCode::kOk);
  for (uint64_t q = 1; q <= 2; ++q) ASSERT_EQ(Finalise(q, kNoon), absl::StatusCode::kOk);
  ASSERT_TRUE(releases.Put({Query(1), 1, "the release", kNoon}).ok());
  ledger->Published(Query(1), 1);
  const absl::Time last = kNoon + Ledger::kPublishWithin;
  EXPECT_EQ(aborted(1, last), 0);
  Reopen();  // before it settles, and after
  EXPECT_EQ(aborted(1, last), 0);
  EXPECT_EQ(aborted(1, last + absl::Microseconds(1)), 2);
  ledger->Published(Query(2), 1);  // too late
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(aborted(1, last + absl::Hours(1)), 2);
    EXPECT_EQ(aborted(2, last + absl::Hours(1)), 0);
    EXPECT_EQ(ledger->AbortedBy(Org(1), "another", last + absl::Hours(1)), 0);
    EXPECT_EQ(aborted(1, kNoon + absl::Hours(24 * 366)), 0);
    Reopen();
  }
}

TEST_F(LedgerTest, EveryChangedOrMissingEntryIsNoticed) {
  for (uint64_t q = 0; q < 3; ++q) {
    ASSERT_EQ(Reserve(q, 1, 10, kNoon), absl::StatusCode::kOk);
    ASSERT_EQ(Finalise(q, kNoon), absl::StatusCode::kOk);
  }
  rocksdb::ColumnFamilyHandle* family = db->family(Family::kLedger);
  std::vector<std::pair<std::string, std::string>> entries;
  {
    std::unique_ptr<rocksdb::Iterator> it(db->raw()->NewIterator({}, family));
    for (it->Seek("e"); it->Valid() && it->key().starts_with("e"); it->Next()) {
      entries.emplace_back(it->key().ToString(), it->value().ToString());
    }
  }
  ASSERT_EQ(entries.size(), 6u);
  for (size_t i = 0; i < entries.size(); ++i) {
    const auto& [key, value] = entries[i];
    for (size_t byte = 0; byte < value.size(); byte += 7) {
      std::string changed = value;
      changed[byte] ^= 1;
      ASSERT_TRUE(db->raw()->Put({}, family, key, changed).ok());
      EXPECT_EQ(Ledger::Open(*db).status().code(), absl::StatusCode::kDataLoss) << i << " " << byte;
    }
    if (i + 1 < entries.size()) {  // the last one may be missing: that is a copy from before it
      ASSERT_TRUE(db->raw()->Delete({}, family, key).ok());
      EXPECT_EQ(Ledger::Open(*db).status().code(), absl::StatusCode::kDataLoss);
    }
    ASSERT_TRUE(db->raw()->Put({}, family, key, value).ok());
  }
  auto again = Ledger::Open(*db);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ((*again)->position().head, ledger->position().head);
  EXPECT_EQ((*again)->position().sequence, 6u);
}

}  // namespace
}  // namespace commons::storage
