#include "clients/cli/lab/process.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients::lab {
namespace {

// Field 22 of /proc/self/stat, read field by field (this program's name has no blanks).
std::string OwnStartTime() {
  std::ifstream stat("/proc/self/stat");
  std::string field;
  for (int i = 0; i < 22; ++i) stat >> field;
  return field;
}

// Whatever the daemon's script is, nothing of it outlives the test.
class LabProcess : public testing::Test {
 protected:
  ~LabProcess() override { EXPECT_TRUE(StopDaemon(dir_.path(), absl::ZeroDuration()).ok()); }

  pid_t Start(const std::string& script) {
    EXPECT_TRUE(WriteFile(Program(), "#!/bin/sh\n" + script, 0700).ok());
    const auto pid = StartDaemon(Program(), dir_.path());
    EXPECT_TRUE(pid.ok()) << pid.status();
    return pid.value_or(0);
  }
  void NotePid(pid_t pid, const std::string& start_time) {
    ASSERT_TRUE(WriteFile(dir_ / "pid", absl::StrCat(pid, " ", start_time, "\n"), 0644).ok());
  }
  // The script is past its first lines once it has made this file.
  void AwaitReady() {
    const absl::Time deadline = absl::Now() + absl::Seconds(60);
    while (!std::filesystem::exists(dir_ / "ready") && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(5));
    }
    ASSERT_TRUE(std::filesystem::exists(dir_ / "ready"));
  }
  std::string Program() const { return dir_ / "daemon"; }

  TempDir dir_;
};

// A daemon that nobody could find again would keep its port and its directory for ever.
TEST_F(LabProcess, WhatCannotBeNotedDownDoesNotRun) {
  std::filesystem::create_directory(dir_ / "pid");  // where its file would lie
  ASSERT_TRUE(
      WriteFile(Program(), "#!/bin/sh\necho $$ > " + (dir_ / "ready") + "\nexec sleep 1000\n", 0700)
          .ok());
  EXPECT_FALSE(StartDaemon(Program(), dir_.path()).ok());
  EXPECT_EQ(waitpid(-1, nullptr, WNOHANG), -1) << "it is no child any more";
  std::filesystem::remove(dir_ / "pid");
}

TEST_F(LabProcess, IsFoundWhileItRunsAndStops) {
  EXPECT_EQ(RunningDaemon(dir_.path()), 0);
  const pid_t pid = Start(": > \"$2/ready\"\nexec sleep 1000\n");
  ASSERT_GT(pid, 0);
  EXPECT_EQ(RunningDaemon(dir_.path()), pid);
  AwaitReady();
  EXPECT_EQ(getsid(pid) == getsid(0) ? "ours" : "own", "own");
  ASSERT_TRUE(StopDaemon(dir_.path(), absl::Seconds(60)).ok());
  EXPECT_EQ(RunningDaemon(dir_.path()), 0);
  EXPECT_EQ(kill(pid, 0), -1);
  EXPECT_TRUE(StopDaemon(dir_.path(), absl::ZeroDuration()).ok());
}

TEST_F(LabProcess, IsKilledWhenItDoesNotListen) {
  const pid_t pid = Start("trap '' TERM\n: > \"$2/ready\"\nexec sleep 1000\n");
  AwaitReady();
  ASSERT_TRUE(StopDaemon(dir_.path(), absl::Milliseconds(50)).ok());
  EXPECT_EQ(kill(pid, 0), -1);
}

TEST_F(LabProcess, AReusedPidIsNotTaken) {
  NotePid(getpid(), OwnStartTime());
  EXPECT_EQ(RunningDaemon(dir_.path()), getpid());  // the same process: both numbers agree
  NotePid(getpid(), OwnStartTime() + "1");
  EXPECT_EQ(RunningDaemon(dir_.path()), 0);
  // Stopping the daemon of long ago leaves this process alone.
  EXPECT_TRUE(StopDaemon(dir_.path(), absl::ZeroDuration()).ok());
}

TEST_F(LabProcess, ADamagedPidFileNamesNobody) {
  for (const char* text : {"", "1", "x y", "0 1", "-1 5", "99999999999 1", "1 2 3"}) {
    ASSERT_TRUE(WriteFile(dir_ / "pid", text, 0644).ok());
    EXPECT_EQ(RunningDaemon(dir_.path()), 0) << text;
  }
}

TEST_F(LabProcess, ADeadDaemonIsNotFoundAndItsLogIsKept) {
  const pid_t pid = Start("for i in 1 2 3 4 5 6 7; do echo line $i; done\n");
  ASSERT_EQ(waitpid(pid, nullptr, 0), pid);
  EXPECT_EQ(RunningDaemon(dir_.path()), 0);
  EXPECT_EQ(LogEnd(dir_.path()), dir_.path() + "/log ends with: line 7");
}

TEST_F(LabProcess, AStoppedOneIsToldFromOneThatRuns) {
  const pid_t pid = Start(": > \"$2/ready\"\nexec sleep 1000\n");
  AwaitReady();
  EXPECT_FALSE(StandsStill(pid));
  ASSERT_EQ(kill(pid, SIGSTOP), 0);
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (!StandsStill(pid) && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(5));
  EXPECT_TRUE(StandsStill(pid));
  EXPECT_EQ(RunningDaemon(dir_.path()), pid);
  EXPECT_THAT(HowToGoOn(pid), testing::HasSubstr(absl::StrCat("kill -CONT ", pid)));
  EXPECT_FALSE(StandsStill(0));
}

TEST(FindProgram, LooksInPathAndSaysWhereItLooked) {
  EXPECT_TRUE(FindProgram("sh").ok());
  const absl::Status status = FindProgram("no-such-program").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(), testing::HasSubstr("/no-such-program nor in PATH"));
}

}  // namespace
}  // namespace commons::clients::lab
