#include "clients/office/inbox.h"

#include <filesystem>
#include <set>

#include "base/temp_dir_for_test.h"
#include "clients/office/rule_file.h"
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
