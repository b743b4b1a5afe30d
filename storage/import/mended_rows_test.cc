// Rejected rows that were mended: which are added to the edition held, and which are refused.
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "records/csv/rejects.h"
#include "storage/import/importer_for_test.h"

namespace commons::storage {
namespace {

using records::RejectRowHeader;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Edition 1 holds two rows and lacks one.
class MendedRowsTest : public ImporterTest {
 protected:
  void SetUp() override {
    const auto first = Import("n,Māori name\n1,b\n2,b\nx,b\n");
    ASSERT_TRUE(first.ok()) << first.status();
    ours_ = RejectRowHeader(first->mark);
    options_.at_stage = [this](absl::string_view stage) { copies_ += stage == "copied"; };
  }
  absl::StatusOr<ImportReport> ImportMarked(absl::string_view row_header, absl::string_view rows) {
    return Import(absl::StrCat(row_header, ",_column,_reason,n,Māori name\n", rows));
  }
  void ExpectRefused(absl::string_view row_header, absl::string_view why) {
    const auto refused = ImportMarked(row_header, "7,n,not a number,1,b\n");
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(refused.status().message(),
                AllOf(HasSubstr(std::string(why)), HasSubstr("import the whole of it")));
    EXPECT_EQ(copies_, 0);
    EXPECT_EQ(*store_->CurrentEdition("t"), 1);
  }
  std::string ours_;
  int copies_ = 0;
};

TEST_F(MendedRowsTest, RowsOfADatasetThatWasDroppedAreNotTheWholeOfIt) {
  ASSERT_TRUE(store_->Drop("t").ok());
  const auto refused = ImportMarked(ours_, "7,n,not a number,1,b\n");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.status().message(), HasSubstr("an import that is not held (any more)"));
  options_.replace = true;
  EXPECT_TRUE(ImportMarked(ours_, "7,n,not a number,1,b\n").ok());
}

TEST_F(MendedRowsTest, MendedRowsFollowTheChunksHeld) {
  const auto report = ImportMarked(ours_, "7,n,not a number,3,b\n9,n,not a number,x,b\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 1);
  EXPECT_EQ(report->rejected, 1);
  EXPECT_EQ(report->rows, 3);
  EXPECT_EQ(copies_, 1);
  EXPECT_THAT(Numbers(2, {0, 1}), ElementsAre(1, 2));
  EXPECT_THAT(Numbers(2, {1, 1}), ElementsAre(3));
  EXPECT_NE(RejectRowHeader(report->mark), ours_);
  EXPECT_THAT(Rejects(), testing::StartsWith(RejectRowHeader(report->mark) + ","));
}

TEST_F(MendedRowsTest, RowsOfAnotherImportAreRefused) {
  EXPECT_EQ(RejectRowHeader(0xab), "_row of import 00000000000000ab");
  ExpectRefused(RejectRowHeader(0xab), "are not those that edition 1");
  ExpectRefused("_row", "are not those that edition 1");
  ExpectRefused("_row of import ab", "are not those that edition 1");
}

TEST_F(MendedRowsTest, WherePersonsAreToldApartOrTheDefinitionChangedTheyAreRefused) {
  layout_.skip_headers.push_back("another");
  ExpectRefused(ours_, "the definition, or what is stated as not held, is not that of edition 1");
  layout_.entity_header = "n";
  layout_.columns.pop_back();
  ExpectRefused(ours_, "the numbers of persons were forgotten");
}

TEST_F(MendedRowsTest, WhereNoneWasAcceptedTheRestCanStillBeMended) {
  const auto none = ImportMarked(ours_, "7,n,not a number,x,b\n");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(copies_, 0);
  EXPECT_THAT(Rejects(), testing::StartsWith(ours_ + ","));
}

TEST_F(MendedRowsTest, OtherwiseTheFileIsTheEdition) {
  EXPECT_EQ(Import("_row,n,Māori name\n7,1,b\n")->rows, 1);
  options_.replace = true;
  EXPECT_EQ(ImportMarked(ours_, "7,n,not a number,1,b\n")->rows, 1);
  EXPECT_EQ(copies_, 0);
}

}  // namespace
}  // namespace commons::storage
