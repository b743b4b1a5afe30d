#include "governance/standard/scalar.h"

#include <string>

#include "gtest/gtest.h"

namespace commons::governance {
namespace {

TEST(ScaleDecimal, EachRefusalSaysWhatToWriteInstead) {
  EXPECT_EQ(*ScaleDecimal("12.50", 2), 1250);
  EXPECT_EQ(*ScaleDecimal("+5", 0), 5) << "a sign is no reason to refuse a number";
  const struct {
    const char* text;
    const char* words;
  } cases[] = {
      {"12,5", "\"12,5\" is not a number; write it like -12.5"},
      {"1.25", "\"1.25\" has more than 1 decimals; round it or declare more in commons:decimals"},
      {"1e20", "\"1e20\" is too large; the limit is 2^53 in the last decimal place"}};
  for (const auto& c : cases) {
    const auto scaled = ScaleDecimal(c.text, 1);
    EXPECT_EQ(scaled.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(scaled.status().message(), c.words);
  }
}

TEST(ReadPeriod, ADayStandsForTheUnitThatHoldsIt) {
  for (const char* text : {"2024-Q1", "2024-02-29"}) {
    const auto days = ReadPeriod(text, PeriodUnit::kQuarter);
    ASSERT_TRUE(days.ok()) << text;
    EXPECT_EQ(PeriodLabel(days->first, PeriodUnit::kDay), "2024-01-01");
    EXPECT_EQ(PeriodLabel(days->end, PeriodUnit::kDay), "2024-04-01");
  }
  EXPECT_EQ(ReadPeriod("9999", PeriodUnit::kYear)->end, kLastDay + 1);
}

TEST(ReadPeriod, ARefusalShowsTheUnitsOwnForm) {
  const auto words = [](PeriodUnit unit) {
    return std::string(ReadPeriod("soon", unit).status().message());
  };
  EXPECT_EQ(words(PeriodUnit::kDay), "\"soon\" is not a date; write it like 2024-07-31");
  EXPECT_EQ(words(PeriodUnit::kMonth),
            "\"soon\" is not a date; write it like 2024-07-31 or 2024-07");
  EXPECT_EQ(words(PeriodUnit::kQuarter),
            "\"soon\" is not a date; write it like 2024-07-31 or 2024-Q3");
  EXPECT_EQ(words(PeriodUnit::kYear), "\"soon\" is not a date; write it like 2024-07-31 or 2024");
}

TEST(UnitOf, IsTheUnitOfTheSameNumber) {
  for (const v1::PeriodUnit unit : {v1::DAY, v1::MONTH, v1::QUARTER, v1::YEAR}) {
    EXPECT_EQ(static_cast<int>(UnitOf(unit)), static_cast<int>(unit));
  }
  EXPECT_EQ(UnitOf(v1::PERIOD_UNIT_UNSPECIFIED), PeriodUnit::kDay);
  EXPECT_EQ(UnitOf(static_cast<v1::PeriodUnit>(99)), PeriodUnit::kDay);
}

}  // namespace
}  // namespace commons::governance
