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

}  // namespace
}  // namespace commons::clients
