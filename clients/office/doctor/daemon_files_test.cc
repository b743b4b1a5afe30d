#include "clients/office/doctor/daemon_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/another_user_for_test.h"
#include "base/node_files.h"
#include "base/temp_dir_for_test.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The directory of a node that ran.
class DaemonFiles : public testing::Test {
 protected:
  DaemonFiles() {
    fs::create_directories(dir_ + "/db");
    fs::create_directories(dir_ + "/keys");
    for (const char* file : {"/db/CURRENT", "/node.mark", "/keys/store.key", "/keys/noise.key"}) {
      std::ofstream(dir_ + file) << "x";
      chmod((dir_ + file).c_str(), 0600);
    }
  }
  std::vector<std::string> Problems() const {
    std::vector<std::string> problems;
    for (const Finding& finding : CheckDaemonFiles(dir_)) {
      if (finding.problem.empty()) continue;
      problems.push_back(finding.check.substr(dir_.size()) + ": " + finding.problem + "; " +
                         finding.remedy);
    }
    return problems;
  }

  TempDir home_;
  const std::string dir_ = home_ / "node";
};

TEST_F(DaemonFiles, AWholeOneIsWellAndOneThatNeverRanIsNotLookedAt) {
  EXPECT_THAT(Problems(), IsEmpty());
  EXPECT_THAT(CheckDaemonFiles(dir_), testing::SizeIs(4));
  fs::remove_all(dir_ + "/db");
  fs::remove(dir_ + "/node.mark");
  EXPECT_THAT(CheckDaemonFiles(dir_), IsEmpty());
}

TEST_F(DaemonFiles, NamesWhatIsMissingBesideTheRest) {
  for (const auto& [file, told] : std::vector<std::pair<std::string, std::string>>{
           {"/db", "/db: is missing, and node.mark says that there was one; copy what is left"},
           {"/node.mark", "/node.mark: is missing beside a database"},
           {"/keys/store.key", "/keys/store.key: is missing, and this node holds data: "},
           {"/keys/noise.key", "/keys/noise.key: is missing, and this node holds data: "}}) {
    fs::rename(dir_ + file, dir_ + file + ".away");
    EXPECT_THAT(Problems(), ElementsAre(HasSubstr(told)));
    fs::rename(dir_ + file + ".away", dir_ + file);
  }
}

TEST_F(DaemonFiles, WhatMayNotBeReadIsNotMissing) {
  ASSERT_EQ(chmod(home_.path().c_str(), 0755) + chmod((dir_ + "/db").c_str(), 0), 0);
  std::vector<std::string> seen_by_another;
  {
    const AnotherUser user;
    seen_by_another = Problems();
  }
  EXPECT_THAT(seen_by_another, testing::Contains(testing::StartsWith("/db: ")));
  EXPECT_THAT(seen_by_another, testing::Not(testing::Contains(HasSubstr("missing"))));
  ASSERT_EQ(chmod((dir_ + "/db").c_str(), 0700), 0);  // or nobody but root could remove it
  if (geteuid() != 0) return;
  // Root sees nothing amiss in what keeps the daemon's user out.
  ASSERT_EQ(chown((dir_ + "/db").c_str(), 65534, 0), 0);
  EXPECT_THAT(Problems(), ElementsAre(HasSubstr("/db: belongs to another user than keys/; let the "
                                                "daemon's user own")));
}

TEST_F(DaemonFiles, AKeyThatOthersMayReadKeepsTheDaemonFromStarting) {
  ASSERT_EQ(chmod((dir_ + "/keys/store.key").c_str(), 0644), 0);
  EXPECT_THAT(Problems(), ElementsAre(HasSubstr("store.key: others may use it; chmod 600")));
}

}  // namespace
}  // namespace commons::clients
