#include "records/reading/file_check.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>

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

FileCheck Checked(const std::string& csv) {
  const v1::Standard standard = Visits();
  return CheckFile(StringSource(csv), standard, ReadingOf(standard, OrgId()),
                   {&standard.columns(1), &standard.columns(2)});
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

}  // namespace
}  // namespace commons::records
