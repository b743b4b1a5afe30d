#include "base/text/nearest.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
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

// Every name compared in full, letter by letter.
size_t SlowEdits(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> edits(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) {
    for (size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        edits[i][j] = i + j;
      } else {
        edits[i][j] = std::min({edits[i - 1][j] + 1, edits[i][j - 1] + 1,
                                edits[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      }
    }
  }
  return edits[a.size()][b.size()];
}

TEST(Nearest, OfALongListIsTheFirstOfTheNearest) {
  std::mt19937 random(3);
  const auto text = [&] {
    std::string out(1 + random() % 6, 'a');
    for (char& c : out) c = static_cast<char>('a' + random() % 4);
    return out;
  };
  for (int round = 0; round < 200; ++round) {
    std::vector<std::string> names(400);
    for (std::string& name : names) name = text();
    const std::string name = text();
    const auto best = std::min_element(names.begin(), names.end(),
                                       [&](const std::string& a, const std::string& b) {
                                         return SlowEdits(name, a) < SlowEdits(name, b);
                                       });
    EXPECT_EQ(Nearest(name, names), *best) << name;
  }
}

// 65,536 texts of 256 bytes, which all have the same letters: comparing each takes ten seconds.
TEST(Nearest, ALongListIsComparedInBoundedTime) {
  std::vector<std::string> names(1 << 16, std::string(256, 'a'));
  for (size_t i = 0; i < names.size(); ++i) {
    for (size_t at = 0; at < 128; at += 2) names[i][at + (i >> (at % 16) & 1)] = 'b';
  }
  const absl::Time start = absl::Now();
  EXPECT_NE(Nearest(std::string(64, 'b') + std::string(64, 'a'), names), "");
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
}

TEST(Nearest, AsksWhetherItIsThat) {
  EXPECT_EQ(OrIsIt("F321", {"F32.1", "G40"}), "; is it \"F32.1\"?");
  EXPECT_EQ(OrIsIt("xyz", {"F32.1", "G40"}), "");
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
