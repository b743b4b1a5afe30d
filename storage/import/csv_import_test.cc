// CSV files into a store and out again as answers: random tables against a row-by-row reference, an
// import that fails, and what must not stand in any file.
#include <filesystem>
#include <fstream>
#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/import/csv_for_test.h"
#include "storage/table/chunk_writer.h"

namespace commons::storage {
namespace {

using CsvImportTest = CsvFixture;

TEST_F(CsvImportTest, RandomQuestionsEqualTheRowByRowReference) {
  const TableLayout layout = RandomLayout();
  const std::vector<Row> rows = RandomRows(70'000, 7);
  const auto report = Import("t", layout, CsvOf(rows));
  ASSERT_TRUE(report.ok()) << report.status();
  ASSERT_EQ(report->accepted, rows.size());
  std::mt19937 random(11);
  for (int round = 0; round < 20; ++round) {
    const ScanSpec spec = RandomSpec(random);
    const auto result = store_->Scan("t", report->edition, spec);
    ASSERT_TRUE(result.ok()) << result.status();
    EXPECT_EQ(*result, Reference(layout, rows, spec, std::vector<bool>(rows.size(), true)))
        << "round " << round;
  }
}

std::string Numbers(int rows, int value) {
  std::string csv = "n\n";
  for (int i = 0; i < rows; ++i) absl::StrAppend(&csv, value, "\n");
  return csv;
}

TEST_F(CsvImportTest, AnImportThatFailsLateLeavesNothing) {
  const TableLayout layout{
      .columns = {{.name = "n", .kind = ColumnKind::kInteger, .max_value = 1'000'000}}};
  ASSERT_TRUE(Import("t", layout, Numbers(1'000, 1)).ok());
  const auto failed = Import("t", layout, Numbers(150'000, 2) + "\"never closed\n1\n");
  EXPECT_EQ(failed.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_TRUE(absl::StrContains(failed.status().message(), "row 150002"));
  EXPECT_EQ(Import("t", layout, "n\nx\n").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(*store_->CurrentEdition("t"), 1);
  EXPECT_THAT(EditionsOnDisk(), testing::ElementsAre(EditionId{0, 1}));
  EXPECT_TRUE(std::filesystem::is_empty(ImportDirectory(*db_)));
}

TEST_F(CsvImportTest, WhatIsSkippedOrIdentifiesIsInNoFileAndHiddenTextOnlySealed) {
  std::string csv = "who,note,big,Flag Ā,colour,day,amount,secret,stray\n";
  for (int i = 0; i < 2'000; ++i) {
    absl::StrAppend(&csv, "CANARYwho", i, ",CANARYnote", i, ",1,true,red,2020-01-01,1,CANARYhidden",
                    i, ",CANARYstray", i, "\n");
  }
  csv += "CANARYwho,CANARYnote,1,true,CANARYbad,2020-01-01,1,CANARYhidden,x\n";
  const auto report = Import("t", RandomLayout(), csv);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rejected, 1);
  EXPECT_EQ(report->persons, 2'000);
  for (const std::string& warning : report->warnings) {
    EXPECT_EQ(warning.find("CANARY"), std::string::npos);
  }
  Reopen();
  size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(dir_)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    EXPECT_EQ(bytes.find("CANARY"), std::string::npos) << entry.path();
    ++files;
  }
  EXPECT_GT(files, 3);
  // The search would find them: hidden text is there once it is opened.
  std::string sealed;
  ASSERT_TRUE(
      db_->raw()->Get({}, db_->family(Family::kColumns), ChunkKey(0, 1, {0, 5}), &sealed).ok());
  EXPECT_GT(sealed.size(), 2'000u * 12);
}

}  // namespace
}  // namespace commons::storage
