#include <functional>
#include <string>
#include <vector>

#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/document_store.h"
#include "storage/record.h"
#include "storage/release_store.h"
#include "storage/synced_writes_for_test.h"

namespace commons::storage {
namespace {

using ::testing::ElementsAre;
const absl::Time kNoon = absl::FromUnixSeconds(1'700'000'000);

template <typename Id>
Id Numbered(uint8_t n) {
  Id id;
  id.mutable_data()[31] = n;
  return id;
}

class StoresTest : public ::testing::Test {
 protected:
  TempDir dir;
  std::unique_ptr<Database> db = std::move(Database::Open(dir / "db")).value();
  void Reopen() {
    db.reset();
    db = std::move(Database::Open(dir / "db")).value();
  }
};

std::vector<std::string> Envelopes(const DocumentStore::Log& log) {
  std::vector<std::string> envelopes;
  for (const auto& entry : log.entries) envelopes.push_back(entry.envelope);
  return envelopes;
}

TEST_F(StoresTest, LogsComeBackVerbatimAndInOrder) {
  const OrgId a = Numbered<OrgId>(1), b = Numbered<OrgId>(2);
  const std::string binary("\0\xff\n", 3);
  {
    DocumentStore store(*db);
    ASSERT_TRUE(store.Append(a, 0, {"one", binary}, "note 2", kNoon).ok());
    ASSERT_TRUE(store.Append(a, 2, {"three"}, "note 3", kNoon + absl::Seconds(1)).ok());
    ASSERT_TRUE(store.PutNodeInfo(b, "info").ok());
    ASSERT_TRUE(store
                    .PutSets(b, {{Numbered<DocId>(7), {binary, kNoon}},
                                 {Numbered<DocId>(8), {"a lift", kNoon}}})
                    .ok());
    ASSERT_TRUE(store.PutSets(b, {{Numbered<DocId>(8), {"signed again", kNoon}}}).ok());
    ASSERT_TRUE(store.PutFact("commons_id", "x").ok());
  }
  Reopen();
  DocumentStore store(*db);
  auto logs = store.Load();
  ASSERT_TRUE(logs.ok()) << logs.status();
  EXPECT_THAT(Envelopes((*logs)[a]), ElementsAre("one", binary, "three"));
  EXPECT_EQ((*logs)[a].checkpoint, "note 3");
  EXPECT_EQ((*logs)[a].entries[2].seen_at, kNoon + absl::Seconds(1));
  EXPECT_EQ((*logs)[b].node_info, "info");
  EXPECT_TRUE((*logs)[b].entries.empty());
  ASSERT_EQ((*logs)[b].sets.size(), 2u);
  EXPECT_EQ((*logs)[b].sets.at(Numbered<DocId>(7)).envelope, binary);
  EXPECT_EQ((*logs)[b].sets.at(Numbered<DocId>(7)).seen_at, kNoon);
  EXPECT_EQ((*logs)[b].sets.at(Numbered<DocId>(8)).envelope, "signed again");
  EXPECT_TRUE((*logs)[a].sets.empty());
  EXPECT_EQ(*store.GetFact("commons_id"), "x");
  EXPECT_TRUE(absl::IsNotFound(store.GetFact("last_time").status()));
}

TEST_F(StoresTest, GapsRepetitionsAndOverlongLogsAreRefusedAndChangeNothing) {
  const OrgId org = Numbered<OrgId>(1);
  DocumentStore store(*db);
  EXPECT_TRUE(absl::IsFailedPrecondition(store.Append(org, 1, {"x"}, "n", kNoon)));
  ASSERT_TRUE(store.Append(org, 0, {"x"}, "n", kNoon).ok());
  EXPECT_TRUE(absl::IsFailedPrecondition(store.Append(org, 0, {"y"}, "m", kNoon)));
  const std::vector<std::string> many(limits::kLogEntriesPerOrg);
  EXPECT_TRUE(absl::IsResourceExhausted(store.Append(org, 1, many, "m", kNoon)));
  auto logs = store.Load();
  EXPECT_THAT(Envelopes((*logs)[org]), ElementsAre("x"));
  EXPECT_EQ((*logs)[org].checkpoint, "n");
}

// Also what a power cut would take: whoever handed it in was told that it is kept.
TEST_F(StoresTest, EveryWriteIsSynced) {
  const OrgId org = Numbered<OrgId>(1);
  DocumentStore documents(*db);
  ReleaseStore releases(*db);
  const std::vector<std::function<absl::Status()>> writes = {
      [&] { return documents.Append(org, 0, {"x"}, "n", kNoon); },
      [&] { return documents.PutNodeInfo(org, "info"); },
      [&] {
        return documents.PutSets(org, {{Numbered<DocId>(7), {"a freeze", kNoon}}});
      },
      [&] { return documents.PutFact("commons_id", "x"); },
      [&] {
        return releases.Put({Numbered<QueryId>(1), 1, "the release", kNoon});
      }};
  for (size_t i = 0; i < writes.size(); ++i) {
    const uint64_t before = SyncedWrites(*db);
    ASSERT_TRUE(writes[i]().ok());
    EXPECT_EQ(SyncedWrites(*db), before + 1) << i;
  }
}

TEST_F(StoresTest, DamagedReleasesAreDataLoss) {
  ReleaseStore store(*db);
  const QueryId query = Numbered<QueryId>(1);
  ASSERT_TRUE(store.Put({query, 1, "the release", kNoon}).ok());
  const std::string key = RecordWriter().Raw("r").Id(query).U64(1).bytes();
  ASSERT_TRUE(db->raw()->Put({}, db->family(Family::kReleases), key, "cut off").ok());
  for (const absl::Status& status : {store.Get(query, 1).status(), store.List(1).status(),
                                     store.Put({query, 1, "the release", kNoon})}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
    EXPECT_EQ(status.message(), "a release is damaged");
  }
}

TEST_F(StoresTest, LostEntriesAreDataLoss) {
  const OrgId org = Numbered<OrgId>(1);
  DocumentStore store(*db);
  ASSERT_TRUE(store.Append(org, 0, {"x", "y"}, "n", kNoon).ok());
  for (uint64_t index : {0, 1}) {
    const std::string key = RecordWriter().Id(org).Raw("e").U64(index).bytes();
    std::string value;
    ASSERT_TRUE(db->raw()->Get({}, db->family(Family::kLog), key, &value).ok());
    ASSERT_TRUE(db->raw()->Delete({}, db->family(Family::kLog), key).ok());
    EXPECT_EQ(store.Load().status().code(), absl::StatusCode::kDataLoss);
    ASSERT_TRUE(db->raw()->Put({}, db->family(Family::kLog), key, value).ok());
  }
  EXPECT_TRUE(store.Load().ok());
}

// Whoever asked open questions for ever would fill every member's disk. What was paid for stays.
TEST_F(StoresTest, OfFreeReleasesTheOldestMakeRoom) {
  const auto kept = [](const ReleaseStore& store) {
    std::vector<int> numbers;
    const auto records = store.List(1'000).value();
    for (const auto& record : records) numbers.push_back(record.query.data()[31]);
    return numbers;
  };
  const std::string hundred(100, 'x');
  {
    ReleaseStore store(*db, {.most = 3, .bytes = 1'000});
    ASSERT_TRUE(store.Put({Numbered<QueryId>(1), 1, hundred, kNoon, false}).ok());
    for (uint8_t n = 2; n <= 7; ++n) {
      ASSERT_TRUE(store.Put({Numbered<QueryId>(n), 1, hundred, kNoon, true}).ok());
    }
    EXPECT_THAT(kept(store), ElementsAre(7, 6, 5, 1));
    EXPECT_TRUE(absl::IsNotFound(store.Get(Numbered<QueryId>(4), 1).status()));
    ASSERT_TRUE(store.Put({Numbered<QueryId>(8), 1, std::string(850, 'x'), kNoon, true}).ok());
    EXPECT_THAT(kept(store), ElementsAre(8, 7, 1));
  }
  Reopen();
  ReleaseStore store(*db, {.age = absl::Hours(1)});
  const absl::Time later = kNoon + absl::Hours(1);
  ASSERT_TRUE(store.Put({Numbered<QueryId>(9), 1, hundred, later, true}).ok());
  EXPECT_THAT(kept(store), ElementsAre(9, 8, 7, 1));
  ASSERT_TRUE(store.Put({Numbered<QueryId>(10), 1, hundred, later + absl::Seconds(1), true}).ok());
  EXPECT_THAT(kept(store), ElementsAre(10, 9, 1));
}

// An older version noted nowhere which were free; nobody asks another open question.
TEST_F(StoresTest, TheBoundHoldsAtStartOfWhatAnOlderVersionStored) {
  constexpr uint8_t kCharged = 2;
  const auto is_charged = [](const QueryId& query, uint32_t) -> absl::StatusOr<bool> {
    return query == Numbered<QueryId>(kCharged);
  };
  {
    ReleaseStore old(*db);
    for (uint8_t n = 1; n <= 6; ++n) {
      ASSERT_TRUE(old.Put({Numbered<QueryId>(n), 1, "x", kNoon, n == 6}).ok());
    }
  }
  ReleaseStore store(*db, {.most = 3, .age = absl::Hours(1)});
  const auto kept = [&] {
    std::vector<int> numbers;
    const auto records = store.List(1'000).value();
    for (const auto& record : records) numbers.push_back(record.query.data()[31]);
    return numbers;
  };
  ASSERT_TRUE(store.BoundFree(is_charged, kNoon).ok());
  EXPECT_THAT(kept(), ElementsAre(6, 5, 4, 2));
  // It looks them all up once only.
  const auto none = [](const QueryId&, uint32_t) -> absl::StatusOr<bool> {
    return absl::InternalError("asked again");
  };
  ASSERT_TRUE(store.BoundFree(none, kNoon + absl::Hours(1)).ok());
  EXPECT_THAT(kept(), ElementsAre(6, 5, 4, 2));
  ASSERT_TRUE(store.BoundFree(none, kNoon + absl::Hours(2)).ok());
  EXPECT_THAT(kept(), ElementsAre(kCharged));
}

TEST_F(StoresTest, ReleasesAreKeptOnceAndListedNewestFirst) {
  for (uint8_t n = 0; n < 5; ++n) {
    ReleaseStore store(*db);
    // Neither the times nor the ids are in the order of storing.
    ASSERT_TRUE(store
                    .Put({Numbered<QueryId>(n * 37 % 5), 1, std::string(1, 'a' + n),
                          kNoon - absl::Seconds(n)})
                    .ok());
    Reopen();
  }
  ReleaseStore store(*db);
  auto newest = store.List(3);
  ASSERT_TRUE(newest.ok());
  std::vector<std::string> bytes;
  for (const auto& record : *newest) bytes.push_back(record.release);
  EXPECT_THAT(bytes, ElementsAre("e", "d", "c"));
  EXPECT_EQ(store.List(100)->size(), 5u);
  auto one = store.Get(Numbered<QueryId>(37 % 5), 1);
  ASSERT_TRUE(one.ok());
  EXPECT_EQ(one->release, "b");
  EXPECT_EQ(one->stored_at, kNoon - absl::Seconds(1));
  EXPECT_TRUE(store.Put(*one).ok());
  EXPECT_EQ(store.List(100)->size(), 5u);
  one->release = "forged";
  EXPECT_TRUE(absl::IsAlreadyExists(store.Put(*one)));
  EXPECT_TRUE(absl::IsNotFound(store.Get(one->query, 2).status()));
  one->attempt = 2;
  EXPECT_TRUE(store.Put(*one).ok());
}

TEST(Record, ReadsBackWhatWasWrittenAndNothingBeyond) {
  const std::string bytes = RecordWriter().U64(~uint64_t{0} - 7).Text("tahi").Raw("rua").bytes();
  RecordReader reader(bytes);
  EXPECT_EQ(reader.U64(), ~uint64_t{0} - 7);
  EXPECT_EQ(reader.Text(), "tahi");
  EXPECT_FALSE(reader.AtEnd());
  EXPECT_EQ(reader.Rest(), "rua");
  EXPECT_TRUE(reader.AtEnd());
  reader.U64();
  EXPECT_FALSE(reader.ok());
  for (size_t cut = 0; cut < 20; ++cut) {
    RecordReader shorter(absl::string_view(bytes).substr(0, cut));
    shorter.U64();
    shorter.Text();
    EXPECT_FALSE(shorter.ok()) << cut;
  }
}

}  // namespace
}  // namespace commons::storage
