#include "records/csv/csv.h"

#include <random>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "records/csv/string_source_for_test.h"

namespace commons::records {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Rows = std::vector<std::vector<std::string>>;

absl::StatusOr<Rows> ReadAll(const std::string& text, size_t piece = SIZE_MAX) {
  CsvReader reader(StringSource(text, piece));
  CsvRecord record;
  Rows rows;
  for (;;) {
    const auto more = reader.Next(&record);
    if (!more.ok()) return more.status();
    if (!*more) return rows;
    EXPECT_EQ(record.flaw(), CsvFlaw::kNone) << record.row;
    rows.emplace_back(record.fields.begin(), record.fields.end());
  }
}

CsvFlaw FlawOf(const std::string& line) {
  CsvReader reader(StringSource(absl::StrCat(line, "\nnext,row\n")));
  CsvRecord record;
  EXPECT_TRUE(*reader.Next(&record));
  const CsvFlaw flaw = record.flaw();
  EXPECT_TRUE(*reader.Next(&record)) << "the next row can still be read";
  EXPECT_THAT(record.fields, ElementsAre("next", "row"));
  return flaw;
}

TEST(CsvTest, GoldenCases) {
  const std::pair<std::string, Rows> cases[] = {
      {"a,b\n1,2\n", {{"a", "b"}, {"1", "2"}}},
      {"a,b\r\n1,2", {{"a", "b"}, {"1", "2"}}},
      {"\xef\xbb\xbf"
       "a\n1\n",
       {{"a"}, {"1"}}},
      {"\"a,b\",\"c\"\"d\",\"\"\n", {{"a,b", "c\"d", ""}}},
      {"\"two\nlines\",\"three\r\nmore\"\n", {{"two\nlines", "three\r\nmore"}}},
      {",,\n", {{"", "", ""}}},
      {"\n\na\n\r\nb\n\n", {{"a"}, {"b"}}},
      {"\"\"\"\"\n", {{"\""}}},
      {"a\rb,c\r\n", {{"a\rb", "c"}}},
      {"\"a\"\r\n\"b\"", {{"a"}, {"b"}}},
      {"Ōtāhuhu,<&'>\n", {{"Ōtāhuhu", "<&'>"}}},
      {"", {}},
  };
  for (const auto& [text, rows] : cases) {
    for (const size_t piece : {size_t{1}, size_t{3}, SIZE_MAX}) {
      const auto read = ReadAll(text, piece);
      ASSERT_TRUE(read.ok()) << read.status();
      EXPECT_EQ(*read, rows) << text;
    }
  }
}

TEST(CsvTest, WhatIsWrittenIsReadBackWhateverTheFields) {
  std::mt19937 random(1);
  const char alphabet[] = "ab,\"\n\r 1";
  Rows rows;
  std::string text;
  for (int i = 0; i < 30'000; ++i) {
    std::vector<std::string>& row = rows.emplace_back();
    for (int f = 0; f < 3; ++f) {
      std::string field = f == 0 ? "x" : "";
      for (uint32_t left = random() % 40; left > 0; --left) field += alphabet[random() % 8];
      if (f > 0) text += ',';
      AppendCsvField(field, &text);
      row.push_back(std::move(field));
    }
    text += random() % 2 ? "\r\n" : "\n";
  }
  ASSERT_GT(text.size(), 2 * limits::kCsvRecordBytes / 2);
  for (const size_t piece : {size_t{4'099}, SIZE_MAX}) {
    const auto read = ReadAll(text, piece);
    ASSERT_TRUE(read.ok()) << read.status();
    EXPECT_EQ(*read, rows);
  }
}

TEST(CsvTest, FlawsAreNamedAndTheNextRowIsRead) {
  EXPECT_EQ(FlawOf("a,b"), CsvFlaw::kNone);
  EXPECT_EQ(FlawOf(std::string("a\0b,c", 5)), CsvFlaw::kNulByte);
  EXPECT_EQ(FlawOf("a\xff,c"), CsvFlaw::kInvalidUtf8);
  EXPECT_EQ(FlawOf("a\"b,c"), CsvFlaw::kBadQuote);
  EXPECT_EQ(FlawOf("\"a\"b,c"), CsvFlaw::kBadQuote);
  EXPECT_EQ(FlawOf(std::string(limits::kCsvFieldBytes, 'x')), CsvFlaw::kNone);
  EXPECT_EQ(FlawOf(std::string(limits::kCsvFieldBytes + 1, 'x')), CsvFlaw::kFieldTooLong);
}

TEST(CsvTest, WhatCannotBeDividedIntoRowsIsRefusedWithTheRow) {
  EXPECT_THAT(ReadAll("a\n\"b\nc\n").status().message(), HasSubstr("row 2"));
  EXPECT_THAT(ReadAll(absl::StrCat("a\nb\n\"", std::string(3 << 20, '\n'))).status().message(),
              HasSubstr("row 3"));
  EXPECT_FALSE(ReadAll(std::string(2 << 20, 'x')).ok());
  EXPECT_FALSE(ReadAll(std::string(5'000, ',')).ok());
}

// Two stray quotes, far from each other: what lies between them would be one field, and lost.
TEST(CsvTest, ARowThatGoesOnAndOnIsRefused) {
  const auto between = [](int rows) {
    std::string text = "a,note\n1,\"unwell\n";
    for (int i = 0; i < rows; ++i) text += "2,fine\n";
    return text + "3,well\"\n4,fine\n";
  };
  const auto few = ReadAll(between(99));
  ASSERT_TRUE(few.ok()) << few.status();
  EXPECT_EQ(few->size(), 3u) << "a note of many lines";
  for (const size_t piece : {size_t{7}, SIZE_MAX}) {
    EXPECT_THAT(ReadAll(between(1000), piece).status().message(),
                HasSubstr("row 2: one row goes on over 1002 lines; close the quote"));
  }
  EXPECT_THAT(ReadAll(between(100)).status().message(), HasSubstr("over 102 lines"));
}

TEST(CsvTest, Utf8) {
  for (const char* good : {"", "a", "ā", "€", "😀", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(IsValidUtf8(good));
  }
  for (const char* bad : {"\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xe2\x82"}) {
    EXPECT_FALSE(IsValidUtf8(bad)) << bad;
  }
}

TEST(CsvTest, RowsAreCountedAsASpreadsheetDoes) {
  CsvReader reader(StringSource("h\n\n\"a\nb\"\nc\n"));
  CsvRecord record;
  std::vector<uint64_t> rows, lines;
  while (*reader.Next(&record)) {
    rows.push_back(record.row);
    lines.push_back(record.line);
  }
  EXPECT_THAT(rows, ElementsAre(1, 3, 4));
  EXPECT_THAT(lines, ElementsAre(1, 3, 5));
}

TEST(CsvTest, AQuoteThatIsNotDoubledEndsItsField) {
  CsvMarks marks;
  marks.doubled = false;
  CsvReader csv(StringSource("\"a\"\"b\",c\n"), marks);
  CsvRecord record;
  ASSERT_TRUE(*csv.Next(&record));
  EXPECT_EQ(record.flaw(), CsvFlaw::kBadQuote);
  EXPECT_EQ(record.fields.size(), 2);
}

}  // namespace
}  // namespace commons::records
