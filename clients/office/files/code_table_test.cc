#include "clients/office/files/code_table.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "base/limits.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/files/rule_file.h"
#include "clients/office/founding.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class CodeTableTest : public testing::Test {
 protected:
  void Put(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(WriteFile(dir_ / name, text, 0600).ok());
  }
  std::string Told(const std::string& name) const {
    return std::string(ReadCodeTable(dir_ / "", name).status().message());
  }
  TempDir dir_;
};

TEST_F(CodeTableTest, IsReadAsCsv) {
  Put("codes.csv",
      "\xEF\xBB\xBF"
      "code,name\r\n01,\"Far, North\"\r\n\r\n02,e\xCC\x84\r\n");
  const auto table = ReadCodeTable(dir_ / "", "codes.csv");
  ASSERT_TRUE(table.ok()) << table.status();
  EXPECT_THAT(table->header, ElementsAre("code", "name"));
  ASSERT_EQ(table->rows.size(), 2u);
  EXPECT_THAT(table->rows[0].fields, ElementsAre("01", "Far, North"));
  EXPECT_EQ(table->rows[1].number, 4u);
  EXPECT_THAT(table->rows[1].fields, ElementsAre("02", "\xC4\x93")) << "in NFC";
}

TEST_F(CodeTableTest, NoLinkIsFollowed) {
  const TempDir other;
  ASSERT_TRUE(WriteFile(other / "secret.csv", "code\n1\n", 0600).ok());
  std::filesystem::create_symlink(other / "secret.csv", dir_ / "codes.csv");
  std::filesystem::create_directory_symlink(other / "", dir_ / "lists");
  EXPECT_THAT(Told("codes.csv"), StartsWith("is a link"));
  EXPECT_THAT(Told("lists/secret.csv"), StartsWith("is a link"));
}

TEST_F(CodeTableTest, RefusesWhatIsNoSmallFileOfText) {
  EXPECT_THAT(Told("none.csv"), StartsWith("can't be read: "));
  std::filesystem::create_directory(dir_ / "folder");
  EXPECT_EQ(Told("folder"), "is no file");
  ASSERT_EQ(mkfifo((dir_ / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(Told("pipe"), "is no file");
  Put("empty.csv", "");
  EXPECT_THAT(Told("empty.csv"), StartsWith("is empty"));
  Put("latin.csv", "code,name\n1,M\xE9t\n");
  EXPECT_THAT(Told("latin.csv"), StartsWith("row 2, field 2 is no text"));
  Put("large.csv", "code\n" + std::string(limits::kCodeListBytes, '\n'));
  EXPECT_THAT(Told("large.csv"), StartsWith("is larger than 4194304 bytes"));
  std::string rows = "code\n";
  for (size_t i = 0; i <= limits::kCodesPerLongList; ++i) rows += std::to_string(i) + "\n";
  Put("long.csv", rows);
  EXPECT_THAT(Told("long.csv"), StartsWith("has more than 65536 rows"));
}

TEST_F(CodeTableTest, LiesBesideThePackageThatNamesIt) {
  std::filesystem::create_directory(dir_ / "lists");
  Put("lists/codes.csv", "code,region\n01,n\n02,s\n03,n\n");
  Put("datapackage.json", R"({"resources": [{"name": "a", "schema": {"fields": [{"name": "b",
      "commons:role": "dimension", "commons:codes": {"path": "lists/codes.csv", "value": "code",
      "groups": {"region": "region"}}}]}}]})");
  const auto package = ReadPackage(dir_ / "datapackage.json");
  ASSERT_TRUE(package.ok()) << package.status();
  EXPECT_EQ(package->standard.columns(0).codes_size(), 3);
  EXPECT_THAT(package->standard.columns(0).groupings(0).group_of(), ElementsAre(0, 1, 0));
}

}  // namespace
}  // namespace commons::clients
