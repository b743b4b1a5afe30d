#include "records/said/import_words.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "records/csv/csv.h"
#include "records/csv/csv_header.h"
#include "records/csv/owners_file.h"
#include "records/csv/string_source_for_test.h"

namespace commons::records {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TableLayout TwoColumns() {
  return {.columns = {{.name = "age", .kind = ColumnKind::kInteger, .max_value = 120},
                      {.name = "cost", .kind = ColumnKind::kInteger, .max_value = 120}}};
}

// What is said of a file's header.
std::string Complaint(const std::string& csv, const v1::Dialect& dialect = {}) {
  CsvReader reader(DecodedSource(StringSource(csv), dialect), MarksOf(dialect));
  CsvRecord record;
  const auto found = ReadHeaderRecord(reader, dialect, &record);
  if (!found.ok()) return std::string(found.status().message());
  ReadingOptions options;
  options.dialect = dialect;
  return std::string(ReadCsvHeader(record, TwoColumns(), options).status().message());
}

TEST(HeaderWords, AWorkbookIsNamedAsOne) {
  const std::string zip("PK\x03\x04\x14\0\"\0\x08", 9);
  EXPECT_THAT(Complaint(zip), HasSubstr("in Excel, save it as \"CSV UTF-8\""));
  EXPECT_THAT(Complaint("\xd0\xcf\x11\xe0\xa1\xb1"), HasSubstr("it is a workbook"));
}

TEST(HeaderWords, ExcelsUnicodeTextIsNamedAsUtf16) {
  EXPECT_THAT(Complaint(std::string("\xff\xfe"
                                    "a\0g\0e\0\n\0",
                                    10)),
              HasSubstr("in Excel: \"CSV UTF-8\""));
}

TEST(HeaderWords, BytesOfAnotherEncodingAreGuessed) {
  EXPECT_THAT(Complaint("\xe2ge,cost\n"), HasSubstr("name its encoding in a --dialect"));
}

// The whole file is its header then: no word of it is said.
TEST(HeaderWords, OfAFileWithCrAloneNoValueIsSaid) {
  const std::string said = Complaint("age,cost\r17,17\r17,17\r");
  EXPECT_THAT(said, HasSubstr("end with CR alone"));
  EXPECT_THAT(said, Not(HasSubstr("17")));
}

TEST(HeaderWords, ATitleAboveTheHeaderIsHintedAt) {
  EXPECT_THAT(Complaint("Visits 2024\nage,cost\n1,2\n"), HasSubstr("--dialect (headerRows)"));
  EXPECT_THAT(Complaint("age,costs\n1,2\n"), Not(HasSubstr("headerRows")));
}

TEST(HeaderWords, WhereADialectSaysHowNoOtherIsAdvised) {
  EXPECT_THAT(Complaint("age;cost\n"), HasSubstr("semicolons: save the file with commas"));
  v1::Dialect tabs;
  tabs.set_delimiter("\t");
  EXPECT_THAT(Complaint("age;cost\n", tabs), HasSubstr("as the dialect says?"));
  EXPECT_THAT(Complaint("age;cost\n", tabs), Not(HasSubstr("semicolons")));
}

}  // namespace
}  // namespace commons::records
