// Files that their dialect does not fit, or fits in a way that means another thing.
#include <functional>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/import/dialect_for_test.h"

namespace commons::storage {
namespace {

using testing::HasSubstr;

class DialectFaultTest : public DialectFixture {
 protected:
  std::string Error(const std::string& csv, const v1::Dialect& dialect) {
    const auto report = Load("t", csv, dialect);
    EXPECT_FALSE(report.ok());
    EXPECT_EQ(report.status().code(), absl::StatusCode::kInvalidArgument) << report.status();
    return std::string(report.status().message());
  }
  const std::string header_ = "sex,insured,rohe,visit,cost,visits,note\n";
};

TEST_F(DialectFaultTest, WhatDoesNotGoWithAColumnIsRefusedByName) {
  const auto with = [&](const char* name, const std::function<void(v1::FieldDialect&)>& change) {
    v1::Dialect dialect;
    dialect.add_fields()->set_name(name);
    change(*dialect.mutable_fields(0));
    return Error(header_, dialect);
  };
  EXPECT_THAT(with("costs", [](auto& field) { field.set_group_char(","); }),
              HasSubstr("the dialect's field \"costs\" is not in the file; is it \"cost\"?"));
  EXPECT_THAT(with("sex", [](auto& field) { field.set_signs(true); }),
              HasSubstr("are for numbers"));
  EXPECT_THAT(with("cost", [](auto& field) { field.set_date_format("%Y"); }),
              HasSubstr("format is for dates"));
  EXPECT_THAT(with("visit", [](auto& field) { field.set_date_format("%m/%Y"); }),
              HasSubstr("names a month, and the common definition asks for a day"));
  EXPECT_THAT(with("sex", [](auto& field) { Map(field, "female", {"f"}); }),
              HasSubstr("\"female\" is no code of the common definition; is it \"Female\"?"));
  EXPECT_THAT(with("note", [](auto& field) { Map(field, "x", {"y"}); }),
              HasSubstr("kept as it is"));
}

TEST_F(DialectFaultTest, APersonThatIsSaidToBeUnknownIsNotGiven) {
  TableLayout layout = {.columns = {{.name = "n", .kind = ColumnKind::kInteger, .max_value = 9}},
                        .entity_header = "nhi",
                        .entity_missing = {"", "NA"}};
  options_.accepted_rejects = 1'000'000;
  Map(*options_.dialect.add_fields(), "NA", {"UNKNOWN", "T\u0101ne"});
  options_.dialect.mutable_fields(0)->set_name("nhi");
  const std::string csv =
      "nhi,n\nP1,1\nUNKNOWN,2\n UNKNOWN ,3\nTa\u0304ne,4\nP1 ,5\nNA,6\nunknown,7\n";
  const auto report = Import("t", layout, csv, options_);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 3) << Rejects();
  EXPECT_EQ(report->persons, 2) << "P1 and unknown";
  const auto refused = [&](const std::function<void(v1::FieldDialect&)>& change) {
    ImportOptions options = options_;
    change(*options.dialect.mutable_fields(0));
    return std::string(Import("t", layout, csv, options).status().message());
  };
  EXPECT_THAT(refused([](auto& field) { Map(field, "P1", {"P2"}); }),
              HasSubstr("the dialect's field \"nhi\": \"P1\": ids of persons can be mapped to a "
                        "missing text alone, such as \"\""));
  EXPECT_THAT(refused([](auto& field) { field.set_signs(true); }), HasSubstr("are for numbers"));
  EXPECT_THAT(refused([](auto& field) { field.set_date_format("%Y"); }), HasSubstr("is for dates"));
}

TEST_F(DialectFaultTest, NumbersThatMeanAnotherThingAreRejected) {
  v1::Dialect dialect;
  v1::FieldDialect& cost = *dialect.add_fields();
  cost.set_name("cost");
  cost.set_group_char(",");
  cost.set_signs(true);
  options_.accepted_rejects = 1'000'000;
  std::string csv = header_;
  for (const char* text : {"$5", "5", "\"1,5\"", "€5", "5k", "(5)", "5%", "$", "\"$1,234.50\""}) {
    csv += absl::StrCat("Male,true,Northland,2024-01-01,", text, ",1,n\n");
  }
  const auto report = Load("t", csv, dialect);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 3);
  EXPECT_EQ((*store_->Scan("t", 1, {.measures = {{.kind = ScanMeasure::kSum, .column = 4}}}))[0][0],
            500 + 500 + 123'450);
  EXPECT_THAT(Rejects(), HasSubstr("another currency or unit than in the rows before"));
}

// One euro in a row that is rejected anyway does not make the dollars behind it another currency.
TEST_F(DialectFaultTest, TheCurrencyIsThatOfTheRowsThatAreKept) {
  v1::Dialect dialect;
  dialect.add_fields()->set_name("cost");
  dialect.mutable_fields(0)->set_signs(true);
  options_.accepted_rejects = 1'000'000;
  std::string csv = header_ + "No such sex,true,Northland,2024-01-01,€5,1,n\n";
  for (const char* text : {"", "5", "$5", "€5", "6", "$7"}) {
    absl::StrAppend(&csv, "Male,true,Northland,2024-01-01,", text, ",1,n\n");
  }
  const auto report = Load("t", csv, dialect);
  ASSERT_TRUE(report.ok()) << report.status();
  EXPECT_EQ(report->accepted, 5) << Rejects();
  EXPECT_THAT(Rejects(), HasSubstr("\n6,cost,another currency or unit"));
}

TEST_F(DialectFaultTest, BytesThatAreNoCharacterMatterWhereTheyAreRead) {
  v1::Dialect dialect;
  dialect.set_encoding("WINDOWS" + std::string(100'000, '-') + "1252");
  std::string csv = "sex,insured,rohe,visit,cost,visits,note,left out\n";
  csv += "Male,true,Northland,2024-01-01,1,1,n,\x81\n";
  ASSERT_TRUE(Load("t", csv, dialect).ok());
  EXPECT_THAT(Error(csv + "Male,true,North\x81,2024-01-01,1,1,n,\n", dialect),
              HasSubstr("row 3, column \"rohe\": a character that windows-1252 does not have"));
}

TEST_F(DialectFaultTest, AFileThatEndsBeforeItsHeaderIsEmpty) {
  v1::Dialect dialect;
  dialect.set_header_row(5);
  EXPECT_THAT(Error(header_ + "Male,true,Northland,2024-01-01,1,1,n\n", dialect),
              HasSubstr("not even a header"));
}

TEST_F(DialectFaultTest, AHeaderIsNotLookedForBehindItsRow) {
  v1::Dialect dialect;
  dialect.set_comment_char("#");
  const std::string row = "Male,true,Northland,2024-01-01,1,1,n\n";
  for (const char* passed_over : {"\n", "# the header\n"}) {
    dialect.set_header_row(2);
    EXPECT_THAT(Error(absl::StrCat("Visits\n", passed_over, header_, row), dialect),
                HasSubstr("row 2, in which the dialect says that the header is (headerRows), is "
                          "empty or a comment"));
    dialect.set_header_row(1);
    EXPECT_TRUE(Load("t", absl::StrCat(passed_over, header_, row), dialect).ok());
    dialect.set_header_row(0);
    EXPECT_TRUE(Load("t", absl::StrCat(passed_over, header_, row), dialect).ok());
  }
}

}  // namespace
}  // namespace commons::storage
