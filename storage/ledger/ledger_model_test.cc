// The ledger against the same thing said in the plainest way.
#include <algorithm>
#include <random>
#include <tuple>
#include <vector>

#include "base/limits.h"
#include "gtest/gtest.h"
#include "storage/ledger/ledger.h"
#include "storage/ledger/ledger_for_test.h"

namespace commons::storage {
namespace {

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
        const auto expected = model.Reserve(query, charge.cost.counts_micro_rho, org, kBudget, now);
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

}  // namespace
}  // namespace commons::storage
