// Mended rows that are added to the edition held: the answers are those of the file imported whole.
#include <filesystem>
#include <fstream>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/import/csv_for_test.h"

namespace commons::storage {
namespace {

using ::testing::HasSubstr;

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

class AddingStoreTest : public CsvFixture {
 protected:
  AddingStoreTest() {
    layout_.entity_header.reset();
    layout_.skip_headers.push_back("who");
    options_.rejects_path = root_ / "rejects.csv";
    options_.accepted_rejects = 1'000'000;
  }
  absl::StatusOr<ImportReport> Load(const std::string& csv) {
    return Import("t", layout_, csv, options_);
  }
  std::string Rejects() const { return ReadAll(root_ / "rejects.csv"); }

  TableLayout layout_ = RandomLayout();
  ImportOptions options_;
};

TEST_F(AddingStoreTest, MendedInTwoRoundsTheRowsAnswerAsIfImportedWhole) {
  std::vector<Row> rows = RandomRows(80'000, 5);
  const std::string csv = CsvOf(rows);
  for (size_t i = 0; i < rows.size(); ++i) rows[i].person = i;  // every row is one
  const auto first = Load(absl::StrReplaceAll(csv, {{",true,", ",yes,"}}));
  ASSERT_TRUE(first.ok()) << first.status();
  ASSERT_GT(first->rejected, 30'000);
  const std::string once = absl::StrReplaceAll(Rejects(), {{",yes,red,", ",true,red,"}});
  const auto second = Load(once);
  ASSERT_TRUE(second.ok()) << second.status();
  EXPECT_EQ(second->rows, first->rows + second->accepted);
  ASSERT_GT(second->accepted, 0);
  ASSERT_GT(second->rejected, 0);
  const auto third = Load(absl::StrReplaceAll(Rejects(), {{",yes,", ",true,"}}));
  ASSERT_TRUE(third.ok()) << third.status();
  EXPECT_EQ(third->rows, 80'000);
  EXPECT_EQ(third->rejected, 0);
  ASSERT_TRUE(Import("whole", layout_, csv).ok());
  EXPECT_EQ(store_->Describe("t")->rows, 80'000);
  Reopen();
  EXPECT_THAT(EditionsOnDisk(),
              testing::ElementsAre(EditionId{0, 2}, EditionId{0, 3}, EditionId{1, 1}));
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const ScanSpec spec = RandomSpec(random);
    const auto result = store_->Scan("t", 3, spec);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(*result, *store_->Scan("whole", 1, spec)) << "round " << round;
    EXPECT_EQ(*result, Reference(layout_, rows, spec, std::vector<bool>(rows.size(), true)));
  }
}

constexpr absl::string_view kHeader = "who,note,big,Flag Ā,colour,day,amount,secret\n";

std::string CsvRow(absl::string_view flag) {
  return absl::StrCat("CANARYwho,CANARYnote,1,", flag, ",red,2020-01-01,1,CANARYhidden\n");
}

TEST_F(AddingStoreTest, TheSameRowsAreAddedOnce) {
  ASSERT_TRUE(Load(absl::StrCat(kHeader, CsvRow("true"), CsvRow("x"))).ok());
  const std::string mended = absl::StrReplaceAll(Rejects(), {{",x,", ",true,"}});
  ASSERT_TRUE(Load(mended).ok());
  const auto again = Load(mended);
  EXPECT_EQ(again.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(again.status().message(), HasSubstr("edition 2"));
  EXPECT_EQ(store_->Describe("t")->rows, 2);
  ASSERT_TRUE(Load(absl::StrCat(kHeader, CsvRow("true"))).ok());
  EXPECT_FALSE(Load(mended).ok()) << "rejected from another edition";
  EXPECT_EQ(store_->Describe("t")->edition, 3);
}

// Somebody who stands in them twice would count twice.
TEST_F(AddingStoreTest, NoMoreRowsAreAddedThanWereRejected) {
  ASSERT_TRUE(Load(absl::StrCat(kHeader, CsvRow("true"), CsvRow("yes"), CsvRow("yes"))).ok());
  const std::string mended = absl::StrReplaceAll(Rejects(), {{",yes,", ",true,"}});
  const std::string row = mended.substr(mended.rfind('\n', mended.size() - 2) + 1);
  EXPECT_THAT(Load(mended + row).status().message(),
              testing::HasSubstr("3 rows, but edition 1 lacks 2"));
  EXPECT_EQ(store_->Describe("t")->rows, 1);
  ASSERT_TRUE(Load(mended).ok());
  EXPECT_EQ(store_->Describe("t")->rows, 3);
}

TEST_F(AddingStoreTest, RowsOfAnotherDefinitionAreNotMixed) {
  ASSERT_TRUE(Load(absl::StrCat(kHeader, CsvRow("true"), CsvRow("x"))).ok());
  layout_.columns[1].codes.emplace_back("x", 1);
  const auto changed = Load(Rejects());
  EXPECT_EQ(changed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(changed.status().message(), HasSubstr("is not that of edition"));
  EXPECT_EQ(store_->Describe("t")->edition, 1);
}

TEST_F(AddingStoreTest, AReaderOfTheEditionBeforeIsNotDisturbed) {
  ASSERT_TRUE(Load(absl::StrCat(kHeader, CsvRow("true"), CsvRow("x"))).ok());
  {
    const auto pin = store_->Pin("t");
    ASSERT_TRUE(Load(absl::StrReplaceAll(Rejects(), {{",x,", ",true,"}})).ok());
    EXPECT_EQ((*store_->Scan(*pin, {.measures = {{}}}))[0][0], 1);
  }
  EXPECT_EQ((*store_->Scan("t", 2, {.measures = {{}}}))[0][0], 2);
}

TEST_F(AddingStoreTest, AChunkThatWasChangedIsDataLossAndTheEditionStays) {
  ASSERT_TRUE(Load(absl::StrCat(kHeader, CsvRow("true"), CsvRow("x"))).ok());
  const std::string key = ChunkKey(0, 1, {0, 5});  // hidden: no scan reads it
  std::string sealed;
  ASSERT_TRUE(db_->raw()->Get({}, db_->family(Family::kColumns), key, &sealed).ok());
  sealed.back() ^= 1;
  ASSERT_TRUE(db_->raw()->Put({}, db_->family(Family::kColumns), key, sealed).ok());
  const auto lost = Load(absl::StrReplaceAll(Rejects(), {{",x,", ",true,"}}));
  EXPECT_EQ(lost.status().code(), absl::StatusCode::kDataLoss) << lost.status();
  EXPECT_EQ(store_->Describe("t")->edition, 1);
  EXPECT_THAT(EditionsOnDisk(), testing::ElementsAre(EditionId{0, 1}));
}

TEST_F(AddingStoreTest, NothingIsWrittenInClearAndEveryChunkIsSealedAnew) {
  std::string csv(kHeader);
  for (int i = 0; i < 2'000; ++i) csv += CsvRow("true");
  ASSERT_TRUE(Load(csv + CsvRow("x")).ok());
  const auto sealed = [&](uint64_t edition, const ChunkId& id) {
    std::string value;
    EXPECT_TRUE(
        db_->raw()->Get({}, db_->family(Family::kColumns), ChunkKey(0, edition, id), &value).ok());
    return value;
  };
  const std::string before = sealed(1, {0, 5});
  size_t files = 0;
  const auto look = [&](absl::string_view stage) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_)) {
      if (!entry.is_regular_file()) continue;
      EXPECT_EQ(ReadAll(entry.path()).find("CANARY"), std::string::npos) << entry << stage;
      ++files;
    }
  };
  options_.at_stage = look;
  const auto report = Load(absl::StrReplaceAll(Rejects(), {{",x,", ",true,"}}));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_GT(files, 12);
  const std::string after = sealed(2, {0, 5});
  EXPECT_EQ(after.size(), before.size());
  EXPECT_GT(after.size(), 2'000u * 12);
  EXPECT_NE(after.substr(0, 24), before.substr(0, 24)) << "a fresh nonce";
  EXPECT_FALSE(sealed(2, {1, 5}).empty());
}

}  // namespace
}  // namespace commons::storage
