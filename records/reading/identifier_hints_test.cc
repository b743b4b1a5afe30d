#include "records/reading/identifier_hints.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::records {
namespace {

using ::testing::HasSubstr;

// Test numbers published with HISO 10046 and with Inland Revenue's check digit rules.
TEST(IdentifierHintsTest, CheckDigits) {
  for (const char* good : {"ZZZ0016", "ZZZ0024", "JBX3656", "zzz0016", "ZZZ00AX", "ALU18KZ"}) {
    EXPECT_TRUE(LooksLikeNhi(good)) << good;
  }
  for (const char* bad :
       {"", "ZZZ0044", "ZZZ0017", "DAB8233", "ZZI0016", "ZZZ00AY", "ZZZ00161", "ALU18KA"}) {
    EXPECT_FALSE(LooksLikeNhi(bad)) << bad;
  }
  for (const char* good : {"49091850", "35901981", "49098576", "136410132", "49-098-576"}) {
    EXPECT_TRUE(LooksLikeIrd(good)) << good;
  }
  for (const char* bad : {"136410133", "9125568", "", "49091851", "4909185a"}) {
    EXPECT_FALSE(LooksLikeIrd(bad)) << bad;
  }
}

// Of 1,096 days of three years 109 pass the check of an IRD number; some read like telephones.
TEST(IdentifierHintsTest, DatesAreNoNumbersOfPeople) {
  for (const char* date : {"2025-03-31", "2023-06-30", "05-06-2024", "31/3/2025", "1.12.2025"}) {
    IdentifierHints hints;
    for (int i = 0; i < 10; ++i) hints.Observe(date);
    EXPECT_EQ(hints.Warning("day"), "") << date;
    EXPECT_FALSE(hints.LooksLikeStateNumber()) << date;
  }
  IdentifierHints hints;
  for (int i = 0; i < 10; ++i) hints.Observe("49-098-576");
  EXPECT_TRUE(hints.LooksLikeStateNumber());
}

TEST(IdentifierHintsTest, EmailAndPhone) {
  EXPECT_TRUE(LooksLikeEmail("a.b@example.org"));
  for (const char* bad : {"@x.nz", "a@b", "a b@example.org", "a@@example.org", "a@.n"}) {
    EXPECT_FALSE(LooksLikeEmail(bad)) << bad;
  }
  for (const char* good : {"021 555 0123", "+64 21 555 0123", "(09) 555-0123"}) {
    EXPECT_TRUE(LooksLikePhone(good)) << good;
  }
  for (const char* bad : {"2021-03-05", "0", "01/02/2021", "0.12345678", "12345678"}) {
    EXPECT_FALSE(LooksLikePhone(bad)) << bad;
  }
}

TEST(IdentifierHintsTest, WarnsWithCountsAndNeverValues) {
  IdentifierHints some, chance;
  for (int i = 0; i < 10; ++i) {
    some.Observe(i < 2 ? "ZZZ0016" : "free text");
    chance.Observe(i < 1 ? "ZZZ0016" : "free text");
  }
  EXPECT_EQ(
      some.Warning("ref"),
      "column \"ref\" looks like a direct identifier: of 10 values sampled 2 like NHI numbers");
  EXPECT_EQ(chance.Warning("ref"), "");
  IdentifierHints numbers;
  for (int i = 10'000'000; i < 10'010'000; ++i) numbers.Observe(absl::StrCat(i));
  EXPECT_TRUE(numbers.full());
  EXPECT_EQ(numbers.Warning("amount"), "") << "one in eleven passes by chance";
}

}  // namespace
}  // namespace commons::records
