// What a ledger on disk may not say, though every hash of its chain is right.
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/ledger/entries_for_test.h"
#include "storage/ledger/ledger.h"
#include "storage/ledger/ledger_for_test.h"
#include "storage/record.h"
#include "storage/release_store.h"

namespace commons::storage {
namespace {

using ::testing::HasSubstr;

class ChainTest : public LedgerTest {
 protected:
  // The third entry, after a question that was asked and paid for at noon.
  absl::Status AfterAdding(const std::string& third) {
    EXPECT_EQ(Reserve(1, 5, 100, kNoon), absl::StatusCode::kOk);
    EXPECT_EQ(Finalise(1, kNoon), absl::StatusCode::kOk);
    AppendToLedger(*db, third);
    return Ledger::Open(*db).status();
  }
  static LedgerEntry Entry(LedgerEntry::Kind kind, uint64_t query, absl::Time at) {
    return {kind, absl::ToUnixMicros(at), Charge(query, 5, 100)};
  }
};

TEST_F(ChainTest, AnHonestEntryIsTaken) {
  EXPECT_TRUE(AfterAdding(Serialize(Entry(LedgerEntry::kReserve, 2, kNoon))).ok());
}

TEST_F(ChainTest, TimeDoesNotGoBack) {
  const absl::Status status =
      AfterAdding(Serialize(Entry(LedgerEntry::kReserve, 2, kNoon - absl::Microseconds(1))));
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "ledger: entry 3 goes back in time");
}

TEST_F(ChainTest, NothingIsFinalTwice) {
  const absl::Status status = AfterAdding(Serialize(Entry(LedgerEntry::kFinalise, 1, kNoon)));
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "ledger: entry 3 is final without a reservation");
}

// An attempt has 32 bits; this one reads like attempt 1 if nobody looks at the others.
TEST_F(ChainTest, AnEntryHasOneForm) {
  const LedgerEntry entry = Entry(LedgerEntry::kReserve, 2, kNoon);
  std::string bytes = Serialize(entry);
  constexpr size_t kAttempt = 8 + 8 + 32;
  bytes.replace(kAttempt, 8, RecordWriter().U64((uint64_t{1} << 32) + 1).bytes());
  const absl::Status status = AfterAdding(bytes);
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "ledger: entry 3 is not as a node writes it");
}

TEST_F(ChainTest, OnlyKnownKindsAreRead) {
  std::string bytes = Serialize(Entry(LedgerEntry::kReserve, 2, kNoon));
  for (const uint64_t kind : {uint64_t{4}, uint64_t{0}, ~uint64_t{0}}) {
    EXPECT_EQ(
        ParseLedgerEntry(RecordWriter().U64(kind).Raw(bytes.substr(8)).bytes()).status().message(),
        "is of a kind that this version does not know");
  }
}

TEST_F(ChainTest, EveryKindHasOneLength) {
  for (const auto kind :
       {LedgerEntry::kReserveVersion1, LedgerEntry::kFinalise, LedgerEntry::kReserve}) {
    const std::string bytes = Serialize(Entry(kind, 2, kNoon));
    EXPECT_EQ(Serialize(*ParseLedgerEntry(bytes)), bytes);
    for (const std::string& wrong :
         {bytes.substr(0, bytes.size() - 1), bytes + "x", bytes.substr(0, 7), std::string()}) {
      EXPECT_EQ(ParseLedgerEntry(wrong).status().message(), "is cut off or too long") << kind;
    }
  }
}

TEST_F(ChainTest, AHeadThatDoesNotFollowIsNoticed) {
  ASSERT_EQ(Reserve(1, 5, 100, kNoon), absl::StatusCode::kOk);
  const std::string entry = LedgerRows(*db).front().second.substr(Hash32::kSize);
  ASSERT_TRUE(db->raw()
                  ->Put({}, db->family(Family::kLedger), RecordWriter().Raw("e").U64(1).bytes(),
                        RecordWriter().Id(Hash32()).Raw(entry).bytes())
                  .ok());
  const absl::Status status = Ledger::Open(*db).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "ledger: entry 1 is missing or was changed");
}

// Whether the question was for nothing can't be said: neither is assumed.
TEST_F(ChainTest, AReleaseThatCannotBeReadStopsTheStart) {
  ASSERT_EQ(Reserve(1, 5, 100, kNoon), absl::StatusCode::kOk);
  ASSERT_EQ(Finalise(1, kNoon), absl::StatusCode::kOk);
  ASSERT_TRUE(ReleaseStore(*db).Put({Query(1), 1, "the release", kNoon}).ok());
  ASSERT_TRUE(Ledger::Open(*db).ok());
  ASSERT_TRUE(db->raw()
                  ->Put({}, db->family(Family::kReleases),
                        RecordWriter().Raw("r").Id(Query(1)).U64(1).bytes(), "cut off")
                  .ok());
  const absl::Status status = Ledger::Open(*db).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("a release is damaged"));
}

}  // namespace
}  // namespace commons::storage
