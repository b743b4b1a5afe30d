#include "storage/audit/audit_log.h"

#include <memory>
#include <string>
#include <vector>

#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/full_disk_for_test.h"

namespace commons::storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class AuditLogTest : public testing::Test {
 protected:
  AuditLogTest() { EXPECT_TRUE(Reopen().ok()); }

  absl::Status Reopen() {
    log.reset();
    db.reset();
    db = Database::Open(dir / "db").value();
    auto opened = AuditLog::Open(*db);
    if (opened.ok()) log = *std::move(opened);
    return opened.status();
  }
  void Write(const std::string& key, const std::string& value) {
    ASSERT_TRUE(db->raw()->Put({}, db->family(Family::kAudit), key, value).ok());
  }
  std::vector<std::string> All(uint64_t from = 0) const {
    std::vector<std::string> entries;
    EXPECT_TRUE(log->Read(from,
                          [&](uint64_t index, absl::string_view entry) {
                            EXPECT_EQ(index, from + entries.size());
                            entries.emplace_back(entry);
                            return true;
                          })
                    .ok());
    return entries;
  }

  TempDir dir;
  std::unique_ptr<Database> db;
  std::unique_ptr<AuditLog> log;
};

TEST_F(AuditLogTest, EntriesComeBackVerbatimAndInOrderAlsoAfterAStart) {
  const std::string binary("\0\xff\n", 3);
  for (const std::string& entry : {std::string("one"), binary, std::string()}) {
    ASSERT_TRUE(log->Append(entry).ok());
  }
  EXPECT_THAT(All(), ElementsAre("one", binary, ""));
  const AuditLog::Position before = log->position();
  ASSERT_TRUE(Reopen().ok());
  EXPECT_THAT(All(1), ElementsAre(binary, ""));
  EXPECT_EQ(log->position().size, 3u);
  EXPECT_EQ(log->position().root, before.root);
}

TEST_F(AuditLogTest, IsTheTreeOfItsEntries) {
  crypto::MerkleTree tree;
  for (int i = 0; i < 300; ++i) {
    const std::string entry = "entry " + std::to_string(i);
    ASSERT_TRUE(log->Append(entry).ok());
    tree.Append(entry);
    ASSERT_EQ(log->position().root, tree.Root()) << i;
  }
  EXPECT_TRUE(crypto::VerifyInclusion(crypto::MerkleLeafHash("entry 7"), 7, 200,
                                      *log->InclusionProof(7, 200), tree.RootAt(200))
                  .ok());
  EXPECT_TRUE(crypto::VerifyConsistency(100, tree.RootAt(100), 300, tree.Root(),
                                        *log->ConsistencyProof(100, 300))
                  .ok());
}

TEST_F(AuditLogTest, IsReadFromTheNewestDownAsFarAsIsWanted) {
  for (const char* entry : {"a", "b", "c", "d"}) ASSERT_TRUE(log->Append(entry).ok());
  std::vector<std::string> newest;
  ASSERT_TRUE(log->ReadBack(UINT64_MAX,
                            [&](uint64_t index, absl::string_view entry) {
                              newest.push_back(std::to_string(index) + std::string(entry));
                              return newest.size() < 2;
                            })
                  .ok());
  EXPECT_THAT(newest, ElementsAre("3d", "2c"));
  newest.clear();
  ASSERT_TRUE(log->ReadBack(1,
                            [&](uint64_t, absl::string_view entry) {
                              newest.emplace_back(entry);
                              return true;
                            })
                  .ok());
  EXPECT_THAT(newest, ElementsAre("a"));
}

TEST_F(AuditLogTest, WhatWasChangedOrIsMissingIsNotOpened) {
  for (const char* entry : {"a", "b", "c"}) ASSERT_TRUE(log->Append(entry).ok());
  const std::string second("e\0\0\0\0\0\0\0\1", 9);
  Write(second, "B");
  EXPECT_THAT(Reopen().message(), HasSubstr("not those that were added"));
  Write(second, "b");
  EXPECT_TRUE(Reopen().ok());
  ASSERT_TRUE(db->raw()->Delete({}, db->family(Family::kAudit), second).ok());
  EXPECT_THAT(Reopen().message(), HasSubstr("entry 1 is missing"));
  Write(second, "b");
  ASSERT_TRUE(
      db->raw()->Delete({}, db->family(Family::kAudit), std::string("e\0\0\0\0\0\0\0\2", 9)).ok());
  EXPECT_TRUE(absl::IsDataLoss(Reopen())) << "its end was cut off";
}

TEST_F(AuditLogTest, WhatADiskDidNotTakeIsNotInTheTree) {
  ASSERT_TRUE(log->Append("a").ok());
  const AuditLog::Position before = log->position();
  {
    const FullDisk full(*db);
    EXPECT_FALSE(log->Append("b").ok());
  }
  EXPECT_EQ(log->position().size, 1u);
  EXPECT_EQ(log->position().root, before.root);
  ASSERT_TRUE(Reopen().ok());
  EXPECT_THAT(All(), ElementsAre("a"));
}

TEST_F(AuditLogTest, AnEntryThatIsTooLongIsRefused) {
  EXPECT_TRUE(log->Append(std::string(AuditLog::kEntryBytes, 'x')).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(log->Append(std::string(AuditLog::kEntryBytes + 1, 'x'))));
  EXPECT_EQ(log->position().size, 1u);
}

}  // namespace
}  // namespace commons::storage
