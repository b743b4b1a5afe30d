// Texts from outside, on their way to a person's eyes.
#include "governance/document/text.h"

#include <gtest/gtest.h>

namespace commons::governance {
namespace {

TEST(OneLine, EscapesWhatATerminalObeysAndCutsBetweenCharacters) {
  EXPECT_EQ(OneLine("Ngāi Tahu", 60), "Ngāi Tahu");
  EXPECT_EQ(OneLine("Ngāi", 3), "Ng...");
  EXPECT_EQ(OneLine("a\nb", 60), "a\\nb");
  EXPECT_EQ(OneLine("\x1b[2J", 60), "\\033[2J");
  EXPECT_EQ(OneLine("\xc2\x9b", 60), "\\302\\233") << "C1";
  EXPECT_EQ(OneLine("\xe2\x80\xae", 60), "\\342\\200\\256") << "right to left";
}

TEST(OneLine, EscapesWhatNobodySees) { EXPECT_EQ(OneLine("a\u200bb", 60), "a\\342\\200\\213b"); }

TEST(CheckName, RefusesWhatNobodySeesAndSpacesAroundIt) {
  for (const char* good : {"Ngāi Tahu", "a b", "統計局"}) EXPECT_TRUE(CheckName(good, 60).ok());
  for (const char* unseen : {"a\u200b", "a\u200db", "\ufeffa", "a\u2060b", "a\u00adb"}) {
    EXPECT_EQ(CheckName(unseen, 60).message(), "holds a character that nobody sees; remove it");
    EXPECT_TRUE(CheckText(unseen, 60).ok()) << "documents that are signed still count";
  }
  for (const char* spaced : {" a", "a ", "\u00a0a", "a\u00a0"}) {
    EXPECT_EQ(CheckName(spaced, 60).message(), "begins or ends with a space; remove it");
  }
  EXPECT_FALSE(CheckName("", 60).ok());
}

TEST(Printable, KeepsLinesAndLettersAndEscapesTheRest) {
  EXPECT_EQ(Printable("Wāhine ± 5\n\ttui,rata\r\n"), "Wāhine ± 5\n\ttui,rata\r\n");
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(Printable("true\rfalse"), "true\\rfalse");
  EXPECT_EQ(Printable("\xc2\x9b\x7f"), "\\xc2\\x9b\\x7f");
  EXPECT_EQ(Printable("\xe2\x80\xae\xe2\x81\xa6"), "\\xe2\\x80\\xae\\xe2\\x81\\xa6");
  EXPECT_EQ(Printable("\xff\xc4"), "\\xff\\xc4") << "no UTF-8";
}

}  // namespace
}  // namespace commons::governance
