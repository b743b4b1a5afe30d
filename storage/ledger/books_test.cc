// What the books hold does not grow with what was asked, and their sums are those of all entries.
#include "storage/ledger/books.h"

#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "storage/ledger/ledger_for_test.h"

namespace commons::storage {
namespace {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kYear = 366 * 86'400 * kSecond;
const int64_t kBegin = absl::ToUnixMicros(kNoon);

LedgerEntry ReserveAt(int64_t at, const LedgerCharge& charge) {
  return {LedgerEntry::kReserve, at, charge};
}

LedgerEntry FinaliseAt(int64_t at, const LedgerAttempt& attempt) {
  LedgerEntry entry{LedgerEntry::kFinalise, at, {}};
  entry.charge.query = attempt.first;
  entry.charge.attempt = attempt.second;
  return entry;
}

absl::StatusOr<bool> Stored(const LedgerAttempt&) { return true; }

size_t AllocatedBytes() { return mallinfo2().uordblks; }

// Answered questions, ten a second, from..to.
void AnswerStored(LedgerBooks& books, uint64_t from, uint64_t to) {
  for (uint64_t n = from; n < to; ++n) {
    const int64_t at = kBegin + static_cast<int64_t>(n) * kSecond / 10;
    ASSERT_TRUE(books.ApplyStored(ReserveAt(at, Charge(n, 1, kMax)), Stored).ok());
    ASSERT_TRUE(books.ApplyStored(FinaliseAt(at, {Query(n), 1}), Stored).ok());
  }
}

void AnswerNow(LedgerBooks& books, uint64_t from, uint64_t to) {
  for (uint64_t n = from; n < to; ++n) {
    const int64_t at = kBegin + static_cast<int64_t>(n) * kSecond / 10;
    ASSERT_TRUE(books.Apply(ReserveAt(at, Charge(n, 1, kMax))).ok());
    ASSERT_TRUE(books.Apply(FinaliseAt(at, {Query(n), 1})).ok());
    books.Published({Query(n), 1});
    books.Settle(at);
  }
}

// Without the look-up at the start (ledger.looked-up-once), or a Published that takes nothing away,
// each question holds about 200 bytes for a minute of the ledger's time: 100 KiB, and here more.
TEST(LedgerBooksTest, TwiceTheQuestionsTakeNoMoreMemory) {
  constexpr uint64_t kQuestions = 20'000;
  for (auto* answer : {AnswerStored, AnswerNow}) {
    LedgerBooks books;
    answer(books, 0, kQuestions);
    const size_t once = AllocatedBytes();
    answer(books, kQuestions, 2 * kQuestions);
    EXPECT_LE(AllocatedBytes(), once + 4'096);
    const int64_t end = kBegin + 4'000 * kSecond;
    EXPECT_EQ(books.BalanceAt("covid_cases", end).spent_micro_rho, 2 * kQuestions);
    EXPECT_EQ(books.UnpublishedBy(Org(1), "covid_cases", end).questions, 0u);
  }
}

// Every entry that there was, in order.
struct AllEntries {
  struct Row {
    LedgerCharge charge;
    int64_t at;
    bool final = false;
    bool published = false;
  };
  std::vector<Row> rows;
  std::vector<LedgerEntry> entries;

  static int64_t Year(int64_t at) {
    return absl::ToCivilYear(absl::FromUnixMicros(at), absl::UTCTimeZone()).year();
  }
  LedgerSpending Spent(const std::string& dataset, int64_t now) const {
    LedgerSpending spent;
    for (const Row& row : rows) {
      if (!row.final || row.charge.dataset != dataset) continue;
      spent.since_start += row.charge.cost;
      if (Year(row.at) == Year(now)) spent.this_year += row.charge.cost;
    }
    return spent;
  }
  // When every release has had its time.
  uint64_t Aborted(const OrgId& org, const std::string& dataset, int64_t now) const {
    uint64_t sum = 0;
    for (const Row& row : rows) {
      if (!row.final || row.published || row.charge.asking_org != org) continue;
      if (row.charge.dataset != dataset || Year(row.at) != Year(now)) continue;
      sum += row.charge.cost.total_micro_rho();
    }
    return sum;
  }
};

struct RandomQuestions {
  explicit RandomQuestions(uint64_t seed) : random(seed) {}
  void Step();

  std::mt19937_64 random;
  AllEntries all;
  LedgerBooks books;
  int64_t now = kBegin;
  std::vector<size_t> open;  // reserved within the last 30 s, in any order
};

void RandomQuestions::Step() {
  now += static_cast<int64_t>(random() % (4 * kSecond));
  if (random() % 200 == 0) now += kYear;
  std::erase_if(open, [&](size_t n) { return now - all.rows[n].at >= 30 * kSecond; });
  if (open.empty() || random() % 2 == 0) {
    LedgerCharge charge = Charge(all.rows.size(), random() % 50, kMax);
    charge.cost.sums_micro_rho = random() % 50;
    charge.dataset = random() % 2 == 0 ? "births" : "covid_cases";
    charge.asking_org = Org(static_cast<uint8_t>(random() % 3));
    open.push_back(all.rows.size());
    all.rows.push_back({charge, now});
    all.entries.push_back(ReserveAt(now, charge));
  } else {
    const size_t at = random() % open.size();
    AllEntries::Row& row = all.rows[open[at]];
    open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
    row.final = true;
    row.published = random() % 4 != 0;
    all.entries.push_back(FinaliseAt(now, AttemptOf(row.charge)));
  }
  const LedgerEntry& entry = all.entries.back();
  ASSERT_TRUE(books.Apply(entry).ok());
  if (entry.kind == LedgerEntry::kFinalise) {
    const uint64_t n = entry.charge.query.data()[0] + 256 * entry.charge.query.data()[1];
    if (all.rows[n].published) books.Published(AttemptOf(entry.charge));
  }
  books.Settle(now);
}

void ExpectSums(const AllEntries& all, const LedgerBooks& books, int64_t now) {
  for (const std::string dataset : {"births", "covid_cases"}) {
    const LedgerSpending expected = all.Spent(dataset, now), found = books.SpendingAt(dataset, now);
    EXPECT_EQ(found.this_year, expected.this_year);
    EXPECT_EQ(found.since_start, expected.since_start);
    EXPECT_EQ(books.BalanceAt(dataset, now).spent_micro_rho, expected.this_year.total_micro_rho());
  }
}

// Running, and read back by the next process, in any order of questions that end or lapse.
TEST(LedgerBooksTest, SumsAreThoseOfAllEntries) {
  for (const uint64_t seed : {1, 2, 3, 4, 5}) {
    SCOPED_TRACE(seed);
    RandomQuestions run(seed);
    for (int step = 0; step < 2'000; ++step) {
      run.Step();
      if (step % 100 == 0) ExpectSums(run.all, run.books, run.now);
    }
    std::set<LedgerAttempt> stored;
    for (const auto& row : run.all.rows) {
      if (row.published) stored.insert(AttemptOf(row.charge));
    }
    LedgerBooks read;
    for (const LedgerEntry& entry : run.all.entries) {
      ASSERT_TRUE(read.ApplyStored(entry,
                                   [&](const LedgerAttempt& attempt) -> absl::StatusOr<bool> {
                                     return stored.contains(attempt);
                                   })
                      .ok());
    }
    const int64_t settled = run.now + 61 * kSecond;
    for (LedgerBooks* books : {&run.books, &read}) {
      ExpectSums(run.all, *books, run.now);
      books->Settle(settled);
      for (uint8_t org = 0; org < 3; ++org) {
        for (const std::string dataset : {"births", "covid_cases"}) {
          EXPECT_EQ(books->AbortedBy(Org(org), dataset, settled),
                    run.all.Aborted(Org(org), dataset, settled));
          EXPECT_EQ(books->UnpublishedBy(Org(org), dataset, settled).questions, 0u);
        }
      }
    }
  }
}

}  // namespace
}  // namespace commons::storage
