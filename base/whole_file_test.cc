#include "base/whole_file.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"

namespace commons {
namespace {

namespace fs = std::filesystem;

class WholeFile : public testing::Test {
 protected:
  WholeFile() {
    std::string name = (fs::temp_directory_path() / "commons-whole-XXXXXX").string();
    dir_ = mkdtemp(name.data());
  }
  ~WholeFile() override { fs::remove_all(dir_); }
  static std::string Read(const std::string& path) {
    std::ifstream in(path);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  size_t Files() const {
    return static_cast<size_t>(std::distance(fs::directory_iterator(dir_), {}));
  }
  std::string dir_;
};

TEST_F(WholeFile, IsWrittenWithItsModeAndNothingBesideIt) {
  const std::string path = dir_ + "/a";
  ASSERT_TRUE(WriteWholeFile(path, "one", 0640, IfThere::kRefuse).ok());
  EXPECT_EQ(Read(path), "one");
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);
  EXPECT_TRUE(absl::IsAlreadyExists(WriteWholeFile(path, "two", 0640, IfThere::kRefuse)));
  EXPECT_EQ(Read(path), "one");
  ASSERT_TRUE(WriteWholeFile(path, "two", 0640, IfThere::kReplace).ok());
  EXPECT_EQ(Read(path), "two");
  EXPECT_EQ(Files(), 1u);
  EXPECT_TRUE(absl::IsNotFound(WriteWholeFile(dir_ + "/no/a", "", 0600, IfThere::kReplace)));
}

// In a shared directory somebody may guess the name of the part.
TEST_F(WholeFile, APlantedLinkIsNotFollowed) {
  const std::string path = dir_ + "/a";
  const std::string other = dir_ + "/other";
  std::ofstream(other) << "precious";
  fs::create_symlink(other, absl::StrCat(path, ".part-", getpid()));
  ASSERT_TRUE(WriteWholeFile(path, "one", 0644, IfThere::kReplace).ok());
  EXPECT_EQ(Read(other), "precious");
  EXPECT_EQ(Read(path), "one");
}

TEST_F(WholeFile, AProcessKilledInTheMiddleLeavesNothingThere) {
  const std::string path = dir_ + "/a";
  const pid_t child = fork();
  if (child == 0) {
    const rlimit few = {10, 10};  // the next byte kills with SIGXFSZ
    setrlimit(RLIMIT_FSIZE, &few);
    (void)WriteWholeFile(path, std::string(100, 'x'), 0600, IfThere::kRefuse);
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status));
  EXPECT_FALSE(fs::exists(path));
  EXPECT_TRUE(WriteWholeFile(path, "whole", 0600, IfThere::kRefuse).ok());
  EXPECT_EQ(Read(path), "whole");
}

}  // namespace
}  // namespace commons
