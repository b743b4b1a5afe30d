#include "node/services/raw_files.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "absl/time/clock.h"
#include "base/node_files.h"
#include "base/temp_dir_for_test.h"
#include "crypto/random.h"
#include "gmock/gmock.h"

namespace commons::node {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

class RawFilesTest : public testing::Test {
 protected:
  RawFilesTest() {
    fs::create_directory(home_.inbox());
    fs::create_directory(home_.outbox());
  }
  static void Put(const fs::path& path) { std::ofstream(path) << "sex\nF\n"; }
  static std::set<std::string> In(const fs::path& dir) {
    std::set<std::string> names;
    for (const auto& file : fs::directory_iterator(dir)) names.insert(file.path().filename());
    return names;
  }
  static Home HomeAt(const std::string& dir) {
    auto& random = crypto::SystemRandom();
    return Home{
        dir,
        {},
        {},
        {},
        crypto::SigningKey::Generate(random),
        crypto::SigningKey::Generate(random),
        *crypto::AeadKey::FromBytes(random.Bytes(32), crypto::SecretKeyAccess::IKnowWhatIAmDoing()),
        ""};
  }

  TempDir dir_;
  Home home_ = HomeAt(dir_.path());
};

TEST_F(RawFilesTest, AStartClearsWhatClientsLeftAndNothingThatPeoplePutThere) {
  Put(home_.inbox() + "/import-0123456789abcdef.csv");
  Put(home_.inbox() + "/covid.csv");
  Put(home_.inbox() + "/import-march.csv");  // no client gives such a name
  fs::create_directory(home_.inbox() + "/import-00000000000000d1.csv");
  Put(home_.inbox() + "/import-00000000000000d1.csv/inside");
  const fs::path elsewhere = fs::path(dir_.path()) / "elsewhere.csv";
  Put(elsewhere);
  fs::create_symlink(elsewhere, home_.inbox() + "/import-0000000000000017.csv");
  fs::create_hard_link(elsewhere, home_.inbox() + "/import-00000000000000ad.csv");
  Put(home_.outbox() + "/cases-0123456789abcdef.rejects.csv");
  Put(home_.outbox() + "/cases-0123456789abcdef.rejects.csv.part");
  ClearPlacedFiles(home_, absl::Now() - absl::Hours(1));
  EXPECT_EQ(In(home_.inbox()).size(), 6u) << "what was placed just now may be about to be read";
  ClearPlacedFiles(home_, absl::InfiniteFuture());
  EXPECT_THAT(In(home_.inbox()),
              ElementsAre("covid.csv", "import-00000000000000d1.csv", "import-march.csv"));
  EXPECT_THAT(In(home_.outbox()), ElementsAre("cases-0123456789abcdef.rejects.csv"));
  EXPECT_TRUE(fs::exists(elsewhere)) << "what a link points to is somebody's own";
}

TEST_F(RawFilesTest, APlacedFileGoesWithItsImportAndAPersonsOwnStays) {
  for (const char* file :
       {"import-0000000000000001.csv", "import-0000000000000002.csv", "own.csv"}) {
    Put(home_.inbox() + "/" + file);
  }
  { const PlacedFile placed(home_, "import-0000000000000001.csv"); }
  { const PlacedFile placed(home_, "own.csv"); }
  { const PlacedFile placed(home_, "../outbox/import-0000000000000002.csv"); }
  EXPECT_THAT(In(home_.inbox()), ElementsAre("import-0000000000000002.csv", "own.csv"));
}

TEST_F(RawFilesTest, RejectsGoWithTheirDatasetAndNoOther) {
  const std::string mine = NewRejectsName("cases"), again = NewRejectsName("cases");
  EXPECT_NE(mine, again);
  for (const std::string& file :
       {mine, again, NewRejectsName("cases-old"), std::string("cases-notes.rejects.csv"),
        std::string("cases.csv")}) {
    Put(home_.outbox() + "/" + file);
  }
  EXPECT_EQ(RemoveRejects(home_, "cases"), 2u);
  EXPECT_EQ(In(home_.outbox()).size(), 3u);
  EXPECT_EQ(RemoveRejects(home_, "cases"), 0u);
}

}  // namespace
}  // namespace commons::node
