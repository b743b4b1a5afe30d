#include "clients/answer/table.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

TEST(DisplayWidth, CountsAMacronOnce) { EXPECT_EQ(DisplayWidth("Māori"), 5u); }

TEST(ParseFormat, TakesThreeNamesAndListsThemForAnyOther) {
  EXPECT_EQ(*ParseFormat("table"), Format::kTable);
  EXPECT_EQ(*ParseFormat("csv"), Format::kCsv);
  EXPECT_EQ(*ParseFormat("json"), Format::kJson);
  for (const char* other : {"", "JSON", "xml"}) {
    EXPECT_EQ(ParseFormat(other).status().code(), absl::StatusCode::kInvalidArgument) << other;
    EXPECT_THAT(ParseFormat(other).status().message(), HasSubstr("table, csv, json")) << other;
  }
}

TEST(Align, TextStandsLeftAndNumbersRight) {
  EXPECT_EQ(Align({{"sex", "n"}, {"Wāhine", "5"}, {"x", "1000"}}, 1),
            "sex        n\n"
            "Wāhine     5\n"
            "x       1000\n");
  EXPECT_EQ(Align({{"a", "b"}, {"x", ""}}, 2), "a  b\nx\n");  // no spaces at the end of a line
}

TEST(Rows, ACellIsOneLineWhateverIsInIt) {
  EXPECT_THAT(Rows({{"member", "contact"}, {"tui", "x\nrata  y"}}, Format::kTable),
              testing::Not(HasSubstr("\nrata")));
}

TEST(CsvLine, QuotesWhatWouldEndAFieldOrTheLine) {
  EXPECT_EQ(CsvLine({"a", "b c", ""}), "a,b c,\r\n");
  EXPECT_EQ(CsvLine({"a,b", "say \"x\"", "1\n2", "1\r2"}),
            "\"a,b\",\"say \"\"x\"\"\",\"1\n2\",\"1\r2\"\r\n");
}

// A spreadsheet that opens the file runs nothing: not of a peer's words, nor of a label.
TEST(CsvLine, NothingReadsAsAFormula) {
  for (const char* formula :
       {"=HYPERLINK(A1)", "+SUM(1)", "@SUM(A1)", "-2+3+cmd|' /C calc'!A0", "\t=1", "=1,2", "-"}) {
    const std::string line = CsvLine({formula});
    EXPECT_TRUE(line[0] == '\'' || line.substr(0, 2) == "\"'") << line;
  }
  EXPECT_EQ(CsvLine({"-5", "+3.5", "-1e-9", "[1,2)", "a=b", "0-4", "'x"}),
            "-5,+3.5,-1e-9,\"[1,2)\",a=b,0-4,'x\r\n");
}

// What is written from right to left keeps its own order and no other's.
TEST(Align, RightToLeftMovesNoNumber) {
  const std::string isolated =
      "\xe2\x81\xa8"
      "\xd7\x90\xd7\x91"
      "\xe2\x81\xa9";
  EXPECT_EQ(Align({{"\xd7\x90\xd7\x91", "12"}, {"abc", "5"}}, 1), isolated + "   12\nabc   5\n");
  EXPECT_EQ(DisplayWidth(isolated), 2u);
}

}  // namespace
}  // namespace commons::clients
