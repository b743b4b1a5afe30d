#include "storage/import/field_parser.h"

#include <algorithm>
#include <random>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "gtest/gtest.h"

namespace commons::storage {
namespace {

// The slow reference, for digits with at most one point: in 128 bits, where 20 digits times 10^6
// fit, and compared at the end.
Reject SlowParse(absl::string_view text, int decimals, absl::int128* scaled) {
  const bool negative = text[0] == '-';
  if (negative) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  std::string fraction(text.substr(std::min(point + 1, text.size())));
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  const bool too_many = fraction.size() > static_cast<size_t>(decimals);
  fraction.resize(decimals, '0');
  *scaled = 0;
  for (const char c : absl::StrCat(text.substr(0, point), fraction)) {
    *scaled = *scaled * 10 + (c - '0');
  }
  if (*scaled > limits::kAbsScaledValueMax) return Reject::kOutOfRange;
  if (too_many) return Reject::kTooManyDecimals;
  if (negative) *scaled = -*scaled;
  return Reject::kNone;
}

TEST(ParseDecimal, ANumberTooLargeForSixtyFourBitsIsOutOfRange) {
  int64_t value = 0;
  // Times 10^6 the first is 2^64 + 448384, which looks small in 64 bits.
  EXPECT_EQ(ParseDecimal("18446744073710", 6, &value), Reject::kOutOfRange);
  EXPECT_EQ(ParseDecimal("999999999999999", 4, &value), Reject::kOutOfRange);
  EXPECT_EQ(ParseDecimal("999999999999999", 0, &value), Reject::kNone);
  EXPECT_EQ(value, 999'999'999'999'999);
}

TEST(ParseDecimal, IsWhatTheSlowReferenceSays) {
  std::mt19937_64 random(20261126);
  const auto below = [&](size_t bound) { return static_cast<size_t>(random() % bound); };
  int accepted = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (size_t i = 1 + below(20); i > 0; --i) text.push_back('0' + below(10));
    if (below(2) == 0) text.insert(below(text.size() + 1), ".");
    if (text == ".") continue;
    if (below(4) == 0) text.insert(0, "-");
    const int decimals = below(limits::kDecimalsMax + 1);
    absl::int128 expected = 0;
    const Reject reason = SlowParse(text, decimals, &expected);
    int64_t value = 0;
    ASSERT_EQ(ParseDecimal(text, decimals, &value), reason) << text << " " << decimals;
    if (reason != Reject::kNone) continue;
    ASSERT_EQ(absl::int128(value), expected) << text << " " << decimals;
    ++accepted;
  }
  EXPECT_GT(accepted, 20'000);
}

}  // namespace
}  // namespace commons::storage
