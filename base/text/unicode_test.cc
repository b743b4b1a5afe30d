#include "base/text/unicode.h"

#include "gtest/gtest.h"

namespace commons {
namespace {

// From NormalizationTest.txt of Unicode: source (column 1) and its NFC (column 2).
TEST(Nfc, ComposesAsUnicodesTestFileSays) {
  for (const auto& [source, nfc] : {
           std::pair("a\xcc\x84", "\xc4\x81"),                         // a, macron: U+0101
           std::pair("\xe1\xb8\x8a\xcc\xa3", "\xe1\xb8\x8c\xcc\x87"),  // 1E0A 0323: 1E0C 0307
           std::pair("D\xcc\x9b\xcc\xa3", "\xe1\xb8\x8c\xcc\x9b"),     // 0044 031B 0323: 1E0C 031B
           std::pair("\xe2\x84\xab", "\xc3\x85"),                      // Angstrom sign: U+00C5
           std::pair("\xef\xac\x81", "\xef\xac\x81"),                  // ligature fi: kept
           std::pair("\xea\xb0\x80\xe1\x86\xa8", "\xea\xb0\x81"),      // AC00 11A8: AC01
       }) {
    EXPECT_EQ(Nfc(source).value_or("-"), nfc);
    EXPECT_EQ(Nfc(nfc).value_or("-"), nfc);
  }
  EXPECT_EQ(Nfc("").value_or("-"), "");
  EXPECT_EQ(Nfc(absl::string_view("a\0b", 3)).value_or("-"), std::string("a\0b", 3));
}

TEST(Nfc, RefusesWhatIsNotUtf8) {
  for (const char* bytes : {"\xff", "a\xc4", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_EQ(Nfc(bytes).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(WithoutOuterSpaces, TakesBothKindsInAnyOrder) {
  EXPECT_EQ(WithoutOuterSpaces("\u00a0 \t\u00a0 a \u00a0b \u00a0\u00a0\n"), "a \u00a0b");
  EXPECT_EQ(WithoutOuterSpaces(" \u00a0 "), "");
  EXPECT_EQ(WithoutOuterSpaces(""), "");
  EXPECT_EQ(WithoutOuterSpaces("\xc2"), "\xc2");
}

TEST(AsRead, FoldsWhatPeopleTakeForOneName) {
  for (const char* alike : {"tui", "TUI", " Tui", "T\u200bui", "tui\u00a0", "\uff34ui"}) {
    EXPECT_EQ(AsRead(alike), "tui") << alike;
  }
  EXPECT_NE(AsRead("tūi"), "tui");
  EXPECT_EQ(AsRead("\xff"), "");
}

}  // namespace
}  // namespace commons
