// What an import may lose, when it stops, and what it says of rows that are odd.
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/import/csv_for_test.h"

namespace commons::storage {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class LossTest : public CsvFixture {
 protected:
  LossTest() { options_.rejects_path = root_ / "rejects.csv"; }
  absl::StatusOr<ImportReport> Load(const std::string& csv) {
    unknown_.clear();
    options_.csv_path = root_ / "in.csv";
    std::ofstream(options_.csv_path, std::ios::binary) << csv;
    return ImportCsv(*store_, "t", layout_, options_, &unknown_);
  }
  std::string Why(const std::string& csv) { return std::string(Load(csv).status().message()); }
  static std::string Rows(int times, const std::string& row) {
    std::string rows;
    for (int i = 0; i < times; ++i) absl::StrAppend(&rows, row, "\n");
    return rows;
  }
  void ExpectEdition(uint64_t edition, uint64_t rows, uint64_t rejected) {
    const auto info = store_->Describe("t");
    ASSERT_TRUE(info.ok()) << info.status();
    EXPECT_EQ(info->edition, edition);
    EXPECT_EQ(info->rows, rows);
    EXPECT_EQ(info->rejected, rejected);
  }

  TableLayout layout_{.columns = {{.name = "region",
                                   .required = true,
                                   .codes = {{"Auckland", 0}, {"Waikato", 1}, {"Kōwhai", 2}},
                                   .code_count = 3},
                                  {.name = "cost",
                                   .kind = ColumnKind::kInteger,
                                   .min_value = -9999,
                                   .max_value = 9999}},
                      .skip_headers = {"name"}};
  const std::string header_ = "name,region,cost\n";
  ImportOptions options_;
  std::vector<UnknownText> unknown_;
};

TEST_F(LossTest, AboveTwoInAHundredTheEditionBeforeStays) {
  ASSERT_TRUE(Load(header_ + Rows(98, "x,Auckland,1") + Rows(2, "x,Auckland,one")).ok());
  ExpectEdition(1, 98, 2);
  const std::string csv = header_ + Rows(97, "x,Auckland,1") + Rows(3, "x,Auckland,one");
  EXPECT_EQ(Load(csv).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(Why(csv),
              AllOf(HasSubstr("3 of 100 rows were not accepted, more than 2 %; 3 rows rejected: "
                              "column \"cost\": not a number (first: row 99); edition 1 stays as "
                              "it is"),
                    HasSubstr("state a share of at least 3 %"), Not(HasSubstr("one"))));
  ExpectEdition(1, 98, 2);
  EXPECT_TRUE(std::filesystem::exists(options_.rejects_path));

  options_.accepted_rejects = 29'999;
  EXPECT_THAT(Why(csv), HasSubstr("more than 3 % (as stated)"));
  ExpectEdition(1, 98, 2);
  options_.accepted_rejects = 30'000;
  ASSERT_TRUE(Load(csv).ok());
  ExpectEdition(2, 97, 3);
}

TEST_F(LossTest, NothingAcceptedIsRefusedWhateverWasStated) {
  options_.accepted_rejects = 1'000'000;
  EXPECT_THAT(Why(header_ + "x,Auckland,one\n"),
              AllOf(HasSubstr("no row was accepted of 1"), HasSubstr("nothing was imported"),
                    Not(HasSubstr("state a share"))));
}

// A zone that is not there is never taken for another.
TEST_F(LossTest, WithoutItsTimeZoneAnImportChangesNothing) {
  layout_.columns.push_back({.name = "seen", .kind = ColumnKind::kDate, .max_value = 30'000});
  const std::string csv = "name,region,cost,seen\n" + Rows(3, "x,Auckland,1,2024-07-30T12:00:00Z");
  options_.zones["seen"] = "Pacific/Auckland";
  ASSERT_TRUE(Load(csv).ok());
  ExpectEdition(1, 3, 0);
  options_.zones["seen"] = "Pacific/Nowhere";
  EXPECT_EQ(Load(csv).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Why(csv), AllOf(HasSubstr("column \"seen\": the time zone \"Pacific/Nowhere\""),
                              HasSubstr("install the package tzdata")));
  ExpectEdition(1, 3, 0);
}

// However few they are: a small people is all gone then.
TEST_F(LossTest, AllRowsOfACodeAreNotLostInSilence) {
  const std::string most = header_ + Rows(999, "x,Auckland,1");
  for (const char* row :
       {"x,Waikato,one", "x,waikato,1", "x,  Waikato ,1", "x,Waikato\xc2\xa0,1"}) {
    EXPECT_THAT(Why(most + row),
                HasSubstr("no row was accepted of those with the code \"Waikato\" of column "
                          "\"region\""))
        << row;
  }
  EXPECT_EQ(store_->List().size(), 0u);
  EXPECT_TRUE(Load(most + "x,Waikato,2\nx,Waikato,one\n").ok());
  EXPECT_TRUE(Load(most + "x,Otago,1\n").ok());  // no code that anybody declared
  options_.accepted_rejects = 1'000;
  EXPECT_THAT(Load(most + "x,Waikato,one")->warnings,
              Contains("no row was accepted of those with the code \"Waikato\" of column "
                       "\"region\""));
}

TEST_F(LossTest, NumbersAreRoundedWhereThatIsDeclaredAndCounted) {
  layout_.columns[1].decimals = 1;
  layout_.columns[1].max_value = 26;
  const std::string csv = header_ + Rows(97, "x,Auckland,1.5") + "x,Auckland,1.25\n" +
                          "x,Auckland,-0.15\nx,Auckland,2.5500\n";
  EXPECT_THAT(Why(csv), HasSubstr("3 of 100 rows were not accepted"));
  options_.rounded = {"cost"};
  EXPECT_THAT(Load(csv)->warnings,
              ElementsAre("3 values of \"cost\" had more than 1 decimals and were rounded "
                          "(commons:round)"));
  const ScanSpec sum{.measures = {{.kind = ScanMeasure::kSum, .column = 1}}};
  const auto result = store_->Scan("t", *store_->CurrentEdition("t"), sum);
  ASSERT_TRUE(result.ok()) << result.status();
  EXPECT_EQ((*result)[0][0], 97 * 15 + 12 - 2 + 26) << "half to even";
  // What is outside after it was rounded is rejected, and not counted.
  EXPECT_THAT(Load(header_ + Rows(99, "x,Auckland,1") + "x,Auckland,2.68\n")->warnings,
              ElementsAre("1 rows rejected: column \"cost\": outside the declared range (first: "
                          "row 101)"));
}

TEST_F(LossTest, OneOfSeveralCodesMayBeLostOrAnothers) {
  const TableLayout layout{.columns = {{.name = "eth",
                                        .kind = ColumnKind::kBits,
                                        .codes = {{"a", 0}, {"b", 1}, {"c", 2}},
                                        .code_count = 3,
                                        .responses = 2,
                                        .separator = ";"}}};
  std::string csv = "eth\n";
  for (int i = 0; i < 99; ++i) csv += "a;b\n";
  options_.accepted_rejects = 0;
  EXPECT_THAT(std::string(Import("s", layout, csv + "C\n", options_).status().message()),
              testing::HasSubstr("no row was accepted of those with the code \"c\""));
  options_.others_codes = {{"eth", 2}};
  EXPECT_THAT(Import("s", layout, csv + "b;c\n", options_)->warnings,
              Contains("1 rows rejected: column \"eth\": a code that only another member holds "
                       "(first: row 101)"));
}

TEST_F(LossTest, ACodeThatOnlyAnotherMemberHoldsIsRejectedWithACount) {
  options_.others_codes = {{"region", 1}};
  const std::string csv = header_ + Rows(99, "x,Auckland,1") + "x,Waikato,1\n";
  EXPECT_THAT(Load(csv)->warnings,
              ElementsAre("1 rows rejected: column \"region\": a code that only another member "
                          "holds (first: row 101)"));
  options_.others_codes = {};
  EXPECT_TRUE(Load(csv).ok());
}

TEST_F(LossTest, RowsWithoutAnyDeclaredValueAreNobody) {
  layout_.columns[0].required = false;
  const auto report =
      Load("name,region,cost,extra\n" + Rows(3, "x,Auckland,1,") + ",,,\n , ,\xc2\xa0,note\n,,\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 3u);
  EXPECT_EQ(report->rejected, 0u);
  EXPECT_THAT(report->warnings, Contains("3 rows without any declared value were left out"));
  // Somebody of whom nothing else is known: the column is declared, though it is not stored.
  EXPECT_EQ(Load(header_ + "x,,\n")->accepted, 1u);
}

TEST_F(LossTest, ATotalAtTheEndIsNamed) {
  layout_.columns[0].required = false;
  for (const char* word : {"Total", "TOTAL:", " grand total ", "Sum", "Tapeke"}) {
    EXPECT_THAT(Load(header_ + Rows(3, "x,Auckland,1") + word + ",,3\n")->warnings,
                Contains(AllOf(HasSubstr("the last row (row 5)"), HasSubstr("total"))))
        << word;
  }
  EXPECT_THAT(Load(header_ + "Total,,3\nx,Auckland,1\n")->warnings, IsEmpty());
  EXPECT_THAT(Load(header_ + "Totally,,3\n")->warnings, IsEmpty());
  options_.accepted_rejects = 900'000;  // a row that is not taken is in no sum
  EXPECT_THAT(Load(header_ + Rows(3, "x,Auckland,1") + "x,Total,3\n")->warnings,
              Not(Contains(HasSubstr("reads as the total"))));
}

TEST_F(LossTest, AHeaderAloneSaysThatNobodyIsThere) {
  ASSERT_TRUE(Load(header_ + Rows(9, "x,Auckland,1")).ok());
  for (const std::string rows : {"", ",,\n,,\n"}) {
    const auto none = Load(header_ + rows);
    ASSERT_TRUE(none.ok()) << none.status();
    EXPECT_THAT(none->warnings, Contains(HasSubstr("nobody is in it")));
    ExpectEdition(none->edition, 0, 0);
    EXPECT_EQ((*store_->Scan("t", none->edition, {.measures = {{}}}))[0][0], 0);
  }
}

TEST_F(LossTest, WhatIsNotStoredRejectsNothing) {
  const std::string csv =
      absl::StrCat("name,region,cost,undeclared\n", "H\xe2mi,Auckland,1,\xff\n",
                   "\"a\"b,Auckland,1,it is 5\" long\n", std::string("a\0b,Auckland,1,\0\n", 17),
                   std::string(limits::kCsvFieldBytes + 1, 'x'), ",Auckland,1,",
                   std::string(limits::kCsvFieldBytes + 1, 'x'), "\n");
  const auto report = Load(csv);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 4u);
  EXPECT_EQ(report->rejected, 0u);
}

TEST_F(LossTest, BytesOfAnotherEncodingAreTheFiles) {
  ASSERT_TRUE(Load(header_ + Rows(9, "x,Auckland,1")).ok());
  options_.accepted_rejects = 1'000'000;
  const std::string rows = Rows(9, "x,Auckland,1");
  const auto refused = Load(header_ + rows + "x,K\xf4whai,1\n");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.status().message(),
              AllOf(HasSubstr("row 11, column \"region\": not valid UTF-8"),
                    HasSubstr("Windows-1257 or ISO-8859-13"), HasSubstr("save it as UTF-8")));
  EXPECT_THAT(Why(header_ + "x,don\x92t,1\n"), HasSubstr("probably in Windows-1252:"));
  EXPECT_THAT(Why(header_ + "x,se\xf1or,1\n"), HasSubstr("Windows-1252 or ISO-8859-1:"));
  ExpectEdition(1, 9, 0);
}

// A list of more than a hundred codes has rare ones: of these a row that has another fault stops
// nothing, and is named. Of a short list, of many rows and of a group of codes every one counts.
TEST_F(LossTest, ARareCodeOfALongListIsNamedAndStopsNothing) {
  ColumnLayout& region = layout_.columns[0];
  for (uint32_t code = 3; code < ImportTally::kFewCodes + 1; ++code) {
    region.codes.emplace_back(absl::StrCat("c", code), code);
  }
  region.code_count = ImportTally::kFewCodes + 1;
  const std::string most = header_ + Rows(500, "x,Auckland,1");
  const auto report = Load(most + Rows(2, "x,c7,one") + "x,c8,one\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->warnings, Contains("no row was accepted of those with the code \"c7\" of "
                                         "column \"region\", \"c8\" of column \"region\""));
  EXPECT_THAT(Why(most + Rows(3, "x,c7,one")),
              HasSubstr("no row was accepted of those with the code \"c7\" of column"));
  ExpectEdition(1, 500, 3);

  std::vector<uint32_t> group_of(region.code_count);
  group_of[7] = 1;
  options_.groups = {{"region", "island", {"north", "south"}, group_of}};
  EXPECT_THAT(Why(most + "x,c7,one\n"),
              HasSubstr("no row was accepted of those with a code of the group \"south\" of column "
                        "\"island\"; 1 rows rejected"));
  EXPECT_TRUE(Load(most + "x,c8,one\n").ok()) << "others of its group are there";
  options_.accepted_rejects = 10'000;
  const auto stated = Load(most + "x,c7,one\n");
  ASSERT_TRUE(stated.ok()) << stated.status();
  EXPECT_THAT(stated->warnings, Contains(HasSubstr("of the group \"south\"")));
}

TEST_F(LossTest, AFilePastedBelowItselfIsRefused) {
  const std::string once = header_ + Rows(3, "x,Auckland,1");
  ASSERT_TRUE(Load(once).ok());
  const auto twice = Load(once + once);
  EXPECT_EQ(twice.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(twice.status().message(), HasSubstr("row 5 (line 5) is the header again"));
  EXPECT_THAT(Why(once + "name , region,cost\n"), HasSubstr("is the header again"));
  options_.accepted_rejects = 1'000'000;
  EXPECT_FALSE(Load(once + once).ok()) << "whatever was stated";
  ExpectEdition(1, 3, 0);
}

// Between two quotes that are none lie rows that nobody would miss.
TEST_F(LossTest, AFieldThatHoldsWholeRowsIsRefusedAndOneThatMayIsNamed) {
  const std::string inside = Rows(3, "x,Waikato,1");
  const std::string swallowed = header_ + "\"two\nlines\",Auckland,1\n\"Dr,Auckland,1\n" + inside +
                                "Ms\",Auckland,1\nx,Waikato,1\n";
  const auto refused = Load(swallowed);
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(refused.status().message(),
              HasSubstr("row 3 (line 4): a field goes on over 5 lines, of which 3 have as many "
                        "fields as the header; close the quote"));
  const auto joined = Load(header_ + "x,Auckland,1\n\"Dr,Auckland,1\nMs\",Auckland,1\n");
  ASSERT_TRUE(joined.ok()) << joined.status();
  EXPECT_THAT(joined->warnings, ElementsAre("1 row holds a field that reads like two rows in one "
                                            "(first: line 3): if a quote there is none, double it "
                                            "or take it away"));
  const auto note = Load(header_ + "\"12 Main St\nTe Aro\n\nWellington, 6011\",Auckland,1\n");
  ASSERT_TRUE(note.ok()) << note.status();
  EXPECT_THAT(note->warnings, IsEmpty());
}

TEST_F(LossTest, EveryFaultOfARowCounts) {
  options_.accepted_rejects = 1'000'000;
  const auto report = Load(header_ + "x,Otago,one\nx,Auckland,two\nx,Auckland,1\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->rejected, 2u);
  EXPECT_THAT(report->warnings,
              ElementsAre("2 rows rejected: column \"cost\": not a number (first: row 2)",
                          "1 rows rejected: column \"region\": not one of the declared codes "
                          "(first: row 2)"));
}

TEST_F(LossTest, UnknownTextsAreToldWithTheCodeThatWasMeant) {
  std::string rows = Rows(5, "x,auckland ,1") + Rows(3, "x,Wellington,1") +
                     Rows(1, "x," + std::string(ImportTally::kTextBytes + 1, 'y') + ",1");
  for (int i = 0; i < 20; ++i) rows += Rows(2, absl::StrCat("x,other ", i, ",1"));
  ASSERT_FALSE(Load(header_ + Rows(3, "x,Auckland,1") + rows).ok());
  ASSERT_EQ(unknown_.size(), 10u);
  EXPECT_EQ(unknown_[0].text, "auckland ");
  EXPECT_EQ(unknown_[0].rows, 5u);
  EXPECT_EQ(unknown_[0].near_code, "Auckland");
  EXPECT_EQ(unknown_[1].text, "Wellington");
  EXPECT_EQ(unknown_[1].near_code, "");
  EXPECT_EQ(unknown_[2].text, "other 0");

  options_.identifiers = {"region"};
  ASSERT_FALSE(Load(header_ + rows).ok());
  EXPECT_THAT(unknown_, IsEmpty());
}

TEST_F(LossTest, NumbersBeyondTheClipAndStandInsAreCounted) {
  options_.clips = {{"cost", 0, 500}};
  const auto report = Load(header_ + Rows(2, "x,Auckland,501") + Rows(3, "x,Auckland,-99") +
                           "x,Auckland,999\nx,Auckland,0\nx,Auckland,500\nx,Auckland,\n");
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_THAT(report->warnings,
              ElementsAre(HasSubstr("6 values of \"cost\" lie beyond commons:clip (0 to 500)"),
                          HasSubstr("4 values of \"cost\" are -9, -99, -999 or 999")));
}

TEST_F(LossTest, PersonsAreTheSameWithSpacesAroundThemAndInEitherUnicodeForm) {
  layout_.entity_header = "person";
  const auto report = Load("person,name,region,cost\n" + Rows(1, "P\xc4\x81 1,x,Auckland,1") +
                           Rows(1, " Pa\xcc\x84 1\xc2\xa0,x,Auckland,1") +
                           Rows(1, "p\xc4\x81-1,x,Auckland,1") + Rows(1, "P2,x,Auckland,1"));
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->persons, 3u);
  EXPECT_THAT(report->warnings,
              ElementsAre("1 ids of column \"person\" differ from another only by case, spaces or "
                          "hyphens; each counts as a person"));
  EXPECT_THAT(Why("person,name,region,cost\n \xc2\xa0,x,Auckland,1\n"),
              HasSubstr("the person is not given"));
}

}  // namespace
}  // namespace commons::storage
