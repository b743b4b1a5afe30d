// Against strptime(3), where it reads no more than we do.
#include "base/text/date_format.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <random>

#include "absl/strings/str_format.h"

namespace commons {
namespace {

using testing::HasSubstr;

std::optional<int64_t> Read(absl::string_view format, absl::string_view text) {
  const auto parsed = DateFormat::Parse(format);
  EXPECT_TRUE(parsed.ok()) << parsed.status();
  return parsed->Read(text);
}

TEST(DateFormatTest, ADayWrittenInAnyFormIsTheDayThatStrftimeWrote) {
  std::mt19937 random(5);
  const char* formats[] = {"%Y-%m-%d",          "%d/%m/%Y",           "%m/%d/%Y",   "%d.%m.%Y",
                           "%d %b %Y",          "%B %d, %Y",          "%Y%m%d",     "%d%m%Y",
                           "%d/%m/%Y %H:%M:%S", "%d-%b-%y",           "%%%Y %d %m", "%y%m%d",
                           "%d/%m/%Y %I:%M %p", "%Y-%m-%dT%H:%M:%S%z"};
  for (int round = 0; round < 2'000; ++round) {
    const auto day = static_cast<int64_t>(random() % 24'000);  // 1970 to 2035
    const std::time_t seconds = day * 86'400 + static_cast<int64_t>(random() % 86'400);
    std::tm time;
    gmtime_r(&seconds, &time);
    const char* format = formats[round % std::size(formats)];
    char text[64];
    ASSERT_GT(std::strftime(text, sizeof text, format, &time), 0u);
    ASSERT_EQ(Read(format, text), day) << format << " " << text;
    // strptime is told the same.
    std::tm back = {};
    ASSERT_NE(strptime(text, format, &back), nullptr);
    EXPECT_EQ(back.tm_yday >= 0 ? timegm(&back) / 86'400 : -1, day);
  }
}

TEST(DateFormatTest, NumbersMayBeShortWhereNoOtherStandsBeside) {
  EXPECT_EQ(Read("%d/%m/%Y", "3/7/2024"), Read("%d/%m/%Y", "03/07/2024"));
  EXPECT_EQ(Read("%Y-%m-%d", "2024-7-3"), Read("%Y-%m-%d", "2024-07-03"));
  EXPECT_EQ(Read("%d %b %Y", "3 jUL 2024"), Read("%Y-%m-%d", "2024-07-03"));
  EXPECT_EQ(Read("%d %B %Y", "3 july 2024"), Read("%Y-%m-%d", "2024-07-03"));
}

TEST(DateFormatTest, NumbersSideBySideHaveAllTheirDigits) {
  for (const char* text : {"2024123", "2024703", "202473"}) {
    EXPECT_EQ(Read("%Y%m%d", text), std::nullopt) << text;
  }
  EXPECT_EQ(Read("%y%m%d", "24123"), std::nullopt);
  EXPECT_EQ(Read("%y%m%d", "240123"), Read("%Y-%m-%d", "2024-01-23"));
  EXPECT_EQ(Read("%d%m%Y", "1122024"), std::nullopt);
  EXPECT_EQ(Read("%Y-%m-%d %H%M%S", "2024-01-02 03045"), std::nullopt);
  EXPECT_EQ(Read("%Y-%m%d", "2024-123"), std::nullopt);
  EXPECT_EQ(Read("%d0%m/%Y", "1001/2024"), std::nullopt) << "a digit of the format's own";
  EXPECT_EQ(Read("%d%b%Y", "3Jul2024"), Read("%Y-%m-%d", "2024-07-03"));
}

TEST(DateFormatTest, OtherTextsAndDaysThatDoNotExistAreNone) {
  for (const char* text :
       {"", "3/7/24", "3/7/20245", "3/7/2024 ", " 3/7/2024", "31/02/2024", "0/1/2024", "1/13/2024",
        "003/7/2024", "3-7-2024", "03/07/0000", "+3/7/2024"}) {
    EXPECT_EQ(Read("%d/%m/%Y", text), std::nullopt) << text;
  }
  EXPECT_EQ(Read("%d %B %Y", "3 Jul 2024"), std::nullopt);
  EXPECT_EQ(Read("%Y-%m-%d %H:%M", "2024-07-03 24:00"), std::nullopt);
  EXPECT_EQ(Read("%Y-%m-%d %H:%M", "2024-07-03 23:60"), std::nullopt);
}

TEST(DateFormatTest, AMonthOrAYearIsItsFirstDay) {
  EXPECT_EQ(Read("%m/%Y", "7/2024"), Read("%Y-%m-%d", "2024-07-01"));
  EXPECT_EQ(Read("%Y", "2024"), Read("%Y-%m-%d", "2024-01-01"));
  EXPECT_EQ(DateFormat::Parse("%b %Y")->unit(), PeriodUnit::kMonth);
  EXPECT_EQ(DateFormat::Parse("%Y")->unit(), PeriodUnit::kYear);
  EXPECT_EQ(DateFormat::Parse("%d/%m/%y")->unit(), PeriodUnit::kDay);
  EXPECT_EQ(Read("%d/%m/%y", "01/01/68"), Read("%Y-%m-%d", "2068-01-01"));
  EXPECT_EQ(Read("%d/%m/%y", "01/01/69"), Read("%Y-%m-%d", "1969-01-01"));
}

TEST(DateFormatTest, TheHourAndItsOffsetAreKeptForWhoCutsToADay) {
  const auto moment = [](absl::string_view format, absl::string_view text) {
    return DateFormat::Parse(format)->ReadMoment(text).value_or(Moment{.day = -1});
  };
  const Moment noon = moment("%d/%m/%Y %I:%M:%S %p", "3/7/2024 12:05:06 pm");
  EXPECT_EQ(noon.seconds, 12 * 3600 + 5 * 60 + 6);
  EXPECT_EQ(noon.offset, std::nullopt);
  EXPECT_EQ(moment("%d/%m/%Y %I:%M %p", "3/7/2024 12:05 AM").seconds, 5 * 60);
  EXPECT_EQ(moment("%d/%m/%Y %I:%M %p", "3/7/2024 1:05 PM").seconds, 13 * 3600 + 5 * 60);
  EXPECT_EQ(moment("%d/%m/%Y %I:%M %p", "3/7/2024 13:05 PM").day, -1);
  EXPECT_EQ(moment("%d/%m/%Y %I:%M %p", "3/7/2024 1:05 XM").day, -1);
  EXPECT_EQ(moment("%Y-%m-%d %H:%M:%S.%f%z", "2024-07-03 10:00:00.1234567+1200").offset, 43'200);
  EXPECT_EQ(moment("%Y-%m-%d %H:%M:%S.%f%z", "2024-07-03 10:00:00.1-09:30").offset, -34'200);
  EXPECT_EQ(moment("%Y-%m-%d %H:%M:%S.%f%z", "2024-07-03 10:00:00.1Z").offset, 0);
  EXPECT_EQ(moment("%Y-%m-%d %H:%M:%S.%f%z", "2024-07-03 10:00:00.1").day, -1);
}

TEST(DateFormatTest, FormatsThatSayNoDateAreRefused) {
  const auto why = [](absl::string_view format) {
    return std::string(DateFormat::Parse(format).status().message());
  };
  EXPECT_THAT(why("%d/%m"), HasSubstr("names no year; add %Y"));
  EXPECT_THAT(why(""), HasSubstr("names no year"));
  EXPECT_THAT(why("any"), HasSubstr("names no year"));
  EXPECT_THAT(why("%d %Y"), HasSubstr("names a day and no month"));
  EXPECT_THAT(why("%Y %y"), HasSubstr("twice"));
  EXPECT_THAT(why("%m %B %Y"), HasSubstr("twice"));
  EXPECT_THAT(why("%d/%m/%Y %I:%M"), HasSubstr("write %I with %p"));
  EXPECT_THAT(why("%d/%m/%Y %H:%M %p"), HasSubstr("write %I with %p"));
  EXPECT_THAT(why("%d/%m/%Y %z"), HasSubstr("an offset without a day and an hour"));
  for (const char* format : {"%Y-%j", "%Y-%m-%d %Z", "%Y%", "%-d/%m/%Y"}) {
    EXPECT_THAT(why(format), HasSubstr("another directive than %Y %y")) << format;
  }
}

}  // namespace
}  // namespace commons
