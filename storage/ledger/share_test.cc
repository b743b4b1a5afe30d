// What one asking organisation may hold without paying.
#include "storage/ledger/share.h"

#include <functional>

#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/ledger/ledger.h"

namespace commons::storage {
namespace {

using ::testing::HasSubstr;
constexpr uint64_t kBudget = 100'000;
const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);
constexpr absl::Duration kLapse = absl::Seconds(30);

class LedgerShareTest : public ::testing::Test {
 protected:
  LedgerShareTest() { Reopen(); }
  void Reopen() {
    ledger.reset();
    db.reset();
    db = *Database::Open(dir / "db");
    ledger = *Ledger::Open(*db);
  }
  static Ledger::Charge Charge(char org, uint64_t query, uint64_t cost, uint32_t attempt = 1) {
    Ledger::Charge charge;
    charge.dataset = "covid_cases";
    charge.query = *QueryId::FromBytes(std::string(32, static_cast<char>(query)));
    charge.attempt = attempt;
    charge.cost.sums_micro_rho = cost;
    charge.budget_micro_rho = kBudget;
    charge.asking_org = *OrgId::FromBytes(std::string(32, org));
    return charge;
  }
  bool Reserves(char org, uint64_t query, uint64_t cost, absl::Time now, uint32_t attempt = 1) {
    const auto reserved = ledger->Reserve(Charge(org, query, cost, attempt), now);
    EXPECT_TRUE(reserved.ok() || absl::IsResourceExhausted(reserved.status()));
    return reserved.ok();
  }
  void Pay(uint64_t query, absl::Time now) {
    ASSERT_TRUE(ledger->Finalise(Charge('A', query, 0).query, 1, now).ok());
  }
  TempDir dir;
  std::unique_ptr<Database> db;
  std::unique_ptr<Ledger> ledger;
};

TEST_F(LedgerShareTest, WhoeverReservesAllTheyCanLeavesRoomForOthers) {
  for (uint64_t query = 1; query <= 3; ++query) {
    EXPECT_EQ(Reserves('A', query, 10'000, kNoon), query <= 2) << query;
  }
  EXPECT_TRUE(Reserves('A', 4, 5'000, kNoon));
  const absl::Status more = ledger->Reserve(Charge('A', 5, 1), kNoon).status();
  EXPECT_THAT(std::string(more.message()), HasSubstr("25000 micro-rho, a quarter"));
  for (uint64_t query = 11; query <= 14; ++query) {
    EXPECT_TRUE(Reserves('B', query, 5'000, kNoon)) << "four usual ones of another asker";
  }
  Ledger::Charge elsewhere = Charge('A', 6, 60'000);
  elsewhere.dataset = "another";
  EXPECT_FALSE(ledger->Reserve(Charge('A', 7, 60'000), kNoon).ok());
  EXPECT_TRUE(ledger->Reserve(elsewhere, kNoon).ok());
}

TEST_F(LedgerShareTest, AQuarterIsOfWhatIsUnspent) {
  ASSERT_TRUE(Reserves('A', 1, 60'000, kNoon));
  Pay(1, kNoon);
  EXPECT_TRUE(Reserves('A', 2, 10'000, kNoon));
  EXPECT_FALSE(Reserves('A', 3, 1, kNoon));
}

// Whether it lapsed, was withdrawn, or the node was started anew since.
TEST_F(LedgerShareTest, LargeQuestionsThatComeToNothingAreFourAnHour) {
  uint64_t query = 20;
  const std::function<void()> outcomes[] = {
      [] {}, [&] { ledger->Release(Charge('A', query, 0).query, 1); }, [&] { Reopen(); }};
  absl::Time now = kNoon;
  for (const auto& outcome : outcomes) {
    for (size_t i = 0; i < LedgerShare::kLargeUnpaid; ++i) {
      ASSERT_TRUE(Reserves('A', query, kBudget, now));
      EXPECT_FALSE(Reserves('B', 100 + query, 5'000, now)) << "there is nothing left";
      outcome();
      ++query;
      now += kLapse;
      EXPECT_TRUE(Reserves('B', 120 + query, 5'000, now));
      now += kLapse;
    }
    EXPECT_FALSE(Reserves('A', query, kBudget / 2, now));
    EXPECT_FALSE(Reserves('A', query, kBudget / 2, now + absl::Minutes(55)));
    EXPECT_TRUE(Reserves('A', query++, kBudget / 4, now)) << "a usual one";
    now += absl::Hours(1);
  }
  EXPECT_TRUE(Reserves('A', query, kBudget / 2, now));
}

TEST_F(LedgerShareTest, LargeQuestionsThatArePaidForMayFollowEachOther) {
  uint64_t unspent = kBudget;
  for (uint64_t query = 1; query <= 2 * LedgerShare::kLargeUnpaid; ++query) {
    const uint64_t cost = unspent / LedgerShare::kPart + 1;
    ASSERT_TRUE(Reserves('A', query, cost, kNoon)) << query;
    EXPECT_FALSE(Reserves('A', 50 + query, 1, kNoon)) << "nothing beside it";
    if (query == 3) Reopen();
    Pay(query, kNoon);
    unspent -= cost;
  }
}

}  // namespace
}  // namespace commons::storage
