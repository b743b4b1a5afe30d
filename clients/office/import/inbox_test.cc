#include "clients/office/import/inbox.h"

#include <grp.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

namespace fs = std::filesystem;

class InboxTest : public testing::Test {
 protected:
  InboxTest() {
    fs::create_directory(inbox_);
    EXPECT_TRUE(WriteFile(csv_, "n\n1\n", 0640).ok());
    EXPECT_TRUE(WriteFile(aim_, "precious", 0600).ok());
  }

  const TempDir dir_;
  const std::string inbox_ = dir_ / "inbox", csv_ = dir_ / "in.csv", aim_ = dir_ / "aim";
};

// A steward in the group of the node: what is placed is for the daemon to read, and for nobody
// else.
TEST_F(InboxTest, AnotherUsersInboxGetsACopyThatItsGroupMayRead) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can be two users";
  constexpr uid_t kDaemon = 64001, kSteward = 64002;
  constexpr gid_t kGroup = 64003;
  fs::permissions(dir_.path(), fs::perms::others_exec, fs::perm_options::add);
  ASSERT_EQ(chown(inbox_.c_str(), kDaemon, kGroup) + chmod(inbox_.c_str(), 0770) +
                chown(csv_.c_str(), kSteward, kSteward) + chmod(csv_.c_str(), 0600),
            0);
  // In a child, so that this process stays who it is.
  const pid_t steward = fork();
  if (steward == 0) {
    const bool became =
        setgroups(1, &kGroup) == 0 && setgid(kSteward) == 0 && setuid(kSteward) == 0;
    _exit(became && PlaceInInbox(csv_, inbox_).ok() ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(steward, &status, 0), steward);
  EXPECT_EQ(status, 0);
  for (const auto& file : fs::directory_iterator(inbox_)) {
    struct stat info;
    ASSERT_EQ(stat(file.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, kSteward);
    EXPECT_EQ(info.st_gid, kGroup);
    EXPECT_EQ(info.st_mode & 0777, 0640u);
    EXPECT_EQ(info.st_nlink, 1u) << "not the steward's own file";
  }
  EXPECT_FALSE(fs::is_empty(inbox_));
}

TEST_F(InboxTest, AFileIsPlacedUnderANameOfItsOwnEachTime) {
  std::set<std::string> names;
  for (int i = 0; i < 20; ++i) {
    const auto name = PlaceInInbox(csv_, inbox_);
    ASSERT_TRUE(name.ok()) << name.status();
    EXPECT_THAT(*name, testing::MatchesRegex("import-[0-9a-f]{16}\\.csv"));
    EXPECT_EQ(*ReadFile(inbox_ + "/" + *name, 100), "n\n1\n");
    names.insert(*name);
  }
  EXPECT_EQ(names.size(), 20u);
  EXPECT_THAT(PlaceInInbox(dir_ / "nothing", inbox_).status().message(),
              testing::HasSubstr("nothing: can't be put into the inbox: No such file"));
}

TEST_F(InboxTest, ACopyHasTheBytesAndPermissions) {
  ASSERT_TRUE(CopyAsNew(csv_, inbox_ + "/copy.csv").ok());
  EXPECT_EQ(*ReadFile(inbox_ + "/copy.csv", 100), "n\n1\n");
  EXPECT_EQ(fs::status(inbox_ + "/copy.csv").permissions(), fs::status(csv_).permissions());
}

TEST_F(InboxTest, WhatComesThroughAPipeIsCopiedToItsEnd) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const std::string text(300'000, 'n');
  const pid_t writer = fork();
  if (writer == 0) {
    close(ends[0]);
    for (size_t at = 0; at < text.size();) {
      const ssize_t wrote = write(ends[1], text.data() + at, text.size() - at);
      if (wrote < 0) _exit(1);
      at += static_cast<size_t>(wrote);
    }
    _exit(0);
  }
  close(ends[1]);
  const auto name = PlaceInInbox(absl::StrCat("/proc/self/fd/", ends[0]), inbox_);
  close(ends[0]);
  int status = -1;
  ASSERT_EQ(waitpid(writer, &status, 0), writer);
  ASSERT_TRUE(name.ok()) << name.status();
  EXPECT_EQ(status, 0);
  EXPECT_EQ(*ReadFile(inbox_ + "/" + *name, 1 << 20), text);
}

TEST_F(InboxTest, ACopyFollowsNoPlantedLink) {
  const std::string target = inbox_ + "/copy.csv";
  fs::create_symlink(aim_, target);
  EXPECT_EQ(CopyAsNew(csv_, target).code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(*ReadFile(aim_, 100), "precious");
  EXPECT_TRUE(fs::is_symlink(target));
  fs::remove(target);
  fs::create_symlink(dir_ / "made", target);  // and makes no file where one points
  EXPECT_FALSE(CopyAsNew(csv_, target).ok());
  EXPECT_FALSE(fs::exists(dir_ / "made"));
  fs::remove(target);
  fs::create_hard_link(aim_, target);
  EXPECT_FALSE(CopyAsNew(csv_, target).ok());
  EXPECT_EQ(*ReadFile(aim_, 100), "precious");
}

}  // namespace
}  // namespace commons::clients
