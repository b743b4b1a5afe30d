#include "node/services/exchanged_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "base/mode_for_test.h"
#include "base/temp_dir_for_test.h"

namespace commons::node {
namespace {

namespace fs = std::filesystem;

TEST(ExchangedFile, APlainNameLeadsNowhereElse) {
  for (const char* plain : {"covid.csv", "a b.csv", "x..csv", "\xc4\x81.csv"}) {
    EXPECT_TRUE(IsPlainName(plain)) << plain;
  }
  for (const std::string& other :
       {std::string(""), std::string("."), std::string(".."), std::string(".hidden"),
        std::string("a/b"), std::string("/a"), std::string("a\0b", 3), std::string(5000, 'x')}) {
    EXPECT_FALSE(IsPlainName(other)) << other;
  }
}

TEST(ExchangedFile, IsTheRegularFileInTheDirectoryAndNoOther) {
  const TempDir dir;
  std::ofstream(dir / "own.csv") << "n\n1\n";
  std::ofstream(dir / "outside") << "secret";
  fs::create_directory(dir / "inbox");
  fs::create_hard_link(dir / "own.csv", dir / "inbox/own.csv");
  fs::create_symlink(dir / "outside", dir / "inbox/link.csv");
  fs::create_directory(dir / "inbox/folder.csv");
  ASSERT_EQ(mkfifo((dir / "inbox/pipe.csv").c_str(), 0600), 0);
  const ExchangedFile own(dir / "inbox", "own.csv");
  ASSERT_GE(own.fd(), 0);
  char text[8] = {};
  EXPECT_EQ(read(own.fd(), text, sizeof(text)), 4);
  EXPECT_STREQ(text, "n\n1\n");
  for (const char* other : {"link.csv", "folder.csv", "pipe.csv", "missing.csv"}) {
    EXPECT_EQ(ExchangedFile(dir / "inbox", other).fd(), -1) << other;
  }
  EXPECT_EQ(ExchangedFile(dir / "nowhere", "own.csv").fd(), -1);
}

// Whoever may write to outbox/ may be quicker than the node.
TEST(ExchangedFile, OnlyItsOwnRejectsAreSharedWithTheGroup) {
  const TempDir home;
  const std::string secret = home / "secret";
  std::ofstream(secret) << "key";
  ASSERT_EQ(chmod(secret.c_str(), 0600), 0);
  const std::string outbox = home / "outbox";
  fs::create_directory(outbox);
  fs::create_symlink(secret, outbox + "/symbolic.csv");
  fs::create_hard_link(secret, outbox + "/hard.csv");
  fs::create_directory(outbox + "/folder.csv");
  for (const char* planted : {"symbolic.csv", "hard.csv", "folder.csv", "missing.csv"}) {
    EXPECT_FALSE(LetGroupRead(outbox, planted).ok()) << planted;
    EXPECT_EQ(ModeOf(secret), 0600u) << planted;
  }
  std::ofstream(outbox + "/own.csv") << "_row\n";
  ASSERT_EQ(chmod((outbox + "/own.csv").c_str(), 0600), 0);
  EXPECT_TRUE(LetGroupRead(outbox, "own.csv").ok());
  EXPECT_EQ(ModeOf(outbox + "/own.csv"), 0640u);
}

}  // namespace
}  // namespace commons::node
