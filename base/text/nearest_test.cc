#include "base/text/nearest.h"

#include "gtest/gtest.h"

namespace commons {
namespace {

TEST(Nearest, FewestEditsWins) {
  EXPECT_EQ(Nearest("tresholds", {"rounding", "threshold", "noise"}), "threshold");
  EXPECT_EQ(Nearest("SEX", {"age", "sex"}), "sex");
  EXPECT_EQ(Nearest("", {"ab", "a"}), "a");
  EXPECT_EQ(Nearest("x", {}), "");
}

TEST(Nearest, LongTextsAreBounded) {
  EXPECT_EQ(Nearest(std::string(1 << 20, 'a'), {std::string(1 << 20, 'b'), "aaaa"}), "aaaa");
}

TEST(NearestWithinHalf, ABeginningIsEnough) {
  EXPECT_EQ(NearestWithinHalf("rohe", {"age", "sex", "Rohe p\xC5\x8Dtae"}), "Rohe p\xC5\x8Dtae");
  EXPECT_EQ(NearestWithinHalf("ro", {"age", "sex", "Rohe p\xC5\x8Dtae"}), "");
}

TEST(NearestWithinHalf, NamesNothingThatIsFarAway) {
  EXPECT_EQ(NearestWithinHalf("sex", {"Sex", "age"}), "Sex");
  EXPECT_EQ(NearestWithinHalf("visited", {"visit date", "age"}), "visit date");
  EXPECT_EQ(NearestWithinHalf("sex", {"Hēmi", "1975"}), "");
  EXPECT_EQ(NearestWithinHalf("note", {"age", "cost", "sex"}), "");
  EXPECT_EQ(NearestWithinHalf("sex", {}), "");
}

}  // namespace
}  // namespace commons
