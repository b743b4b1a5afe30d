#include "clients/office/import/first_reject.h"

#include <string>

#include "base/temp_dir_for_test.h"
#include "clients/office/files/rule_file.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

std::string Of(const std::string& text, const v1::Dialect& dialect = {}) {
  const TempDir dir;
  EXPECT_TRUE(WriteFile(dir / "rejects.csv", text, 0644).ok());
  return FirstReject(dir / "rejects.csv", dialect);
}

TEST(FirstReject, NamesRowColumnAndValue) {
  EXPECT_EQ(Of("_row,_column,_reason,sex,visited\r\n"
               "2,visited,not a date,F,31/12/2021\r\n3,sex,x,y,z\n"),
            "; for example row 2, column \"visited\": \"31/12/2021\"");
  EXPECT_EQ(
      Of("_row,_column,_reason,\"a, \"\"b\"\"\"\n7,\"a, \"\"b\"\"\",r,\"one\ntwo, \"\"x\"\"\"\n"),
      "; for example row 7, column \"a, \"b\"\": \"one\\ntwo, \\\"x\\\"\"");
}

TEST(FirstReject, ReadsTheFileAsTheDialectSays) {
  v1::Dialect dialect;
  dialect.set_delimiter(";");
  dialect.set_quote_char("'");
  EXPECT_EQ(Of("\xef\xbb\xbf_row;_column;_reason;n;'a;b'\n2;'a;b';x;1;'it''s'\n", dialect),
            "; for example row 2, column \"a;b\": \"it\\'s\"");
  dialect.set_skip_initial_space(true);
  EXPECT_EQ(Of("_row;_column;_reason; n; 'a;b'\n2;'a;b';x; 1;  'it;s'\n", dialect),
            "; for example row 2, column \"a;b\": \"it;s\"");
}

TEST(FirstReject, AQuoteOpensAFieldAtItsBeginningAlone) {
  EXPECT_EQ(Of("_row,_column,_reason,n,m\n2,m,r,5\",6\"\n3,n,r,x,y\n"),
            "; for example row 2, column \"m\": \"6\\\"\"");
}

TEST(FirstReject, AQuoteThatIsNotDoubledEndsItsField) {
  v1::Dialect dialect;
  dialect.set_quotes_not_doubled(true);
  EXPECT_EQ(Of("_row,_column,_reason,n,m\n2,n,r,\"a\"\",b\"\n", dialect),
            "; for example row 2, column \"n\": \"a\"");
}

TEST(FirstReject, WhereNothingIsInQuotesNoCharacterIsOne) {
  v1::Dialect dialect;
  dialect.set_quote_char("");
  using namespace std::string_literals;
  EXPECT_EQ(Of("_row,_column,_reason,n,m\n2,n,holds a NUL,a\0z,\"c\n"s, dialect),
            "; for example row 2, column \"n\": \"a\\x00z\"");
}

TEST(FirstReject, NamesTheFirstOfSeveralFaults) {
  EXPECT_EQ(Of("_row,_column,_reason,n,sex\n2,sex; n,r; s,x,y\n"),
            "; for example row 2, column \"sex\": \"y\"");
  EXPECT_EQ(Of("_row,_column,_reason,n,a; b\n2,a; b; n,r; s,x,y\n"),
            "; for example row 2, column \"a; b\": \"y\"");
}

TEST(FirstReject, ShowsALongOrUnprintableValueSafely) {
  EXPECT_EQ(Of("_row,_column,_reason,n\n2,n,r," + std::string(100, 'x')),
            "; for example row 2, column \"n\": \"" + std::string(60, 'x') + "...\"");
  EXPECT_EQ(Of("_row,_column,_reason,n\n2,n,r,\x1b[2J\n"),
            "; for example row 2, column \"n\": \"\\x1b[2J\"");
}

TEST(FirstReject, SaysNothingWhereThereIsNothingToSay) {
  for (const char* text :
       {"", "_row,_column,_reason,n\n", "_row,_column,_reason,n\n2,,too few,\n",
        "_row,_column,_reason,n\n2,m,r,1\n", "_row,_column,_reason,n\n2,n,r\n", "n\n2\n", "\""}) {
    EXPECT_EQ(Of(text), "") << text;
  }
  EXPECT_EQ(FirstReject("/nowhere/rejects.csv"), "");
}

}  // namespace
}  // namespace commons::clients
