// A node over a directory of which a part is missing: it stops and says so, and changes nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "base/another_user_for_test.h"
#include "base/node_files.h"
#include "node/daemon_for_test.h"
#include "node/machine/node_mark.h"

namespace commons::node {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// A node that ran, with a document of its own, and stopped.
class DamagedDirectoryTest : public testing::Test {
 protected:
  DamagedDirectoryTest() {
    EXPECT_TRUE(node_.Start().ok());
    v1::RuleFile founding;
    *founding.add_envelopes() = CharterOf({&node_}, clock_);
    EXPECT_FALSE(node_.Join(founding).has_refusal());
    node_.daemon.reset();
  }
  fs::path Database() const { return node_files::Path(node_.dir(), node_files::kDatabase); }
  fs::path Manifest() const {
    for (const auto& file : fs::directory_iterator(Database())) {
      if (file.path().filename().string().rfind("MANIFEST", 0) == 0) return file.path();
    }
    return {};
  }
  std::set<std::string> DataFiles() const {
    std::set<std::string> files;
    for (const auto& file : fs::directory_iterator(Database())) {
      const std::string name = file.path().filename();
      if (name.find(".sst") != std::string::npos || name.find(".log") != std::string::npos) {
        files.insert(name);
      }
    }
    return files;
  }

  SystemClock clock_;
  DaemonNode node_{"auckland", &clock_};
};

TEST_F(DamagedDirectoryTest, AWholeOneStarts) { EXPECT_TRUE(node_.Start().ok()); }

// Without CheckNodeMark the daemon starts here with an empty database, and RocksDB has removed what
// was in it.
TEST_F(DamagedDirectoryTest, AManifestThatWasCutShortAtAnyPlace) {
  const std::string whole = ReadAll(Manifest());
  const std::set<std::string> files = DataFiles();
  const fs::path manifest = Manifest();
  size_t refused = 0;
  for (size_t size = 0; size < whole.size(); size += 1 + whole.size() / 40) {
    std::ofstream(manifest, std::ios::binary) << whole.substr(0, size);
    const absl::Status started = node_.Start();
    if (started.ok()) {
      // What is named still covers all that the node had.
      node_.daemon.reset();
      return;
    }
    ++refused;
    EXPECT_EQ(DataFiles(), files) << "cut to " << size << ": " << started;
  }
  EXPECT_GT(refused, 10u);
  std::ofstream(manifest, std::ios::binary) << whole;
  EXPECT_TRUE(node_.Start().ok()) << "nothing was lost";
}

TEST_F(DamagedDirectoryTest, ADatabaseThatIsGone) {
  fs::rename(Database(), Database().string() + ".away");
  const absl::Status started = node_.Start();
  EXPECT_EQ(started.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(started.message()),
              AllOf(HasSubstr("db: a part is missing: it holds 0 of "), HasSubstr(" documents"),
                    HasSubstr("restore the node's whole directory from its newest backup")));
  EXPECT_FALSE(fs::exists(Database())) << "no new one is made over it";
  fs::rename(Database().string() + ".away", Database());
  EXPECT_TRUE(node_.Start().ok());
}

// Nothing is missing, and a restored copy would spend what was spent once more.
TEST_F(DamagedDirectoryTest, ADatabaseThatMayNotBeReadIsNotOneThatIsGone) {
  ASSERT_EQ(chmod(Database().c_str(), 0), 0);
  {
    const auto home = OpenHome(node_.dir(), crypto::SystemRandom());
    ASSERT_TRUE(home.ok()) << home.status();
    const fs::path dir = node_.dir();
    for (const fs::path& way : {dir.parent_path(), dir}) {
      ASSERT_EQ(chmod(way.c_str(), 0755), 0);
    }
    ASSERT_EQ(chmod(node_files::Path(dir.string(), node_files::kMark).c_str(), 0644), 0);
    const AnotherUser user;
    const absl::Status told = CheckNodeMark(*home);
    EXPECT_EQ(told.code(), absl::StatusCode::kPermissionDenied);
    EXPECT_THAT(std::string(told.message()),
                AllOf(HasSubstr("CURRENT: can't be read: Permission denied; let the daemon's user"),
                      testing::Not(HasSubstr("missing")), testing::Not(HasSubstr("backup"))));
  }
  ASSERT_EQ(chmod(Database().c_str(), 0700), 0);
  EXPECT_TRUE(node_.Start().ok());
}

// A new key would make what the old one sealed unreadable for ever.
TEST_F(DamagedDirectoryTest, AKeyThatIsGone) {
  for (const auto& [label, meaning] :
       {std::pair{node_files::kStoreKey, "its datasets are sealed with this key"},
        std::pair{node_files::kNoiseKey, "its answers are protected with this key"}}) {
    const std::string path = node_files::MachineKey(node_.dir(), label);
    // Also when the database is away with it: the mark is there.
    for (const bool database : {true, false}) {
      fs::rename(path, path + ".away");
      if (!database) fs::rename(Database(), Database().string() + ".away");
      const absl::Status started = node_.Start();
      EXPECT_EQ(started.code(), absl::StatusCode::kFailedPrecondition) << label;
      EXPECT_THAT(std::string(started.message()),
                  AllOf(HasSubstr(path + ": missing, and this node holds data: "),
                        HasSubstr(meaning), HasSubstr("put it back from a backup")));
      EXPECT_FALSE(fs::exists(path));
      if (!database) fs::rename(Database().string() + ".away", Database());
      fs::rename(path + ".away", path);
    }
  }
  EXPECT_TRUE(node_.Start().ok());
}

// Another noise key was not noticed at all: the same rows were rounded anew.
TEST_F(DamagedDirectoryTest, AKeyOfAnotherNode) {
  DaemonNode other("lakes", &clock_);
  ASSERT_TRUE(other.Start().ok());
  other.daemon.reset();
  for (const auto& [label, meaning] :
       {std::pair{node_files::kStoreKey, "its datasets are sealed with this key"},
        std::pair{node_files::kNoiseKey, "its answers are protected with this key"}}) {
    const std::string path = node_files::MachineKey(node_.dir(), label);
    fs::rename(path, path + ".away");
    fs::copy(node_files::MachineKey(other.dir(), label), path);
    const absl::Status started = node_.Start();
    EXPECT_EQ(started.code(), absl::StatusCode::kFailedPrecondition) << label;
    EXPECT_THAT(std::string(started.message()),
                AllOf(HasSubstr(path + ": is another key than this node has had: "),
                      HasSubstr(meaning), HasSubstr("put the right one back from a backup")));
    fs::rename(path + ".away", path);
  }
  EXPECT_TRUE(node_.Start().ok());
}

// It says nothing of keys: it is taken, and the next one names them.
TEST_F(DamagedDirectoryTest, AMarkOfTheFormatBefore) {
  const std::string path = node_files::Path(node_.dir(), node_files::kMark);
  const std::string mark = ReadAll(path);
  auto old = DecodeNodeMark(mark, node_.org().node->public_key());
  ASSERT_TRUE(old.ok()) << old.status();
  old->store_key = old->noise_key = {};
  std::ofstream(path) << EncodeNodeMark(*old, *node_.org().node);
  ASSERT_TRUE(node_.Start().ok());
  node_.daemon.reset();
  EXPECT_EQ(ReadAll(path), mark);
}

TEST_F(DamagedDirectoryTest, AMarkOfAnotherNodeOrANewerFormat) {
  const std::string path = node_files::Path(node_.dir(), node_files::kMark);
  const std::string mark = ReadAll(path);
  std::string newer = mark;
  newer.replace(mark.find("format 2"), 8, "format 3");
  std::ofstream(path) << newer;
  EXPECT_THAT(std::string(node_.Start().message()),
              HasSubstr("the directory has format 3, and this version knows 2; install the version "
                        "of commonsd that made it"));
  DaemonNode other("lakes", &clock_);
  ASSERT_TRUE(other.Start().ok());
  other.daemon.reset();
  fs::copy(node_files::Path(other.dir(), node_files::kMark), path,
           fs::copy_options::overwrite_existing);
  EXPECT_THAT(std::string(node_.Start().message()),
              HasSubstr("node.mark: is not signed with this node's key"));
  // Directories of versions before the mark have none.
  fs::remove(path);
  EXPECT_TRUE(node_.Start().ok());
  EXPECT_EQ(ReadAll(path), mark);
}

// Opening a pipe waits for a writer without end; a mark that can't be read is not one that is
// absent.
TEST_F(DamagedDirectoryTest, AMarkThatIsNoPlainFile) {
  const fs::path path = node_files::Path(node_.dir(), node_files::kMark);
  const std::string mark = ReadAll(path);
  for (const auto type : {fs::file_type::fifo, fs::file_type::directory}) {
    fs::remove(path);
    if (type == fs::file_type::fifo) {
      ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
    } else {
      ASSERT_TRUE(fs::create_directory(path));
    }
    const absl::Status started = node_.Start();
    EXPECT_EQ(started.code(), absl::StatusCode::kPermissionDenied);
    EXPECT_THAT(std::string(started.message()),
                HasSubstr("node.mark: is no plain file that can be read; the daemon's user must"));
    EXPECT_EQ(fs::symlink_status(path).type(), type) << "it is not replaced";
  }
  fs::remove(path);
  std::ofstream(path, std::ios::binary) << mark;
  EXPECT_TRUE(node_.Start().ok());
}

}  // namespace
}  // namespace commons::node
