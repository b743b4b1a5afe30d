#include "storage/ledger.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <limits>
#include <map>
#include <random>
#include <tuple>

#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/release_store.h"

namespace commons::storage {
namespace {

using ::testing::HasSubstr;
constexpr uint64_t kMax = std::numeric_limits<uint64_t>::max();
const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

QueryId Query(uint64_t n) {
  QueryId id;
  for (int i = 0; i < 8; ++i) id.mutable_data()[i] = n >> (8 * i);
  return id;
}

OrgId Org(uint8_t n) {
  OrgId id;
  id.mutable_data()[0] = n;
  return id;
}

Ledger::Charge Charge(uint64_t query, uint64_t cost, uint64_t budget) {
  Ledger::Charge charge;
  charge.dataset = "covid_cases";
  charge.query = Query(query);
  charge.cost_micro_rho = cost;
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

// The ledger said plainly: a list of charges, each with the moment and what became of it.
struct Model {
  struct Row {
    uint64_t query, cost;
    int org;
    absl::Time at;
    enum { kHeld, kFinal, kReleased } state;
    bool large;  // more than a quarter of what was unspent then
  };
  std::vector<Row> rows;
  absl::Time last = absl::UnixEpoch();

  bool Live(const Row& row, absl::Time now) const {
    return row.state == Row::kHeld && now < row.at + absl::Seconds(30);
  }
  static int64_t Year(absl::Time t) { return absl::ToCivilYear(t, absl::UTCTimeZone()).year(); }
  std::tuple<uint64_t, uint64_t, uint64_t> Balance(absl::Time now) const {
    now = std::max(now, last);
    uint64_t spent = 0, reserved = 0, ever = 0;
    for (const Row& row : rows) {
      if (row.state == Row::kFinal) ever += row.cost;
      if (Year(row.at) != Year(now)) continue;
      if (row.state == Row::kFinal) spent += row.cost;
      if (Live(row, now)) reserved += row.cost;
    }
    return {spent, reserved, ever};
  }
  absl::StatusCode Reserve(uint64_t query, uint64_t cost, int org, uint64_t budget,
                           absl::Time now) {
    const auto [spent, reserved, ever] = Balance(now);
    now = std::max(now, last);
    const uint64_t share = (budget - spent) / 4;
    size_t open = 0;
    uint64_t held = 0;
    size_t large_unpaid = 0;
    for (const Row& row : rows) {
      if (row.query == query) return absl::StatusCode::kAlreadyExists;
      if (row.org != org) continue;
      open += Live(row, now);
      if (Live(row, now)) held += row.cost;
      large_unpaid += row.large && row.state != Row::kFinal && now < row.at + absl::Hours(1);
    }
    if (open >= limits::kOpenProposalsPerOrg || spent + reserved + cost > budget ||
        (held + cost > share && (held > 0 || large_unpaid >= 4))) {
      return absl::StatusCode::kResourceExhausted;
    }
    rows.push_back({query, cost, org, now, Row::kHeld, cost > share});
    last = now;
    return absl::StatusCode::kOk;
  }
  absl::StatusCode Finalise(uint64_t query, absl::Time now) {
    now = std::max(now, last);
    for (Row& row : rows) {
      if (row.query != query || !Live(row, now)) continue;
      row.state = Row::kFinal;
      last = now;
      return absl::StatusCode::kOk;
    }
    return absl::StatusCode::kFailedPrecondition;
  }
  void Release(uint64_t query) {
    for (Row& row : rows) {
      if (row.query == query && row.state == Row::kHeld) row.state = Row::kReleased;
    }
  }
  // A release is not kept: a daemon that ends lets the reservation lapse by itself.
  void Reopen() {
    for (Row& row : rows) {
      if (row.state == Row::kReleased) row.state = Row::kHeld;
    }
  }
};

TEST_F(LedgerTest, AgreesWithThePlainModelOverRandomOperations) {
  constexpr uint64_t kSeed = 20260101, kBudget = 400;
  SCOPED_TRACE(kSeed);
  std::mt19937_64 random(kSeed);
  Model model;
  absl::Time now = absl::FromCivil(absl::CivilMinute(2025, 12, 31, 23, 50), absl::UTCTimeZone());
  int granted = 0, final = 0;
  for (int step = 0; step < 1500; ++step) {
    now += absl::Seconds(static_cast<int>(random() % 9) - 2);  // sometimes back
    const uint64_t query = random() % 2 ? model.rows.size() : random() % (model.rows.size() + 1);
    switch (random() % 8) {
      case 0:
      case 1:
      case 2: {
        Ledger::Charge charge = Charge(query, random() % 12, kBudget);
        const int org = random() % 3;
        charge.asking_org = Org(org);
        const auto expected = model.Reserve(query, charge.cost_micro_rho, org, kBudget, now);
        ASSERT_EQ(ledger->Reserve(charge, now).status().code(), expected) << "step " << step;
        granted += expected == absl::StatusCode::kOk;
        break;
      }
      case 3:
      case 4:
      case 5: {
        const uint64_t recent =
            model.rows.empty()
                ? 0
                : model.rows.size() - 1 - random() % std::min<size_t>(model.rows.size(), 4);
        const auto expected = model.Finalise(recent, now);
        ASSERT_EQ(Finalise(recent, now), expected) << "step " << step;
        final += expected == absl::StatusCode::kOk;
        break;
      }
      case 6:
        model.Release(query);
        ledger->Release(Query(query), 1);
        break;
      case 7:
        if (random() % 4 != 0) break;
        model.Reopen();
        Reopen();
        break;
    }
    const Ledger::Balance balance = ledger->BalanceOf("covid_cases", now);
    ASSERT_EQ(std::tuple(balance.spent_micro_rho, balance.reserved_micro_rho,
                         balance.spent_ever_micro_rho),
              model.Balance(now))
        << "step " << step;
  }
  EXPECT_GT(granted, 50);
  EXPECT_GT(final, 25);
}

// Reserves and finalises for ever; after each Finalise that returned, tells so by one byte.
// `now` is a later one in each round: what the last one reserved and left must have lapsed.
int SpendUntilKilled(const std::string& path, uint64_t first, absl::Time now, int tell) {
  auto db = Database::Open(path);
  if (!db.ok()) return 1;
  auto ledger = Ledger::Open(**db);
  if (!ledger.ok()) return 1;
  for (uint64_t q = first;; ++q) {
    if (!(*ledger)->Reserve(Charge(q, 1, kMax), now).ok()) return 1;
    if (!(*ledger)->Finalise(Query(q), 1, now).ok()) return 1;
    if (write(tell, "f", 1) != 1) return 1;
  }
}

// Runs `body` in a forked process, which ends without any clean-up; its value is the exit code.
// The parent must hold no open Database of its own that the child would use.
template <typename Body>
int InChild(Body body) {
  const pid_t child = fork();
  if (child == 0) _exit(body());
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(LedgerKilled, NoFinaliseThatReturnedIsLost) {
  TempDir dir;
  std::mt19937 random(7);
  uint64_t told = 0;
  for (uint64_t round = 0; round < 8; ++round) {
    int tell[2];
    ASSERT_EQ(pipe(tell), 0);
    const pid_t child = fork();
    if (child == 0) {
      _exit(SpendUntilKilled(dir / "db", round * 1'000'000, kNoon + absl::Minutes(round), tell[1]));
    }
    close(tell[1]);
    char byte;
    for (uint32_t wanted = 1 + random() % 20; wanted > 0; --wanted) {
      ASSERT_EQ(read(tell[0], &byte, 1), 1);
      ++told;
    }
    kill(child, SIGKILL);
    while (read(tell[0], &byte, 1) == 1) ++told;
    close(tell[0]);
    int status;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_TRUE(WIFSIGNALED(status));
    // Read back in another process, so that this one never has RocksDB's threads when it forks.
    const int ended = InChild([&] {
      auto db = Database::Open(dir / "db");
      if (!db.ok()) return 2;
      auto ledger = Ledger::Open(**db);
      if (!ledger.ok()) return 3;
      const uint64_t spent = (*ledger)->BalanceOf("covid_cases", kNoon).spent_micro_rho;
      if (spent < told) return 4;              // a Finalise was lost
      if (spent > told + round + 1) return 5;  // at most one a round was final but not yet told
      return 0;
    });
    ASSERT_EQ(ended, 0) << "round " << round;
  }
}

}  // namespace
}  // namespace commons::storage
