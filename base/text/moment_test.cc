// Against localtime_r(3), which reads the same data by other code.
#include "base/text/moment.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>

#include "absl/strings/str_format.h"
#include "base/period.h"

namespace commons {
namespace {

using testing::HasSubstr;

int64_t Day(absl::string_view text) { return *ParseDate(text, PeriodUnit::kDay); }

std::string DayIn(absl::string_view zone, absl::string_view text) {
  const auto loaded = DayZone::Load(zone);
  const auto moment = ParseMoment(text);
  if (!loaded.ok() || !moment) return "none";
  return PeriodLabel(loaded->DayOf(*moment), PeriodUnit::kDay);
}

TEST(MomentTest, FormsOfIso8601AreRead) {
  for (const char* text : {"2024-07-31T10:05:59", "2024-07-31 10:05:59.25", "2024-07-31t10:05:59,1",
                           "2024-07-31T10:05:59.1234567"}) {
    const auto moment = ParseMoment(text);
    ASSERT_TRUE(moment.has_value()) << text;
    EXPECT_EQ(moment->day, Day("2024-07-31"));
    EXPECT_EQ(moment->seconds, (10 * 60 + 5) * 60 + 59);
    EXPECT_EQ(moment->offset, std::nullopt);
  }
  EXPECT_EQ(ParseMoment("2024-07-31 10:05")->seconds, 36'300);
  EXPECT_EQ(ParseMoment("2024-07-31")->seconds, 0);
  EXPECT_EQ(ParseMoment("2024-07-31T10:05Z")->offset, 0);
  EXPECT_EQ(ParseMoment("2024-07-31 10:05:00 +12:45")->offset, 45'900);
  EXPECT_EQ(ParseMoment("2024-07-31 10:05:00+12")->offset, 43'200);
  EXPECT_EQ(ParseMoment("2024-07-31 10:05:00-0930")->offset, -34'200);
  EXPECT_EQ(ParseMoment("2016-12-31T23:59:60Z")->seconds, 86'400);
}

TEST(MomentTest, OtherTextsAreNone) {
  for (const char* text : {"",
                           "2024",
                           "2024-07",
                           "2024-02-30",
                           "31/07/2024 10:05",
                           "2024-07-31T",
                           "2024-07-31 1:05",
                           "2024-07-31T24:00",
                           "2024-07-31T10:60",
                           "2024-07-31T10:05:61",
                           "2024-07-31T10:05:59.",
                           "2024-07-31T10",
                           "2024-07-31T10:05 ",
                           "2024-07-31T10:05:00 UTC",
                           "2024-07-31T10:05+16:00",
                           "2024-07-31T10:05+12:60",
                           "2024-07-31T10:05+1",
                           "2024-07-31T10:05+123",
                           "2024-07-31Z",
                           "2024-07-31T10:05ZZ",
                           " 2024-07-31T10:05",
                           "2024-07-31T10:05 PM"}) {
    EXPECT_FALSE(ParseMoment(text).has_value()) << text;
  }
}

TEST(MomentTest, AnOffsetGivesTheDayThatClocksOfTheZoneShowThen) {
  std::mt19937_64 random(20240407);
  for (const char* name : {"Pacific/Auckland", "Pacific/Chatham", "America/St_Johns", "UTC",
                           "Pacific/Apia", "Africa/Casablanca"}) {
    const auto zone = DayZone::Load(name);
    ASSERT_TRUE(zone.ok()) << zone.status();
    setenv("TZ", name, 1);
    tzset();
    for (int i = 0; i < 2'000; ++i) {
      const auto at = static_cast<std::time_t>(random() % 2'000'000'000);  // 1970 to 2033
      const int offset = static_cast<int>(random() % 96) * 900 - 43'200;
      const std::time_t there = at + offset;
      std::tm written, local;
      gmtime_r(&there, &written);
      localtime_r(&at, &local);
      char text[64], day[16];
      std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &written);
      std::strftime(day, sizeof day, "%Y-%m-%d", &local);
      const std::string full = absl::StrFormat("%s%c%02d:%02d", text, offset < 0 ? '-' : '+',
                                               std::abs(offset) / 3600, std::abs(offset) / 60 % 60);
      ASSERT_EQ(DayIn(name, full), day) << name << " " << full;
    }
  }
  unsetenv("TZ");
  tzset();
}

// The day is the one written, whatever clocks did in it.
TEST(MomentTest, WithoutAnOffsetTheDayIsTheOneWritten) {
  const absl::string_view zone = "Pacific/Auckland";
  EXPECT_EQ(DayIn(zone, "2024-04-07 02:30"), "2024-04-07");              // shown twice
  EXPECT_EQ(DayIn(zone, "2024-09-29 02:30"), "2024-09-29");              // skipped
  EXPECT_EQ(DayIn("America/Havana", "2024-03-10 00:30"), "2024-03-10");  // a midnight skipped
  EXPECT_EQ(DayIn("America/Havana", "2024-11-03 00:30"), "2024-11-03");
  EXPECT_EQ(DayIn("Pacific/Apia", "2011-12-30 12:00"), "2011-12-30");  // Samoa had no such day
  EXPECT_EQ(DayIn("Pacific/Apia", "2011-12-30T12:00Z"), "2011-12-31");
  EXPECT_EQ(DayIn(zone, "2024-07-31"), "2024-07-31");
  EXPECT_EQ(DayIn(zone, "2024-07-30T12:00:00Z"), "2024-07-31");
  EXPECT_EQ(DayIn(zone, "2024-07-30T11:59:59Z"), "2024-07-30");
  EXPECT_EQ(DayIn(zone, "2024-01-30T11:00:00Z"), "2024-01-31");  // daylight saving
}

TEST(MomentTest, NamesThatAnotherMachineReadsOtherwiseAreNone) {
  for (const char* name :
       {"", "localtime", "posixrules", "NZ", "Auckland", "pacific/auckland",
        "/usr/share/zoneinfo/UTC", "../UTC", "Pacific/../UTC", "Pacific//Auckland",
        "file:Pacific/Auckland", "right/Pacific/Auckland", "Pacific/Auckland/",
        "Fixed/UTC+05:00:00", "A/B/C/D", "Pacific/\xC4\x80uckland"}) {
    EXPECT_FALSE(DayZone::IsName(name)) << name;
    EXPECT_FALSE(DayZone::Load(name).ok()) << name;
  }
  EXPECT_TRUE(DayZone::IsName("America/Argentina/Buenos_Aires"));
  EXPECT_TRUE(DayZone::IsName("Etc/GMT+12"));
}

TEST(MomentTest, AZoneThatIsNotThereIsRefusedAndIsNotUtc) {
  const auto zone = DayZone::Load("Pacific/Aukland");
  EXPECT_EQ(zone.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(zone.status().message()),
              HasSubstr("\"Pacific/Aukland\" is not among this machine's time zone data"));
  EXPECT_THAT(std::string(zone.status().message()), HasSubstr("install the package tzdata"));
}

}  // namespace
}  // namespace commons
