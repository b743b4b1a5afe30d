#include "storage/db.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/another_user_for_test.h"
#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/full_disk_for_test.h"

namespace commons::storage {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

TEST(FromRocks, AFullDiskIsNoUsedUpBudget) {
  const absl::Status full = FromRocks(rocksdb::Status::NoSpace("disk"), "ledger");
  EXPECT_EQ(full.code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(full.message()), HasSubstr("No space left"));
}

TEST(Database, KeepsEveryFamilyApartAndAcrossReopening) {
  TempDir dir;
  {
    auto db = Database::Open(dir / "db");
    ASSERT_TRUE(db.ok()) << db.status();
    for (int f = 0; f <= static_cast<int>(Family::kColumns); ++f) {
      ASSERT_TRUE((*db)
                      ->raw()
                      ->Put({}, (*db)->family(static_cast<Family>(f)), "k", std::to_string(f))
                      .ok());
    }
  }
  struct stat info;
  ASSERT_EQ(stat((dir / "db").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0700u);
  auto db = Database::Open(dir / "db");
  ASSERT_TRUE(db.ok()) << db.status();
  for (int f = 0; f <= static_cast<int>(Family::kColumns); ++f) {
    std::string value;
    ASSERT_TRUE((*db)->raw()->Get({}, (*db)->family(static_cast<Family>(f)), "k", &value).ok());
    EXPECT_EQ(value, std::to_string(f));
  }
}

TEST(Database, SecondOpenIsRefusedInOneClearLine) {
  TempDir dir;
  auto first = Database::Open(dir / "db");
  ASSERT_TRUE(first.ok());
  auto second = Database::Open(dir / "db");
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()), EndsWith("is in use by another process"));
}

TEST(Database, AnotherProcessHoldsIt) {
  TempDir dir;
  int opened[2], done[2];
  ASSERT_EQ(pipe(opened) + pipe(done), 0);
  const pid_t other = fork();
  if (other == 0) {
    auto db = Database::Open(dir / "db");
    char byte = db.ok() ? 'y' : 'n';
    if (write(opened[1], &byte, 1) != 1 || read(done[0], &byte, 1) != 1) _exit(1);
    _exit(0);
  }
  char byte;
  ASSERT_EQ(read(opened[0], &byte, 1), 1);
  EXPECT_EQ(byte, 'y');
  const absl::Status refused = Database::Open(dir / "db").status();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), EndsWith("is in use by another process"));
  ASSERT_EQ(write(done[1], &byte, 1), 1);
  int status;
  ASSERT_EQ(waitpid(other, &status, 0), other);
  EXPECT_TRUE(Database::Open(dir / "db").ok());  // its death let go of the lock
}

// A database that this process made and another user, who may enter the directories, looks at.
class ForeignDatabase : public testing::Test {
 protected:
  ForeignDatabase() {
    EXPECT_TRUE(Database::Open(db_).ok());
    EXPECT_EQ(chmod(dir_.path().c_str(), 0755) + chmod(db_.c_str(), 0755), 0);
  }
  std::string FileThatStarts(const std::string& start) const {
    for (const auto& file : std::filesystem::directory_iterator(db_)) {
      if (file.path().filename().string().rfind(start, 0) == 0) return file.path();
    }
    return "";
  }
  absl::Status Read() const {
    const AnotherUser user;
    return Database::OpenToRead(db_).status();
  }
  absl::Status Open() const {
    const AnotherUser user;
    return Database::Open(db_).status();
  }

  TempDir dir_;
  const std::string db_ = dir_ / "db";
};

// Taken for an empty one, it sent people to their backups.
TEST_F(ForeignDatabase, OneThatMayNotBeEnteredIsNotOneThatIsAbsent) {
  ASSERT_EQ(chmod(db_.c_str(), 0), 0);
  for (const absl::Status& status : {Read(), Open()}) {
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
    EXPECT_EQ(status.message(), db_ +
                                    "/CURRENT: can't be read: Permission denied; let the "
                                    "daemon's user own the directory and all that is in it");
  }
  ASSERT_EQ(chmod(db_.c_str(), 0755), 0);
  EXPECT_TRUE(Read().ok());
  const auto none = Database::OpenToRead(dir_ / "none");
  ASSERT_TRUE(none.ok()) << none.status();
  EXPECT_EQ(*none, nullptr);
}

TEST_F(ForeignDatabase, OneOfItsFilesThatMayNotBeReadIsNamed) {
  const std::string manifest = FileThatStarts("MANIFEST");
  ASSERT_EQ(chmod(manifest.c_str(), 0), 0);
  const absl::Status status = Read();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
  EXPECT_THAT(
      std::string(status.message()),
      testing::AllOf(HasSubstr(manifest), HasSubstr("Permission denied; let the daemon's")));
}

TEST_F(ForeignDatabase, ALockThatMayNotBeTakenIsNotOneThatIsHeld) {
  ASSERT_EQ(chmod((db_ + "/LOCK").c_str(), 0444), 0);
  const absl::Status status = Open();
  EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
  EXPECT_THAT(std::string(status.message()),
              testing::AllOf(HasSubstr("/LOCK"), HasSubstr("let the daemon's user own"),
                             testing::Not(HasSubstr("in use"))));
  const absl::Status read_only = FromRocks(
      rocksdb::Status::IOError("while open a file for lock: db/LOCK", "Read-only file system"),
      "database db");
  EXPECT_THAT(std::string(read_only.message()), EndsWith("let the disk be mounted for writing"));
}

TEST(Database, DamageIsDataLoss) {
  TempDir dir;
  { ASSERT_TRUE(Database::Open(dir / "db").ok()); }
  for (const auto& file : std::filesystem::directory_iterator(dir / "db")) {
    if (file.path().filename().string().rfind("MANIFEST", 0) == 0) {
      std::ofstream(file.path(), std::ios::trunc) << "not a manifest, but long enough to be read";
    }
  }
  EXPECT_EQ(Database::Open(dir / "db").status().code(), absl::StatusCode::kDataLoss);
}

TEST(Database, AFamilyThatIsNotUsedAnyMoreGoesAndTheRestStays) {
  TempDir dir;
  {
    auto db = Database::Open(dir / "db");
    ASSERT_TRUE((*db)->raw()->Put({}, (*db)->family(Family::kColumns), "k", "v").ok());
    rocksdb::ColumnFamilyHandle* former;
    ASSERT_TRUE((*db)->raw()->CreateColumnFamily({}, "nonces", &former).ok());
    ASSERT_TRUE((*db)->raw()->DestroyColumnFamilyHandle(former).ok());
  }
  for (int time = 0; time < 2; ++time) {
    auto db = Database::Open(dir / "db");
    ASSERT_TRUE(db.ok()) << db.status();
    std::string value;
    ASSERT_TRUE((*db)->raw()->Get({}, (*db)->family(Family::kColumns), "k", &value).ok());
    EXPECT_EQ(value, "v");
  }
  std::vector<std::string> found;
  ASSERT_TRUE(rocksdb::DB::ListColumnFamilies({}, dir / "db", &found).ok());
  EXPECT_THAT(found, testing::Not(testing::Contains("nonces")));
}

TEST(Database, UnknownFamilyAndImpossibleDirectoryAreRefused) {
  TempDir dir;
  {
    auto db = Database::Open(dir / "db");
    rocksdb::ColumnFamilyHandle* newer;
    ASSERT_TRUE((*db)->raw()->CreateColumnFamily({}, "newer", &newer).ok());
    ASSERT_TRUE((*db)->raw()->DestroyColumnFamilyHandle(newer).ok());
  }
  auto db = Database::Open(dir / "db");
  EXPECT_EQ(db.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(db.status().message()), HasSubstr("\"newer\""));
  EXPECT_EQ(Database::Open(dir / "db/no/such").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

// The write-ahead log can't grow: RocksDB takes no more writes, and the database says so.
TEST(Database, SaysThatItsDiskTakesNoWrites) {
  TempDir dir;
  auto db = std::move(Database::Open(dir / "db")).value();
  EXPECT_TRUE(db->Health().ok());
  EXPECT_TRUE(db->Recover().ok());
  {
    const FullDisk full(*db);
    ASSERT_FALSE(db->raw()->Put({}, db->family(Family::kDefault), "k", "v").ok());
    EXPECT_FALSE(db->Health().ok());
    EXPECT_THAT(std::string(db->Health().message()), HasSubstr("File too large"));
    EXPECT_FALSE(db->Recover().ok()) << "nothing has changed yet";
  }
  // Whether this process may go on is RocksDB's to say; it never claims to while it can't write.
  const absl::Status recovered = db->Recover();
  EXPECT_EQ(recovered.ok(), db->Health().ok());
  if (recovered.ok()) {
    EXPECT_TRUE(db->raw()->Put({}, db->family(Family::kDefault), "k", "v").ok());
  } else {
    EXPECT_EQ(recovered.code(), absl::StatusCode::kInternal) << recovered;
    db.reset();
    EXPECT_TRUE(Database::Open(dir / "db").ok());
  }
}

// Shown by the options before: 19 MiB after the first half, more after the second.
TEST(Database, HoldsNoMoreInMemoryHoweverMuchIsStored) {
  TempDir dir;
  const auto db = *Database::Open(dir / "db");
  const auto held = [&](const char* what, std::initializer_list<Family> families) {
    uint64_t sum = 0;
    for (const Family family : families) {
      uint64_t bytes = 0;
      EXPECT_TRUE(db->raw()->GetIntProperty(db->family(family), what, &bytes)) << what;
      sum += bytes;
    }
    return sum;
  };
  const std::string value(2'000, 'x');
  for (int i = 0; i < 20'000; ++i) {
    const std::string key = absl::StrCat(i);
    for (const Family family : {Family::kLedger, Family::kReleases}) {
      ASSERT_TRUE(db->raw()->Put({}, db->family(family), key, value).ok());
    }
    std::string read;
    ASSERT_TRUE(db->raw()->Get({}, db->family(Family::kReleases), absl::StrCat(i / 2), &read).ok());
  }
  EXPECT_LE(held("rocksdb.size-all-mem-tables", {Family::kLedger, Family::kReleases}), 5 << 20);
  EXPECT_LE(held("rocksdb.block-cache-usage", {Family::kReleases}), 9 << 20) << "shared by all";
  EXPECT_LE(held("rocksdb.estimate-table-readers-mem", {Family::kLedger, Family::kReleases}),
            1 << 20);
}

// Beside the data lies nothing but data.
TEST(Database, WritesNoLogOfItsOwn) {
  TempDir dir;
  ASSERT_TRUE(Database::Open(dir / "db").ok());
  EXPECT_FALSE(std::filesystem::exists(dir / "db/LOG"));
}

}  // namespace
}  // namespace commons::storage
