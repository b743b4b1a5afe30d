#include "records/reading/repeated_rows.h"

#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::records {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// Its texts and its person.
void Observe(RepeatedRows& repeated, int number, const std::string& person = "") {
  const std::string text = absl::StrCat(number);
  ImportRow row;
  row.texts = {"F", text};
  row.person = person;
  repeated.Observe(row);
}

std::string Told(int times, int rows) {
  RepeatedRows repeated;
  for (int i = 0; i < times * rows; ++i) Observe(repeated, i % rows);
  return repeated.Warning();
}

TEST(RepeatedRowsTest, AnExportPastedBelowItselfIsTold) {
  EXPECT_EQ(Told(1, 1000), "");
  EXPECT_THAT(Told(2, 1000), StartsWith("100 % of the rows stand in the file twice, alike"));
  EXPECT_THAT(Told(3, 1000), HasSubstr("stand in the file three times"));
  EXPECT_EQ(Told(5, 1000), "") << "as tables of a few columns have it";
  EXPECT_NE(Told(2, 10), "");
  EXPECT_EQ(Told(2, 9), "") << "too few to say";
}

TEST(RepeatedRowsTest, HalfOfThemIsNotMost) {
  for (const int pairs : {500, 501}) {
    RepeatedRows repeated;
    for (int i = 0; i < 2 * pairs; ++i) Observe(repeated, i / 2);
    for (int i = 0; i < 1000; ++i) Observe(repeated, 1'000'000 + i);
    EXPECT_EQ(repeated.Warning().empty(), pairs == 500);
  }
}

// A person tells rows apart that are alike otherwise.
TEST(RepeatedRowsTest, RowsOfDifferentPersonsAreNotAlike) {
  RepeatedRows repeated;
  for (int i = 0; i < 200; ++i) Observe(repeated, i / 2, absl::StrCat("p", i));
  EXPECT_EQ(repeated.Warning(), "");
}

// Of rows drawn at random from any number of different ones.
TEST(RepeatedRowsTest, ChanceIsNotTold) {
  std::mt19937 random(7);
  for (const int different : {3, 10, 100, 1000, 2000, 4000, 8000}) {
    RepeatedRows repeated;
    for (int i = 0; i < 4000; ++i) Observe(repeated, static_cast<int>(random() % different));
    EXPECT_EQ(repeated.Warning(), "") << different;
  }
}

// More different rows than are kept: the sample shrinks, and tells the same.
TEST(RepeatedRowsTest, ALongFileIsToldFromASample) {
  const int rows = 5 * static_cast<int>(RepeatedRows::kSampled);
  EXPECT_EQ(Told(1, rows), "");
  EXPECT_THAT(Told(2, rows), StartsWith("about 100 % of the rows stand in the file twice"));
}

}  // namespace
}  // namespace commons::records
