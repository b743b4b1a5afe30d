// Files as spreadsheets of several countries write them, read by the dialect that is found in them.
#include "records/infer/sniff.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "governance/standard/dialect.h"
#include "gtest/gtest.h"
#include "records/csv/owners_file.h"
#include "records/csv/string_source_for_test.h"

namespace commons::records {
namespace {

constexpr char kMany[] = "F,1,2024-01-02\nM,,2024-03-04\n";

std::string Body(const std::string& header, const std::string& rows = kMany) {
  std::string text = header;
  for (int i = 0; i < 30; ++i) text += rows;
  return text;
}

std::string With(char delimiter, const std::string& text) {
  return absl::StrReplaceAll(text, {{",", std::string(1, delimiter)}});
}

// In UTF-16, of ASCII.
std::string Wide(const std::string& text, bool big) {
  std::string out;
  for (const char c : text) out += big ? std::string{'\0', c} : std::string{c, '\0'};
  return out;
}

TEST(Sniff, FindsHowAFileIsWritten) {
  const std::string plain = Body("sex,n,day\n");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {plain, "{}"},
      {With(';', plain), R"({"delimiter": ";"})"},
      {With('\t', plain), R"({"delimiter": "\u0009"})"},
      {With('|', plain), R"({"delimiter": "|"})"},
      // Decimal commas are no delimiters, though each row has as many.
      {Body("cost;weight\n", "1,5;2,25\n3,0;4,1\n"), R"({"delimiter": ";"})"},
      {Body("cost;weight;note\n", "1,5;2,25;a, b\n3,0;4,1;\n"), R"({"delimiter": ";"})"},
      // Titles above, as they are exported: with all delimiters or without any.
      {Body("Visits 2024,,\n,,\nsex,n,day\n"), R"({"headerRows": [3]})"},
      {Body("Visits 2024\n\nPrinted 3/3,by me,\nsex,n,day\n"), R"({"headerRows": [4]})"},
      {With(';', Body("Visits\nsex,n,day\n")), R"({"delimiter": ";", "headerRows": [2]})"},
      {absl::StrReplaceAll(plain, {{"\n", "\r"}}), R"({"lineTerminator": "\r"})"},
      {absl::StrReplaceAll(plain, {{"\n", "\r\n"}}), "{}"},
      {"\xef\xbb\xbf" + plain, "{}"},
      {"\xff\xfe" + Wide(plain, false), R"({"encoding": "utf-16"})"},
      {Wide(plain, false), R"({"encoding": "utf-16le"})"},
      {Wide(plain, true), R"({"encoding": "utf-16be"})"},
      {absl::StrReplaceAll(plain, {{"M", "M\xe2ori"}}), R"({"encoding": "windows-1257"})"},
      {absl::StrReplaceAll(plain, {{"M", "M\x92"}}), R"({"encoding": "windows-1252"})"},
      {"Rohe p\xc5\x8dtae,note\nNg\xc4\x81puhi,caf\xe9\n", "{}"},
      {Body("sex , n,day\n"), R"({"commons:trim": true})"},
      // Nothing can be told.
      {"sex\nF\nM\n", "{}"},
      {"", "{}"},
      {"\"", "{}"},
      {Body("1,2,2024-01-02\n"), "{}"},
  };
  for (const auto& [text, dialect] : cases) {
    EXPECT_EQ(DialectText(SniffDialect(text)), dialect) << text.substr(0, 60);
  }
}

TEST(Sniff, WhatIsFoundReadsTheHeadings) {
  for (const std::string& text : {With(';', Body("Visits\nsex,n,day\n")), Body("A,,\nsex,n,day\n"),
                                  "\xff\xfe" + Wide(With('\t', Body("sex,n,day\n")), false)}) {
    const v1::Dialect dialect = SniffDialect(text);
    CsvReader csv(DecodedSource(StringSource(text), dialect), MarksOf(dialect));
    CsvRecord record;
    ASSERT_TRUE(*ReadHeaderRecord(csv, dialect, &record));
    ASSERT_EQ(record.fields.size(), 3u);
    EXPECT_TRUE(absl::EndsWith(record.fields[0], "sex")) << "behind a byte order mark";
    EXPECT_EQ(record.fields[2], "day");
  }
}

// What is written is what the reader of dialects takes, as it was meant.
TEST(Sniff, ItsTextIsADialect) {
  v1::Dialect dialect;
  dialect.set_delimiter("\t");
  dialect.set_encoding("windows-1252");
  dialect.set_header_row(3);
  dialect.set_trim(true);
  dialect.set_cr_line_ends(true);
  v1::FieldDialect& cost = *dialect.add_fields();
  cost.set_name("cost \"net\"");
  cost.set_group_char("\u00a0");
  cost.set_decimal_char(",");
  cost.set_signs(true);
  v1::FieldDialect& day = *dialect.add_fields();
  day.set_name("day");
  day.set_date_format("%d/%m/%Y");
  const auto read = governance::ParseDialect(DialectText(dialect), "visits");
  ASSERT_TRUE(read.ok()) << read.status() << DialectText(dialect);
  EXPECT_EQ(read->DebugString(), dialect.DebugString());
}

}  // namespace
}  // namespace commons::records
