// Bytes on disk that no later version may write or read otherwise (golden/README.md).
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/hex.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/ledger/entries_for_test.h"
#include "storage/ledger/ledger.h"
#include "storage/ledger/ledger_for_test.h"

namespace commons::storage {
namespace {

const absl::Time kStart =
    absl::FromCivil(absl::CivilSecond(2025, 12, 31, 23, 59, 50), absl::UTCTimeZone());
const absl::Time kEnd = kStart + absl::Seconds(60);

template <typename Id>
Id Numbered(int n) {
  Id id;
  for (size_t i = 0; i < Id::kSize; ++i)
    id.mutable_data()[i] = static_cast<uint8_t>(static_cast<size_t>(n) * 16 + i);
  return id;
}

std::vector<std::pair<std::string, std::string>> Golden(const std::string& name) {
  std::vector<std::pair<std::string, std::string>> rows;
  std::ifstream in(absl::StrCat(COMMONS_SOURCE_DIR, "/storage/ledger/golden/", name));
  for (std::string key, value; in >> key >> value;) {
    rows.emplace_back(*HexToBytes(key), *HexToBytes(value));
  }
  return rows;
}

class GoldenTest : public LedgerTest {
 protected:
  void Load(const std::string& name) {
    for (const auto& [key, value] : Golden(name)) {
      ASSERT_TRUE(db->raw()->Put({}, db->family(Family::kLedger), key, value).ok());
    }
    Reopen();
    ASSERT_EQ(ledger->position().sequence, 8u);
  }
  void Reserve(int query, uint32_t attempt, const std::string& dataset, Spending cost,
               uint64_t budget, int org, int second) {
    const absl::Status reserved = ledger
                                      ->Reserve({.dataset = dataset,
                                                 .query = Numbered<QueryId>(query),
                                                 .attempt = attempt,
                                                 .cost = cost,
                                                 .budget_micro_rho = budget,
                                                 .asking_org = Numbered<OrgId>(org),
                                                 .digest = Numbered<QuestionDigest>(8 + query),
                                                 .project = Numbered<DocId>(6),
                                                 .researcher = Numbered<PublicKey>(7 + org)},
                                                kStart + absl::Seconds(second))
                                      .status();
    ASSERT_TRUE(reserved.ok()) << reserved;
  }
  void Finalise(int query, uint32_t attempt, int second) {
    ASSERT_TRUE(
        ledger->Finalise(Numbered<QueryId>(query), attempt, kStart + absl::Seconds(second)).ok());
  }
};

TEST_F(GoldenTest, Version1IsReadForEver) {
  Load("chain_v1.txt");
  EXPECT_EQ(ledger->position().head.ToHex(),
            "9f8ef792ae84094b6c07afd72b49b96b3291d046b099ff1cb8f9441aad4ecfd0");
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kEnd).spent_micro_rho, 5'000);
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kEnd).spent_ever_micro_rho, 25'000);
  EXPECT_EQ(ledger->BalanceOf("hlfs", kEnd).reserved_micro_rho, kMax);
  EXPECT_EQ(ledger->SpendingOf("covid_cases", kEnd).since_start, (Spending{0, 25'000}))
      << "on what nobody knows: the worse of both";
  const LedgerEntry first = LedgerEntries(*db).front();
  EXPECT_EQ(first.kind, LedgerEntry::kReserveVersion1);
  EXPECT_EQ(first.charge.asking_org, Numbered<OrgId>(1));
  EXPECT_EQ(first.charge.digest, Numbered<QuestionDigest>(9));
  EXPECT_TRUE(first.charge.project.IsZero() && first.charge.researcher.IsZero());
}

TEST_F(GoldenTest, Version1GoesOnAsVersion2) {
  Load("chain_v1.txt");
  Ledger::Charge again;
  again.query = Numbered<QueryId>(3);
  EXPECT_TRUE(absl::IsAlreadyExists(ledger->Reserve(again, kEnd).status()));
  const QueryId reserved_before = Numbered<QueryId>(5);
  ASSERT_TRUE(ledger->Finalise(reserved_before, 3, kEnd).ok());
  Reserve(6, 1, "covid_cases", {5'000, 10'000}, 500'000, 1, 70);
  Finalise(6, 1, 71);
  const LedgerPosition position = ledger->position();
  Reopen();
  EXPECT_EQ(ledger->position().sequence, 11u);
  EXPECT_EQ(ledger->position().head, position.head);
  EXPECT_EQ(ledger->BalanceOf("hlfs", kEnd).spent_micro_rho, kMax);
  EXPECT_EQ(ledger->SpendingOf("covid_cases", kEnd).this_year, (Spending{5'000, 15'000}));
  EXPECT_EQ(ledger->SpendingOf("covid_cases", kEnd).since_start, (Spending{5'000, 35'000}));
}

TEST_F(GoldenTest, Version2IsReadForEver) {
  Load("chain_v2.txt");
  EXPECT_EQ(ledger->position().head.ToHex(),
            "f70afd52afde4f71775e146a3914da03b6aac14b981614581d232d045bea8e1c");
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kEnd).spent_micro_rho, 5'000);
  EXPECT_EQ(ledger->BalanceOf("covid_cases", kEnd).spent_ever_micro_rho, 25'000);
  EXPECT_EQ(ledger->BalanceOf("hlfs", kEnd).reserved_micro_rho, kMax);
  EXPECT_EQ(ledger->SpendingOf("covid_cases", kEnd).this_year, (Spending{2'000, 3'000}));
  EXPECT_EQ(ledger->SpendingOf("covid_cases", kEnd).since_start, (Spending{12'000, 13'000}));
  const LedgerEntry first = LedgerEntries(*db).front();
  EXPECT_EQ(first.kind, LedgerEntry::kReserve);
  EXPECT_EQ(first.charge.project, Numbered<DocId>(6));
  EXPECT_EQ(first.charge.researcher, Numbered<PublicKey>(8));
}

TEST_F(GoldenTest, Version2IsWhatIsWritten) {
  Reserve(1, 1, "covid_cases", {5'000, 0}, 500'000, 1, 0);
  Finalise(1, 1, 2);
  Reserve(2, 2, "covid_cases", {5'000, 10'000}, 500'000, 2, 8);
  Finalise(2, 2, 13);  // next year; charged to the last one
  Reserve(3, 1, "covid_cases", {2'000, 3'000}, 500'000, 1, 20);
  Reserve(4, 1, "hlfs", {1, 0}, 70'000, 2, 21);
  Finalise(3, 1, 22);
  Reserve(5, 3, "hlfs", {kMax, 1}, kMax, 3, 60);
  EXPECT_EQ(LedgerRows(*db), Golden("chain_v2.txt"));
}

}  // namespace
}  // namespace commons::storage
