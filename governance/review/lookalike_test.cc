#include "governance/review/lookalike.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::governance {
namespace {

using ::testing::HasSubstr;

std::string Warned(absl::string_view name) {
  Screen screen;
  WarnOfName(name, {"Tui", "Rata Trust", "Ngāi Tahu"}, screen);
  return screen.Finish();
}

TEST(WarnOfName, SaysNothingOfPlainNames) {
  for (const char* plain : {"Tui", "Kahu", "Ngāi Tahu", "Ελλάδα", "Россия", "統計局"}) {
    EXPECT_EQ(Warned(plain), "") << plain;
  }
}

TEST(WarnOfName, NamesTheOtherThatIsReadAlike) {
  for (const char* alike : {"TUI", "tui", "T\u200bui", " Tui", "Ｔui"}) {
    EXPECT_THAT(Warned(alike), HasSubstr("is read like 'Tui'")) << alike;
  }
  EXPECT_THAT(Warned("NGĀI TAHU"), HasSubstr("is read like 'Ngāi Tahu'"));
}

TEST(WarnOfName, LettersOfTwoScriptsInOneName) {
  for (const char* mixed : {"R\u0430ta Trust", "\u039aahu"}) {  // Cyrillic a, Greek K
    EXPECT_THAT(Warned(mixed), HasSubstr("mixes Latin letters")) << mixed;
  }
}

TEST(WarnOfName, WhatNobodySees) {
  EXPECT_THAT(Warned("Kahu\u2060"), HasSubstr("nobody sees"));
  EXPECT_THAT(Warned("Kahu "), HasSubstr("space"));
}

TEST(WarnOfLabels, OfOneColumnThatAreReadAlike) {
  const auto warned = [](const std::vector<std::string>& labels) {
    v1::Column column;
    column.set_name("sex");
    for (const std::string& label : labels) column.add_codes()->set_label(label);
    Screen screen;
    WarnOfLabels(column, screen);
    return screen.Finish();
  };
  EXPECT_EQ(warned({"Male", "Female", "Māori", "Maori"}), "");
  const std::string hidden = warned({"Male", "Male\u200b"});
  EXPECT_THAT(hidden, HasSubstr("is read like 'Male', which is another code's"));
  EXPECT_THAT(hidden, HasSubstr("holds a character that nobody sees"));
  EXPECT_THAT(warned({"a", "A"}), HasSubstr("column 'sex': the label 'A' is read like 'a'"));
}

TEST(WarnOfLabels, ALabelThatIsAnotherCodeIsNamed) {
  v1::Column column;
  column.set_name("sex");
  for (const auto& [value, label] : {std::pair("F", "M"), {"M", "F"}, {"X", "X"}}) {
    v1::Code& code = *column.add_codes();
    code.set_value(value);
    code.set_label(label);
  }
  Screen screen;
  WarnOfLabels(column, screen);
  const std::string said = screen.Finish();
  EXPECT_THAT(said, HasSubstr("the label 'M' stands for the code F and is another code itself"));
  EXPECT_THAT(said, ::testing::Not(HasSubstr("'X'")));
}

}  // namespace
}  // namespace commons::governance
