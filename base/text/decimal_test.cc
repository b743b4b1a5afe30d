#include "base/text/decimal.h"

#include <algorithm>
#include <iostream>
#include <limits>
#include <random>
#include <regex>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gtest/gtest.h"

namespace commons {
namespace {

constexpr char kNotANumber[] = "not a number";
constexpr char kTooMany[] = "too many decimals";
constexpr char kOutOfRange[] = "out of range";

std::string Parsed(absl::string_view text, int decimals) {
  int64_t value = 0;
  switch (ParseDecimal(text, decimals, &value)) {
    case DecimalFault::kNone:
      return absl::StrCat(value);
    case DecimalFault::kNotANumber:
      return kNotANumber;
    case DecimalFault::kTooManyDecimals:
      return kTooMany;
    case DecimalFault::kOutOfRange:
      break;
  }
  return kOutOfRange;
}

// The slow reference: the grammar as a regular expression, the arithmetic on strings of digits.
std::string SlowlyParsed(const std::string& text, int decimals) {
  static const std::regex kGrammar(
      R"(([+-]?)(?:([0-9]+)(?:\.([0-9]*))?|\.([0-9]+))(?:[eE]([+-]?[0-9]+))?)");
  std::smatch part;
  if (text.size() > kDecimalTextBytes || !std::regex_match(text, part, kGrammar)) {
    return kNotANumber;
  }
  const std::string fraction = part[3].str() + part[4].str();
  std::string digits = part[2].str() + fraction;
  // Where the point stands in `digits`; exponents beyond any text's digits are alike.
  double exponent = part[5].str().empty() ? 0 : std::stod(part[5].str());
  exponent = std::min(std::max(exponent, -2'000.0), 2'000.0);
  int point = static_cast<int>(part[2].str().size() + exponent) + decimals;
  for (; point < 0; ++point) digits.insert(0, "0");
  if (digits.size() < static_cast<size_t>(point)) digits.append(point - digits.size(), '0');
  const bool rest = digits.find_first_not_of('0', point) != std::string::npos;
  digits.resize(point);
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  const std::string largest = "9007199254740992";
  if (digits.size() > largest.size() || (digits.size() == largest.size() && digits > largest)) {
    return kOutOfRange;
  }
  if (rest) return kTooMany;
  return digits.empty() ? "0" : (part[1].str() == "-" ? "-" : "") + digits;
}

TEST(ParseDecimal, Grammar) {
  const struct {
    const char* text;
    int decimals;
    const char* result;
  } cases[] = {{"0", 0, "0"},
               {"-0", 0, "0"},
               {"+7", 0, "7"},
               {"+.5", 1, "5"},
               {"007", 0, "7"},
               {"12.50", 2, "1250"},
               {"12.5", 2, "1250"},
               {"12.500", 2, "1250"},
               {"12.501", 2, kTooMany},
               {".5", 1, "5"},
               {"5.", 1, "50"},
               {"1.2e3", 0, "1200"},
               {"1.2E+3", 0, "1200"},
               {"1.25e1", 1, "125"},
               {"120e-1", 0, "12"},
               {"125e-1", 0, kTooMany},
               {"0e9999", 0, "0"},
               {"0.000000e5", 0, "0"},
               {"-1e00002", 0, "-100"},
               {"9007199254740992", 0, "9007199254740992"},
               {"-9007199254740992", 0, "-9007199254740992"},
               {"9007199254740993", 0, kOutOfRange},
               {"9007199254740993.5", 0, kOutOfRange},
               {"1e400", 0, kOutOfRange},
               {"1e99999", 0, kOutOfRange},
               {"1e99999999999999999999", 0, kOutOfRange},
               {"1e-99999999999999999999", 0, kTooMany},
               {"0e-99999999999999999999", 0, "0"},
               // Times 10^6 the first is 2^64 + 448384, which looks small in 64 bits.
               {"18446744073710", 6, kOutOfRange},
               {"999999999999999", 4, kOutOfRange},
               {"999999999999999", 0, "999999999999999"},
               {"1,000", 0, kNotANumber},
               {"1 000", 0, kNotANumber},
               {" 1", 0, kNotANumber},
               {"1 ", 0, kNotANumber},
               {"1e 5", 0, kNotANumber},
               {"", 0, kNotANumber},
               {"-", 0, kNotANumber},
               {"--1", 0, kNotANumber},
               {"+-1", 0, kNotANumber},
               {".", 0, kNotANumber},
               {"-.", 0, kNotANumber},
               {".e1", 0, kNotANumber},
               {"1.2.3", 0, kNotANumber},
               {"1e", 0, kNotANumber},
               {"1e+", 0, kNotANumber},
               {"e5", 0, kNotANumber},
               {"1e1.5", 0, kNotANumber},
               {"0x10", 0, kNotANumber},
               {"NaN", 0, kNotANumber},
               {"inf", 0, kNotANumber},
               {"\u0661", 0, kNotANumber},   // another script's digit
               {"\u22125", 0, kNotANumber},  // a minus sign that is not a hyphen
               {"12€", 0, kNotANumber}};
  for (const auto& c : cases) {
    EXPECT_EQ(Parsed(c.text, c.decimals), c.result) << c.text;
    EXPECT_EQ(SlowlyParsed(c.text, c.decimals), c.result) << c.text;
  }
}

TEST(ParseDecimal, ANulByteOrALongTextIsNoNumber) {
  EXPECT_EQ(Parsed(absl::string_view("1\0", 2), 0), kNotANumber);
  EXPECT_EQ(Parsed(std::string(kDecimalTextBytes - 1, '0') + "1", 0), "1");
  EXPECT_EQ(Parsed(std::string(kDecimalTextBytes, '0') + "1", 0), kNotANumber);
  EXPECT_EQ(Parsed("0." + std::string(380, '0') + "1e387", 6), "1000000000000");
}

TEST(ParseDecimal, IsWhatTheSlowReferenceSays) {
  const uint64_t seed = 20261126;
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  int accepted = 0, refused = 0;
  for (int round = 0; round < 100'000; ++round) {
    std::string text;
    if (below(3) == 0) text = below(2) == 0 ? "-" : "+";
    for (size_t i = below(20); i > 0; --i) text.push_back('0' + below(below(3) == 0 ? 1 : 10));
    if (below(2) == 0) text.insert(below(text.size() + 1), ".");
    if (below(3) == 0) {
      absl::StrAppend(&text, below(2) == 0 ? "e" : "E", below(2) == 0 ? "-" : "", below(24));
    }
    if (below(8) == 0) text.insert(below(text.size() + 1), 1, "+-.eE0 ,x"[below(9)]);
    const int decimals = static_cast<int>(below(limits::kDecimalsMax + 1));
    const std::string expected = SlowlyParsed(text, decimals);
    ASSERT_EQ(Parsed(text, decimals), expected) << "'" << text << "' " << decimals;
    ++(expected == kNotANumber || expected == kTooMany || expected == kOutOfRange ? refused
                                                                                  : accepted);
  }
  EXPECT_GT(accepted, 20'000);
  EXPECT_GT(refused, 20'000);
}

TEST(FormatDecimal, Texts) {
  EXPECT_EQ(FormatDecimal(0, 0), "0");
  EXPECT_EQ(FormatDecimal(0, 2), "0");
  EXPECT_EQ(FormatDecimal(0, 2, Zeros::kAll), "0.00");
  EXPECT_EQ(FormatDecimal(-5, 2), "-0.05");
  EXPECT_EQ(FormatDecimal(1250, 2), "12.5");
  EXPECT_EQ(FormatDecimal(1250, 2, Zeros::kAll), "12.50");
  EXPECT_EQ(FormatDecimal(-1200, 2), "-12");
  EXPECT_EQ(FormatDecimal(-1200, 2, Zeros::kAll), "-12.00");
  EXPECT_EQ(FormatDecimal(1200, 0), "1200");
  EXPECT_EQ(FormatDecimal(1200, 0, Zeros::kAll), "1200");
  EXPECT_EQ(FormatDecimal(123456789, 6), "123.456789");
  EXPECT_EQ(FormatDecimal(std::numeric_limits<int64_t>::min(), 0), "-9223372036854775808");
  EXPECT_EQ(FormatDecimal(std::numeric_limits<absl::int128>::min(), 0),
            "-170141183460469231731687303715884105728");
  EXPECT_EQ(FormatDecimal(std::numeric_limits<absl::int128>::max(), 6),
            "170141183460469231731687303715884.105727");
  EXPECT_EQ(FormatDecimal(15, 4'294'967'295), "0.000015") << "as with 6 decimals";
  EXPECT_EQ(FormatDecimal(15, -1), "15");
}

TEST(FormatDecimal, IsReadAsTheSameNumberAndIsTheShortestText) {
  const uint64_t seed = 20261127;
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (int round = 0; round < 100'000; ++round) {
    const int decimals = static_cast<int>(random() % (limits::kDecimalsMax + 1));
    int64_t scaled = static_cast<int64_t>(random() >> 10 >> random() % 54);
    if (random() % 2 == 0) scaled *= 100;
    if (scaled > limits::kAbsScaledValueMax) continue;
    if (random() % 2 == 0) scaled = -scaled;
    for (const Zeros zeros : {Zeros::kTrimmed, Zeros::kAll}) {
      const std::string text = FormatDecimal(scaled, decimals, zeros);
      ASSERT_EQ(Parsed(text, decimals), absl::StrCat(scaled)) << text;
      const size_t point = text.find('.');
      if (zeros == Zeros::kAll) {
        ASSERT_EQ(point == std::string::npos ? 0 : text.size() - point - 1, decimals) << text;
      } else if (point != std::string::npos) {
        ASSERT_TRUE(text.back() != '0' && text.back() != '.') << text;
      }
    }
  }
}

TEST(RoundDecimal, HalfGoesToTheEvenOne) {
  const struct {
    const char* text;
    int decimals;
    int64_t scaled;
    bool rounded;
  } cases[] = {{"2.5", 0, 2, true},      {"3.5", 0, 4, true},
               {"-2.5", 0, -2, true},    {"-3.5", 0, -4, true},
               {"2.50000", 0, 2, true},  {"2.5000001", 0, 3, true},
               {"2.49999", 0, 2, true},  {"0.125", 2, 12, true},
               {"0.135", 2, 14, true},   {"1.005", 2, 100, true},
               {"9.995", 2, 1000, true}, {"0.005", 2, 0, true},
               {"5e-3", 2, 0, true},     {"5.1e-3", 2, 1, true},
               {"4e-9", 2, 0, true},     {"1.20", 2, 120, false},
               {"1.200", 2, 120, false}, {"+7", 2, 700, false},
               {"1e1", 1, 100, false},   {"0.0000000000000000000001", 6, 0, true}};
  for (const auto& c : cases) {
    int64_t scaled = -1;
    bool rounded = !c.rounded;
    EXPECT_EQ(RoundDecimal(c.text, c.decimals, &scaled, &rounded), DecimalFault::kNone) << c.text;
    EXPECT_EQ(scaled, c.scaled) << c.text;
    EXPECT_EQ(rounded, c.rounded) << c.text;
  }
}

// Every thousandth to hundredths, by whole-number arithmetic.
TEST(RoundDecimal, IsTheNearestHundredth) {
  for (int64_t thousandths = -3'000; thousandths <= 3'000; ++thousandths) {
    int64_t scaled = 0;
    bool rounded = false;
    ASSERT_EQ(RoundDecimal(FormatDecimal(thousandths, 3), 2, &scaled, &rounded),
              DecimalFault::kNone);
    const int64_t off = thousandths - scaled * 10;
    EXPECT_LE(off < 0 ? -off : off, 5) << thousandths;
    if (off == 5 || off == -5) {
      EXPECT_EQ(scaled % 2, 0) << thousandths;
    }
    EXPECT_EQ(rounded, thousandths % 10 != 0) << thousandths;
  }
}

TEST(RoundDecimal, WhatIsTooLargeOrNoNumberIsStillRefused) {
  int64_t scaled = 0;
  bool rounded = false;
  EXPECT_EQ(RoundDecimal("9007199254740992.4", 0, &scaled, &rounded), DecimalFault::kNone);
  EXPECT_EQ(scaled, 9'007'199'254'740'992);
  EXPECT_EQ(RoundDecimal("9007199254740992.6", 0, &scaled, &rounded), DecimalFault::kOutOfRange);
  EXPECT_EQ(RoundDecimal("1e300", 0, &scaled, &rounded), DecimalFault::kOutOfRange);
  EXPECT_EQ(RoundDecimal("1,5", 0, &scaled, &rounded), DecimalFault::kNotANumber);
  EXPECT_EQ(RoundDecimal("", 0, &scaled, &rounded), DecimalFault::kNotANumber);
}

}  // namespace
}  // namespace commons
