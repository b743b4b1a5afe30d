#include "storage/import/importer.h"

#include <sys/stat.h>

#include <filesystem>
#include <map>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "records/csv/rejects.h"
#include "records/rows/field_parser.h"
#include "storage/import/importer_for_test.h"

namespace commons::storage {
namespace {

using records::IsRejectHeader;
using records::Reject;
using records::RejectRowHeader;

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(ImporterTest, RejectedRowsCanBeMendedAndImportedAgain) {
  const std::string header = "note,n,M\xc4\x81ori name\n";
  const auto first = Import(header +
                            "\"line 1\nline 2\",100,b\n"
                            "x,1,Kōwhai\n"
                            "x,1\n"
                            "x,2,c,more\n"
                            "x,,\n"
                            "x,1 000,b\n"
                            "x,100,\n");
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(first->accepted, 1);
  EXPECT_EQ(first->rejected, 6);
  EXPECT_EQ(CountOf(*first, Reject::kOutOfRange), 2);
  EXPECT_EQ(CountOf(*first, Reject::kMissing), 2);
  EXPECT_EQ(Rejects(), RejectRowHeader(first->mark) +
                           ",_column,_reason,note,n,M\xc4\x81ori name\n"
                           "2,n,outside the declared range,\"line 1\nline 2\",100,b\n"
                           "4,,fewer fields than the header,x,1\n"
                           "5,,more fields than the header,x,2,c,more\n"
                           "6,M\xc4\x81ori name,a value is required,x,,\n"
                           "7,n,not a number,x,1 000,b\n"
                           "8,n; M\xc4\x81ori name,outside the declared range; a value is "
                           "required,x,100,\n");
  struct stat info;
  ASSERT_EQ(stat(options_.rejects_path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600);
  EXPECT_FALSE(std::filesystem::exists(options_.rejects_path + ".part"));

  const auto mended = Import(RejectRowHeader(first->mark) + ",_column,_reason," + header +
                             "2,n,outside the declared range,\"line 1\nline 2\",10,b\n"
                             "7,n,not a number,x,still,b\n");
  ASSERT_TRUE(mended.ok()) << mended.status();
  EXPECT_EQ(mended->accepted, 1);
  EXPECT_THAT(mended->warnings,
              ElementsAre("1 rows rejected: column \"n\": not a number (first: row 3)"));
  EXPECT_EQ(Rejects(), RejectRowHeader(mended->mark) + ",_column,_reason," + header +
                           "3,n,not a number,x,still,b\n");
}

// At whichever look: in the middle of the file, or when all of it is read.
TEST_F(ImporterTest, WhatIsGivenUpChangesNothing) {
  ASSERT_TRUE(Import("n,Māori name\n1,b\n").ok());
  std::string csv = "n,Māori name\n";
  for (int row = 0; row < 10'000; ++row) csv += "1,b\n";
  csv += "none,b\n";
  for (const int at : {1, 2, 3}) {
    int looks = 0;
    options_.given_up = [&] { return ++looks == at; };
    const auto report = Import(csv);
    EXPECT_EQ(report.status().code(), absl::StatusCode::kCancelled) << at;
    EXPECT_THAT(std::string(report.status().message()), HasSubstr("given up"));
    EXPECT_EQ(store_->Describe("t")->edition, 1u);
    EXPECT_FALSE(std::filesystem::exists(options_.rejects_path)) << at;
    EXPECT_FALSE(std::filesystem::exists(options_.rejects_path + ".part")) << at;
  }
  options_.given_up = [] { return false; };
  EXPECT_EQ(Import(csv)->accepted, 10'000);
}

TEST_F(ImporterTest, NoRejectsFileWithoutRejects) {
  ASSERT_TRUE(Import("n,Māori name\n1,b\n").ok());
  EXPECT_FALSE(std::filesystem::exists(options_.rejects_path));
}

TEST_F(ImporterTest, HeadersAndTextsAreComparedInNfc) {
  const auto report = Import("n,Ma\xcc\x84ori name\n1,Ko\xcc\x84whai\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 1);
}

TEST_F(ImporterTest, HeadersThatDoNotFitAreRefusedByName) {
  EXPECT_THAT(Import("n,n,Māori name\n").status().message(), HasSubstr("\"n\" stands there twice"));
  EXPECT_THAT(Import("Māori name,Ma\xcc\x84ori name,n\n").status().message(), HasSubstr("twice"));
  const auto missing = Import("n,extra\n1,2\n");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(missing.status().message(), HasSubstr("\"Māori name\""));
  EXPECT_EQ(Import("").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(Import("n,Māori name\nx,b\n").status().code(), absl::StatusCode::kFailedPrecondition);
  options_.csv_path = root_ / "nowhere.csv";
  EXPECT_EQ(ImportCsv(*store_, "t", layout_, options_).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(ImporterTest, WarnsOfUndeclaredColumnsAndOfIdentifiers) {
  const auto report = Import("n,Māori name,extra,note\n1,b,ZZZ0016,ZZZ0016\n");
  ASSERT_TRUE(report.ok());
  EXPECT_THAT(report->warnings,
              ElementsAre("undeclared columns were not stored: \"extra\"",
                          HasSubstr("column \"extra\" looks like a direct identifier")));
}

TEST_F(ImporterTest, WarnsNotOfWhatIsMarkedAsAnIdentifier) {
  layout_.columns.push_back({.name = "nhi", .kind = ColumnKind::kHidden});
  const std::string csv = "n,Māori name,nhi\n1,b,ZZZ0016\n";
  EXPECT_THAT(Import(csv)->warnings, ElementsAre(HasSubstr("column \"nhi\" looks like")));
  options_.identifiers = {"nhi"};
  EXPECT_THAT(Import(csv)->warnings, testing::IsEmpty());
}

TEST_F(ImporterTest, PersonsAreNumberedDenselyAndTheirRowsRankedTheSameWayEachTime) {
  layout_.entity_header = "who";
  std::string csv = "who,n,Māori name\n";
  for (int i = 0; i < 600; ++i) {
    absl::StrAppend(&csv, "p", i < 300 ? 0 : i % 3, ",", i % 100, ",b\n");
  }
  const auto report = Import(csv + ",1,b\n");
  ASSERT_TRUE(report.ok());
  EXPECT_EQ(report->persons, 3);
  EXPECT_EQ(CountOf(*report, Reject::kMissingPerson), 1);
  const auto persons = Numbers(1, {0, ChunkId::kPersonColumn});
  const auto ranks = Numbers(1, {ChunkId::kRankSection, ChunkId::kRankColumn});
  std::map<int64_t, std::multiset<int64_t>> ranks_of;
  for (size_t i = 0; i < ranks.size(); ++i) ranks_of[persons[i]].insert(ranks[i]);
  ASSERT_EQ(ranks_of.size(), 3);
  for (const auto& [person, seen] : ranks_of) {
    int64_t expected = 0;
    for (const int64_t rank : seen) EXPECT_EQ(rank, std::min<int64_t>(expected++, 255));
  }
  ASSERT_TRUE(Import(csv).ok());
  EXPECT_EQ(Numbers(2, {ChunkId::kRankSection, ChunkId::kRankColumn}), ranks);
}

TEST_F(ImporterTest, RejectedRowsAreSummedUpByColumnAndReasonTheCommonestFirst) {
  const auto report = Import("n,Māori name\nx,b\n1,secret\n2,secret\n3,b\n100,b\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->warnings,
              ElementsAre("2 rows rejected: column \"Māori name\": not one of the declared codes "
                          "(first: row 3)",
                          "1 rows rejected: column \"n\": not a number (first: row 2)",
                          "1 rows rejected: column \"n\": outside the declared range "
                          "(first: row 6)"));
}

TEST_F(ImporterTest, WhenNoRowIsAcceptedTheCommonestReasonIsSaidAndNoValue) {
  const auto none = Import("n,Māori name\n1\n1,secret\n2,secret\n");
  EXPECT_EQ(none.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(none.status().message(),
              HasSubstr("no row was accepted of 3; 2 rows rejected: column \"Māori name\": not one "
                        "of the declared codes (first: row 3)"));
  EXPECT_THAT(none.status().message(), Not(HasSubstr("secret")));
  EXPECT_THAT(Rejects(), HasSubstr("secret"));
}

TEST_F(ImporterTest, AnEditionWithFewerThanHalfTheRowsOfTheOneBeforeIsWarnedOf) {
  const std::string five = "n,Māori name\n1,b\n2,b\n3,b\n4,b\n5,b\n";
  const std::string eleven = five + "1,b\n2,b\n3,b\n4,b\n5,b\n6,b\n";
  EXPECT_THAT(Import(eleven + "7,b\n")->warnings, ElementsAre());
  EXPECT_THAT(Import(five)->warnings,
              ElementsAre("this edition holds 5 rows; the one before held 12"));
  EXPECT_THAT(Import(eleven)->warnings, ElementsAre());
  EXPECT_THAT(Import(five)->warnings, ElementsAre());
}

TEST_F(ImporterTest, CountsTheRowsThatProtectedQuestionsLeaveOut) {
  layout_.entity_header = "who";
  std::string csv = "who,n,Māori name\n";
  for (int i = 0; i < 10; ++i) {
    absl::StrAppend(&csv, i < 4 ? "a" : i < 7 ? "b" : "c", ",", i, ",b\n");
  }
  EXPECT_EQ(Import(csv)->rows_over, 0);
  options_.rows_per_person = 2;
  const auto report = Import(csv);
  EXPECT_EQ(report->rows_over, 2 + 1 + 1);
  EXPECT_THAT(report->warnings, ElementsAre(HasSubstr("4 rows do not count")));
  options_.rows_per_person = 4;
  EXPECT_EQ(Import(csv)->rows_over, 0);
}

TEST_F(ImporterTest, AMissingColumnNamesTheHeadingThatWasMeant) {
  const auto message = [&](const std::string& csv) {
    return std::string(Import(csv).status().message());
  };
  EXPECT_THAT(message("N ,Māori name\n1,b\n"), HasSubstr("header: \"n\" (is it \"N \"?)"));
  EXPECT_THAT(message("n,maori_name\n1,b\n"), HasSubstr("\"Māori name\" (is it \"maori_name\"?)"));
  // Where nothing is near (a file without a header) no text of the file is said.
  EXPECT_THAT(message("7,Hēmi\n1,b\n"), Not(HasSubstr("is it")));
}

TEST_F(ImporterTest, OtherSeparatorsAndEncodingsAreToldHowToBeSaved) {
  const auto message = [&](const std::string& csv) {
    return std::string(Import(csv).status().message());
  };
  EXPECT_THAT(message("n;Māori name;note\n1;b;x\n"),
              HasSubstr("semicolons: save the file with commas"));
  EXPECT_THAT(message("n,Māori name\r1,b\r2,b\r"), HasSubstr("lines end with CR alone"));
  EXPECT_THAT(message("n\tMāori name\n1\tb\n"), HasSubstr("tabs: save the file with commas"));
  EXPECT_THAT(message("m,Māori name\n1,b\n"), Not(HasSubstr("save the file")));
  std::string wide = "\xff\xfe";
  for (const char c : std::string("n,b\n1,b\n")) wide += {c, '\0'};
  EXPECT_THAT(message(wide), HasSubstr("UTF-16: save the file as UTF-8"));
  EXPECT_THAT(message(wide.substr(2)), HasSubstr("UTF-16: save the file as UTF-8"));
  EXPECT_THAT(message("n,M\xe4ori name\n1,b\n"),
              AllOf(HasSubstr("save it as UTF-8"), Not(HasSubstr("UTF-16"))));
}

// Told the same, to the letter, and nothing is there afterwards.
TEST_F(ImporterTest, ADryRunSaysWhatTheImportSaysAndLeavesNothing) {
  layout_.entity_header = "who";
  options_.rows_per_person = 1;
  const std::string csv = "Māori name,n,who,stray\nb,1,p1,x\nb,2,p1,x\nb,3,P1,x\nno,4,p2,x\n,,,\n";
  ASSERT_TRUE(Import("Māori name,n,who\nb,1,p1\n").ok());
  options_.dry_run = true;
  const auto tried = Import(csv);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(EditionsOnDisk(), UpTo(1));
  EXPECT_EQ(*store_->CurrentEdition("t"), 1);
  EXPECT_FALSE(std::filesystem::exists(options_.rejects_path));
  EXPECT_TRUE(std::filesystem::is_empty(ImportDirectory(*db_)));
  options_.dry_run = false;
  const auto done = Import(csv);
  ASSERT_TRUE(done.ok()) << done.status();
  EXPECT_EQ(tried->warnings, done->warnings);
  EXPECT_FALSE(done->warnings.empty());
  EXPECT_EQ(tried->edition, done->edition);
  EXPECT_EQ(tried->accepted, done->accepted);
  EXPECT_EQ(tried->rejected, done->rejected);
  EXPECT_EQ(tried->rows, done->rows);
  EXPECT_EQ(tried->persons, done->persons);
  EXPECT_EQ(tried->persons_alike, done->persons_alike);
  EXPECT_EQ(tried->rows_over, done->rows_over);
  EXPECT_EQ(tried->not_taken, done->not_taken);
  EXPECT_TRUE(std::filesystem::exists(options_.rejects_path));
}

TEST_F(ImporterTest, ADryRunOfMoreThanAChunkLeavesNothing) {
  std::string csv = "Māori name,n\n";
  for (int i = 0; i < 150'000; ++i) csv += "b,1\n";
  options_.dry_run = true;
  const auto tried = Import(csv);
  ASSERT_TRUE(tried.ok()) << tried.status();
  EXPECT_EQ(tried->rows, 150'000);
  EXPECT_TRUE(EditionsOnDisk().empty());
  EXPECT_TRUE(store_->List().empty());
  EXPECT_TRUE(std::filesystem::is_empty(ImportDirectory(*db_)));
  // Nor does it stand in the way of the next one.
  options_.dry_run = false;
  EXPECT_TRUE(Import(csv).ok());
}

}  // namespace
}  // namespace commons::storage
