#include "records/reading/file_check.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "governance/standard/datapackage.h"
#include "gtest/gtest.h"
#include "records/csv/string_source_for_test.h"

namespace commons::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

v1::Standard Visits() {
  const auto parsed = governance::ParseDatapackage(R"json({"resources": [{
    "name": "visits", "commons:entity": "who", "commons:max_rows_per_person": 2,
    "schema": {"fields": [
      {"name": "who", "type": "string", "commons:role": "skip"},
      {"name": "sex", "type": "string", "commons:role": "dimension",
       "constraints": {"enum": ["F", "M"]}},
      {"name": "age", "type": "integer", "commons:role": "dimension",
       "commons:breaks": [0, 50, 100]}]}}]})json");
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed->standard;
}

FileCheck Checked(const std::string& csv, const v1::Dialect& dialect = {}) {
  const v1::Standard standard = Visits();
  ReadingOptions options = ReadingOf(standard, OrgId());
  options.dialect = dialect;
  return CheckFile(StringSource(csv), standard, options,
                   {&standard.columns(1), &standard.columns(2)});
}

v1::Dialect HeaderIs(const std::string& header) {
  v1::Dialect dialect;
  v1::FieldDialect& sex = *dialect.add_fields();
  sex.set_name("sex");
  sex.set_header(header);
  return dialect;
}

TEST(FileCheck, RowsOfAPersonAndOfACellAreThoseCountedOneByOne) {
  std::mt19937_64 random(11);
  std::map<std::string, int> by_person, by_cell;
  RowsByRank person = {}, cell = {};
  std::string csv = "who,sex,age\n";
  for (int i = 0; i < 5000; ++i) {
    const uint64_t age = random() % 100;
    const std::string who = absl::StrCat("p", random() % 900), sex = random() % 2 ? "F" : "M";
    absl::StrAppend(&csv, who, ",", sex, ",", age, "\n");
    ++person[by_person[who]++];
    ++cell[by_cell[absl::StrCat(who, sex, age < 50)]++];
  }
  const FileCheck check = Checked(csv);
  ASSERT_TRUE(check.status.ok()) << check.status;
  EXPECT_EQ(check.by_person, person);
  EXPECT_EQ(check.by_cell, cell);
  EXPECT_EQ(check.report.persons, by_person.size());
  EXPECT_EQ(check.report.rows_over, 5000 - person[0] - person[1]);
}

// A dialect's true and false are the definition's, in whatever words that has them.
TEST(FileCheck, ADialectSaysTrueOfADefinitionWithOtherWords) {
  const auto parsed = governance::ParseDatapackage(R"json({"resources": [{"name": "visits",
    "schema": {"fields": [{"name": "smoker", "type": "boolean", "commons:role": "dimension",
      "trueValues": ["yes", "Yes"], "falseValues": ["no"]},
      {"name": "n", "type": "integer", "commons:role": "measure"}]}}]})json");
  ASSERT_TRUE(parsed.ok()) << parsed.status();
  ReadingOptions options = ReadingOf(parsed->standard, OrgId());
  v1::FieldDialect& field = *options.dialect.add_fields();
  field.set_name("smoker");
  for (const auto& [to, from] : {std::pair("true", "J"), std::pair("false", "")}) {
    v1::FieldDialect::Mapped& mapped = *field.add_map();
    mapped.set_to(to);
    mapped.add_from(from);
  }
  const FileCheck check =
      CheckFile(StringSource("smoker,n\nJ,1\n,2\nYes,3\nno,4\n"), parsed->standard, options, {});
  ASSERT_TRUE(check.status.ok()) << check.status;
  EXPECT_EQ(check.report.accepted, 4u);
  options.truths.clear();
  EXPECT_THAT(
      CheckFile(StringSource("smoker,n\nJ,1\n"), parsed->standard, options, {}).status.message(),
      HasSubstr("is no code of the common definition"));
}

TEST(FileCheck, WhatAnImportWouldRefuseIsRefused) {
  EXPECT_THAT(Checked("who,sex\np,F\n").status.message(), HasSubstr("\"age\""));
  const FileCheck lost = Checked("who,sex,age\np,F,1\nq,X,2\n");
  EXPECT_THAT(lost.status.message(), HasSubstr("1 of 2 rows were not accepted"));
  EXPECT_EQ(lost.unknown.size(), 1u);
}

TEST(FileCheck, WhatAnImportWouldWarnOfIsSaid) {
  const FileCheck check = Checked("who,sex,age,extra\np,F,1,x\nP,F,1,\n,,,\n");
  ASSERT_TRUE(check.status.ok()) << check.status;
  EXPECT_THAT(check.report.warnings,
              ElementsAre(HasSubstr("undeclared columns"), HasSubstr("1 rows without any declared"),
                          HasSubstr("1 ids of column \"who\"")));
}

TEST(FileCheck, AFileThatIsPastedBelowItselfIsWarnedOf) {
  std::string rows;
  for (int i = 0; i < 30; ++i) absl::StrAppend(&rows, "p", i, i % 2 ? ",F," : ",M,", i, "\n");
  EXPECT_THAT(Checked("who,sex,age\n" + rows).report.warnings, ElementsAre());
  EXPECT_THAT(Checked("who,sex,age\n" + rows + rows).report.warnings,
              ElementsAre(HasSubstr("100 % of the rows stand in the file twice")));
}

TEST(FileCheck, ADialectSaysWhichHeaderIsAColumns) {
  for (const char* header : {"Geschlecht", " Geschlecht "}) {
    const FileCheck check =
        Checked(absl::StrCat("who,", header, ",age\np,F,1\n"), HeaderIs("Geschlecht"));
    EXPECT_TRUE(check.status.ok()) << check.status;
    EXPECT_EQ(check.report.accepted, 1u);
  }
  EXPECT_EQ(Checked("who,sex,Sex,age\np,F,M,1\n", HeaderIs("Sex")).status.message(),
            "the headers \"sex\" and \"Sex\" are one column, \"sex\", by the dialect; take one "
            "away");
  EXPECT_EQ(Checked("who,sex,age\np,F,1\n", HeaderIs("Sex")).status.message(), "")
      << "a file that was mended has the column's own name";
  // The header again, as the file has it.
  EXPECT_THAT(Checked("who,Sex,age\np,F,1\nwho,Sex,age\n", HeaderIs("Sex")).status.message(),
              HasSubstr("row 3 (line 3) is the header again"));
}

TEST(FileCheck, ADialectThatTrimsReadsHeadersWithSpaces) {
  v1::Dialect trims;
  trims.set_trim(true);
  EXPECT_TRUE(Checked("who , sex,age\np,F,1\n", trims).status.ok());
  EXPECT_THAT(Checked("who,sex, sex,age\np,F,F,1\n", trims).status.message(),
              HasSubstr("the headers \"sex\" and \" sex\" are one column"));
  EXPECT_THAT(Checked("who,sex, sex,age\np,F,F,1\n").report.warnings,
              ElementsAre(HasSubstr("undeclared columns")));
}

TEST(FileCheck, AMissingHeaderIsNamedWithWhatToWrite) {
  const auto says = [](const std::string& header, const std::string& words) {
    const FileCheck check = Checked(header + "\np,F,1\n");
    EXPECT_THAT(check.status.message(), HasSubstr(words)) << header;
  };
  says("who,SEX,age", R"("sex" (is it "SEX"?); if so, a --dialect says it: {"fields": [{"name": )"
                      R"("sex", "commons:header": "SEX"}]})");
  says("who, sex,age", R"(; if so, a --dialect says it: {"commons:trim": true})");
  says("who, sex,Age ", R"({"commons:trim": true, "fields": [{"name": "age", "commons:header": )"
                        R"("Age"}]})");
  EXPECT_THAT(Checked("who,kind,age\np,F,1\n").status.message(),
              ::testing::Not(HasSubstr("if so")));
}

}  // namespace
}  // namespace commons::records
