#include "base/text/number_form.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <random>

#include "absl/strings/str_cat.h"
#include "base/text/decimal.h"

namespace commons {
namespace {

using testing::HasSubstr;

// In hundredths; nothing: not a number.
std::optional<int64_t> Read(absl::string_view text, const NumberForm& form) {
  std::string plain;
  absl::string_view sign;
  int64_t scaled = 0;
  if (!ReadNumberForm(text, form, &plain, &sign)) return std::nullopt;
  if (ParseDecimal(plain, 2, &scaled) != DecimalFault::kNone) return std::nullopt;
  return scaled;
}

const NumberForm kEnglish{",", ".", true};
const NumberForm kFrench{"\xc2\xa0", ",", true};

// Written in every form, each number is read back as itself.
TEST(NumberFormTest, WhatIsWrittenIsRead) {
  std::mt19937_64 random(3);
  for (int round = 0; round < 5'000; ++round) {
    const int64_t value =
        static_cast<int64_t>(random() >> (12 + random() % 50)) * (random() % 2 == 0 ? 1 : -1);
    const std::string plain = FormatDecimal(value, 2, Zeros::kAll);
    for (const NumberForm& form : {kEnglish, kFrench, NumberForm{".", ","}, NumberForm{"'", "."}}) {
      const std::string digits = plain.substr(plain[0] == '-');
      std::string text = digits.substr(0, digits.find('.'));
      for (int at = static_cast<int>(text.size()) - 3; at > 0; at -= 3) text.insert(at, form.group);
      text += form.point + digits.substr(digits.find('.') + 1);
      const std::string minus = value < 0 ? "-" : "";
      EXPECT_EQ(Read(minus + text, form), value) << minus << text;
      if (!form.signs) continue;
      for (const std::string& signed_text :
           {minus + "$" + text, "$" + minus + text, minus + "NZ$ " + text, "EUR " + minus + text,
            minus + text + " €", minus + text + "%", minus + text + "NZD"}) {
        EXPECT_EQ(Read(signed_text, form), value) << signed_text;
      }
    }
  }
}

TEST(NumberFormTest, WhatOnlyLooksLikeItIsNoNumber) {
  for (const char* text :
       {"0,125", "-0,125", "00,123",   "012,345",  "1,5",      "12,34",     "1,0000",
        ",123",  "1,,000", "1,00,000", "1234,567", "1.234,50", "1,234.5,6", "(5)",
        "5-",    "5k",     "5 kg",     "1.2M",     "$5%",      "%5",        "5$5",
        "$",     "%",      "EUR",      "-$-5",     "$+",       "",          " ",
        "-",     "usd 5",  "ABCD$5",   "5 5",      "NA",       "\u22125",   "$ $5"}) {
    EXPECT_EQ(Read(text, kEnglish), std::nullopt) << text;
  }
  for (const char* text : {"3.5", "1.234", "1\u00a023", "3,5,1", "3,.5"}) {
    EXPECT_EQ(Read(text, kFrench), std::nullopt) << text;
  }
  EXPECT_EQ(Read("$5", {}), std::nullopt) << "not said that signs stand there";
  EXPECT_EQ(Read("1,000", {}), std::nullopt);
}

TEST(NumberFormTest, TheSignIsSaid) {
  const auto sign = [](absl::string_view text) {
    std::string plain;
    absl::string_view found;
    EXPECT_TRUE(ReadNumberForm(text, kEnglish, &plain, &found)) << text;
    return std::string(found);
  };
  EXPECT_EQ(sign("$5"), "$");
  EXPECT_EQ(sign("5 %"), "%");
  EXPECT_EQ(sign("NZ$ 5"), "NZ$");
  EXPECT_EQ(sign("5"), "");
}

TEST(NumberFormTest, SeparatorsThatCantBeToldApartAreRefused) {
  EXPECT_TRUE(CheckNumberForm({}).ok());
  EXPECT_TRUE(CheckNumberForm(kEnglish).ok());
  EXPECT_TRUE(CheckNumberForm(kFrench).ok());
  EXPECT_THAT(CheckNumberForm({",", ","}).message(), HasSubstr("are the same"));
  for (const char* bad : {"1", "-", "+", "e", ",,", "\n", "\xff"}) {
    EXPECT_FALSE(CheckNumberForm({bad, "."}).ok()) << bad;
    EXPECT_FALSE(CheckNumberForm({"", bad}).ok()) << bad;
  }
  EXPECT_FALSE(CheckNumberForm({"", ""}).ok());
}

}  // namespace
}  // namespace commons
