#include "clients/office/files/people_keys.h"

#include <sys/stat.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/temp_dir_for_test.h"
#include "clients/office/files/node_dir.h"
#include "clients/office/files/rule_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

mode_t ModeOf(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
}

TEST(MakePersonKey, IsLabelledByItsFileAndForItsUserAlone) {
  const TempDir home;
  const auto made = MakePersonKey({home / "chair.key", "open sesame", ""});
  ASSERT_TRUE(made.ok()) << made.status();
  EXPECT_EQ(ModeOf(home / "chair.key"), 0600u);
  const auto key = crypto::ReadKey(home / "chair.key", "open sesame");
  ASSERT_TRUE(key.ok()) << key.status();
  EXPECT_EQ(key->label, "chair");
  EXPECT_FALSE(key->practice);
  EXPECT_EQ(key->key.public_key(), *made);
  EXPECT_EQ(MakePersonKey({home / "chair.key", "", ""}).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_TRUE(crypto::ReadKey(home / "chair.key", "open sesame").ok());
}

TEST(ChangePassphrase, LeavesTheSameKeyUnderTheNewOne) {
  const TempDir home;
  const std::string path = home / "chair.key";
  const auto made = MakePersonKey({path, "one", ""});
  ASSERT_TRUE(made.ok());
  // As a change that was cut off leaves it.
  ASSERT_TRUE(WriteFile(path + ".passphrase-change", "half", 0600).ok());
  ASSERT_TRUE(ChangePassphrase(path, *crypto::ReadKey(path, "one"), "two").ok());
  EXPECT_EQ(crypto::ReadKey(path, "one").status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ(crypto::ReadKey(path, "two")->key.public_key(), *made);
  EXPECT_EQ(ModeOf(path), 0600u);
  EXPECT_FALSE(std::filesystem::exists(path + ".passphrase-change"));
}

TEST(ChangePassphrase, PracticeKeysHaveNone) {
  const TempDir home;
  const auto key = crypto::SigningKey::Generate(crypto::SystemRandom());
  ASSERT_TRUE(crypto::WriteRawKey(home / "k.key", "k", true, key).ok());
  const absl::Status status =
      ChangePassphrase(home / "k.key", *crypto::ReadKey(home / "k.key", ""), "two");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_TRUE(crypto::ReadKey(home / "k.key", "").ok());
}

class BoardKeys : public testing::Test {
 protected:
  // Key files of so many seats, as earlier versions made them.
  void Put(int seats) {
    ASSERT_TRUE(std::filesystem::create_directories(home_ / "keys/people"));
    for (int seat = 1; seat <= seats; ++seat) {
      const std::string label = absl::StrCat("board-", seat);
      ASSERT_TRUE(MakePersonKey({PeopleKeyPath(home_.path(), label), "", ""}).ok());
    }
  }
  absl::StatusOr<std::vector<crypto::KeyFile>> Read(bool practice) {
    v1::OrgRoot card;
    card.set_practice(practice);
    EXPECT_EQ(BoardKeysAtHand(home_.path(), card), ReadBoardKeys(home_.path(), card, "").ok());
    return ReadBoardKeys(home_.path(), card, "");
  }

  TempDir home_;
};

TEST_F(BoardKeys, AreAllTakenForPracticeOnly) {
  Put(3);
  EXPECT_EQ(Read(true)->size(), 3u);
  const absl::Status status = Read(false).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("keys of several people"));
  EXPECT_THAT(status.message(), HasSubstr("--out"));
}

TEST_F(BoardKeys, OfABoardOfOneIsTaken) {
  Put(1);
  EXPECT_EQ(Read(false)->size(), 1u);
}

TEST_F(BoardKeys, ThatHaveMovedAreLookedForAndSaidSo) {
  const absl::Status status = Read(true).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(status.message(), HasSubstr("board-1.key"));
  EXPECT_THAT(status.message(), HasSubstr("--out"));
}

}  // namespace
}  // namespace commons::clients
