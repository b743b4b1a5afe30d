#include "records/csv/owners_file.h"

#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "gtest/gtest.h"
#include "records/csv/string_source_for_test.h"

namespace commons::records {
namespace {

// Its bytes, the low one first, behind their mark.
std::string Utf16(std::u16string_view text) {
  std::string bytes = "\xff\xfe";
  for (const char16_t unit : text) {
    bytes += static_cast<char>(unit & 0xff);
    bytes += static_cast<char>(unit >> 8);
  }
  return bytes;
}

std::string InPieces(const std::string& csv, size_t piece, const v1::Dialect& dialect) {
  CsvReader reader(DecodedSource(StringSource(csv, piece), dialect), MarksOf(dialect));
  CsvRecord record;
  std::string all;
  while (*reader.Next(&record)) absl::StrAppend(&all, record.row, ":", record.raw, ";");
  return all;
}

// Every file in pieces of every size is the same file.
TEST(OwnersFileTest, PiecesOfASourceMakeNoDifference) {
  v1::Dialect dialect;
  dialect.set_encoding("utf-16");
  dialect.set_comment_char("#");
  const std::string csv = Utf16(u"#c\na,T\u0101\n#\n\"x\ny\",z\n#end");
  for (size_t piece = 1; piece < 12; ++piece) {
    EXPECT_EQ(InPieces(csv, piece, dialect), "2:a,T\u0101;4:\"x\ny\",z;") << piece;
  }
}

// Rows are counted as they are in the file, however an editor saved the rejected ones.
TEST(OwnersFileTest, LinesThatEndWithCrMayEndWithLfOrBoth) {
  v1::Dialect dialect;
  dialect.set_cr_line_ends(true);
  for (const char* line_end : {"\r", "\n", "\r\n"}) {
    const std::string csv = absl::StrReplaceAll("a,T\u0101|\"x|y\",z||b,c|", {{"|", line_end}});
    for (const char* mark : {"", "\xef\xbb\xbf"}) {
      for (size_t piece = 1; piece < 12; ++piece) {
        EXPECT_EQ(InPieces(mark + csv, piece, dialect), "1:a,T\u0101;2:\"x\ny\",z;4:b,c;") << piece;
      }
    }
  }
}

}  // namespace
}  // namespace commons::records
