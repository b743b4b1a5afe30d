#include "base/period.h"

#include <ctime>
#include <iostream>
#include <limits>
#include <random>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/time/civil_time.h"
#include "gtest/gtest.h"

namespace commons {
namespace {

constexpr PeriodUnit kUnits[] = {PeriodUnit::kDay, PeriodUnit::kMonth, PeriodUnit::kQuarter,
                                 PeriodUnit::kYear, PeriodUnit::kWeek};

absl::CivilDay Civil(int64_t day) { return absl::CivilDay(1970, 1, 1) + day; }

absl::Weekday FirstOf(PeriodUnit unit) {
  constexpr absl::Weekday kDays[] = {absl::Weekday::monday,    absl::Weekday::tuesday,
                                     absl::Weekday::wednesday, absl::Weekday::thursday,
                                     absl::Weekday::friday,    absl::Weekday::saturday,
                                     absl::Weekday::sunday};
  return kDays[static_cast<int>(unit) - static_cast<int>(PeriodUnit::kWeek)];
}

// The slow reference: the same calendar by another hand.
absl::CivilDay SlowStart(absl::CivilDay day, PeriodUnit unit) {
  if (unit == PeriodUnit::kYear) return absl::CivilDay(absl::CivilYear(day));
  if (unit == PeriodUnit::kDay) return day;
  while (IsWeek(unit) && absl::GetWeekday(day) != FirstOf(unit)) --day;
  if (IsWeek(unit)) return day;
  absl::CivilMonth month(day);
  while (unit == PeriodUnit::kQuarter && month.month() % 3 != 1) --month;
  return absl::CivilDay(month);
}
absl::CivilDay SlowNext(absl::CivilDay day, PeriodUnit unit) {
  const absl::CivilDay start = SlowStart(day, unit);
  do {
    ++day;
  } while (SlowStart(day, unit) == start);
  return day;
}

TEST(ParseDate, Grammar) {
  const auto parse = [](absl::string_view text, PeriodUnit unit) {
    return ParseDate(text, unit).value_or(INT64_MIN);
  };
  EXPECT_EQ(parse("1970-01-01", PeriodUnit::kDay), 0);
  EXPECT_EQ(parse("2021-03-09", PeriodUnit::kDay), 18'695);
  EXPECT_EQ(parse("1969-12-31", PeriodUnit::kDay), -1);
  EXPECT_EQ(parse("2020-02-29", PeriodUnit::kDay), 18'321);
  EXPECT_EQ(parse("0001-01-01", PeriodUnit::kDay), kFirstDay);
  EXPECT_EQ(parse("9999-12-31", PeriodUnit::kDay), kLastDay);
  EXPECT_EQ(parse("2021-03", PeriodUnit::kMonth), 18'687);
  EXPECT_EQ(parse("2021-Q1", PeriodUnit::kQuarter), 18'628);
  EXPECT_EQ(parse("2021-Q4", PeriodUnit::kQuarter), 18'901);
  EXPECT_EQ(parse("2021", PeriodUnit::kYear), 18'628);
  for (const PeriodUnit unit : kUnits) {
    EXPECT_EQ(parse("2021-03-09", unit), 18'695) << "a day stands for itself in every unit";
    for (const char* bad : {"",
                            "21",
                            "+021",
                            "-021",
                            " 2021",
                            "2021 ",
                            "2021-",
                            "2021-1",
                            "2021-13",
                            "2021-00",
                            "2021-Q0",
                            "2021-Q5",
                            "2021-q1",
                            "2021-Q",
                            "2021-Q1-",
                            "2021-02-29",
                            "2100-02-29",
                            "2021-13-01",
                            "2021-00-01",
                            "2021-01-00",
                            "2021-04-31",
                            "0000",
                            "0000-01",
                            "0000-Q1",
                            "0000-01-01",
                            "21-01-01",
                            "2021-1-1",
                            "2021/01/01",
                            "2021-01-01T00:00",
                            "-021-01-01",
                            "12021-01-01",
                            "2021-01-1 ",
                            "2021-+1-01",
                            "20210101",
                            "09-03-2021"}) {
      EXPECT_EQ(parse(bad, unit), INT64_MIN) << bad << " " << UnitName(unit);
    }
  }
  EXPECT_EQ(parse("2021", PeriodUnit::kMonth), INT64_MIN) << "another unit's text";
  EXPECT_EQ(parse("2021-03", PeriodUnit::kYear), INT64_MIN);
  EXPECT_EQ(parse("2021-03", PeriodUnit::kQuarter), INT64_MIN);
  EXPECT_EQ(parse("2021-Q1", PeriodUnit::kMonth), INT64_MIN);
}

TEST(Period, TheWholeCalendarIsWhatTheSlowReferenceSays) {
  // Every fifth day: over the calendar's 25 rounds of 400 years, every day of one.
  for (int64_t day = kFirstDay; day <= kLastDay; day += 5) {
    const absl::CivilDay civil = Civil(day);
    for (const PeriodUnit unit : kUnits) {
      ASSERT_EQ(Civil(PeriodStart(day, unit)), SlowStart(civil, unit)) << civil;
    }
    const std::string text = PeriodLabel(day, PeriodUnit::kDay);
    ASSERT_EQ(ParseDate(text, PeriodUnit::kDay), day) << text;
    if (civil.year() >= 1000) {
      ASSERT_EQ(text, absl::FormatCivilTime(civil));
    }
  }
}

TEST(Period, ArithmeticIsWhatTheSlowReferenceSays) {
  const uint64_t seed = 20261126;
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (uint64_t round = 0; round < 2'000; ++round) {
    const int64_t day = kFirstDay + static_cast<int64_t>(random() % (kLastDay - kFirstDay + 1));
    for (const PeriodUnit unit : kUnits) {
      ASSERT_EQ(Civil(NextPeriod(day, unit)), SlowNext(Civil(day), unit)) << Civil(day);
      int64_t last = day;
      uint64_t periods = 1;
      for (; periods < 1 + round % 20; ++periods) last = NextPeriod(last, unit);
      if (last > kLastDay) continue;
      ASSERT_EQ(CountPeriods(day, last, unit), periods) << Civil(day) << " " << Civil(last);
      ASSERT_EQ(PeriodAfter(day, static_cast<int64_t>(periods) - 1, unit), PeriodStart(last, unit));
    }
  }
}

TEST(Period, ALabelIsReadAsItsDays) {
  const uint64_t seed = 20261127;
  std::cout << "seed " << seed << "\n";
  std::mt19937_64 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    const int64_t day = kFirstDay + static_cast<int64_t>(random() % (kLastDay - kFirstDay + 1));
    for (const PeriodUnit unit : kUnits) {
      const std::string label = PeriodLabel(day, unit);
      const auto days = ParsePeriod(label);
      ASSERT_TRUE(days.has_value()) << label;
      ASSERT_EQ(days->first, PeriodStart(day, unit)) << label;
      ASSERT_EQ(days->end, NextPeriod(day, unit)) << label;
      ASSERT_EQ(ParseDate(label, unit), days->first) << label;
    }
  }
  EXPECT_EQ(PeriodLabel(18'695, PeriodUnit::kDay), "2021-03-09");
  EXPECT_EQ(PeriodLabel(18'695, PeriodUnit::kMonth), "2021-03");
  EXPECT_EQ(PeriodLabel(18'695, PeriodUnit::kQuarter), "2021-Q1");
  EXPECT_EQ(PeriodLabel(18'695, PeriodUnit::kYear), "2021");
  EXPECT_EQ(PeriodLabel(kFirstDay, PeriodUnit::kDay), "0001-01-01");
  for (const char* bad : {"", "2021-3", "2021-Q5", "March", "2021-02-30", "20210309"}) {
    EXPECT_FALSE(ParsePeriod(bad).has_value()) << bad;
  }
}

// The C library's calendar knows ISO 8601's weeks.
TEST(Period, WeeksFromMondayAreThoseOfIso8601) {
  for (int64_t day = -300'000; day <= 300'000; ++day) {
    const time_t seconds = day * 86'400;
    tm civil;
    gmtime_r(&seconds, &civil);
    char label[32];
    ASSERT_GT(strftime(label, sizeof(label), "%G-W%V", &civil), 0u);
    ASSERT_EQ(PeriodLabel(day, PeriodUnit::kWeek), label);
  }
  for (const char* bad : {"2021-W53", "2020-W54", "2021-W00", "2021-W1", "2021-w01", "2021W01",
                          "0000-W01", "2021-W01-1", "2021-W+1"}) {
    EXPECT_FALSE(ParseDate(bad, PeriodUnit::kWeek).has_value()) << bad;
  }
  EXPECT_TRUE(ParseDate("2020-W53", PeriodUnit::kWeek).has_value());
  EXPECT_FALSE(ParseDate("2021-W05", WeekFrom(7)).has_value()) << "weeks from Sunday are others";
  EXPECT_FALSE(ParseDate("2021-W05", PeriodUnit::kDay).has_value());
}

TEST(Period, AWeekMayBeginOnAnyDay) {
  for (uint32_t first = 1; first <= 7; ++first) {
    const PeriodUnit week = WeekFrom(first);
    EXPECT_TRUE(IsWeek(week));
    EXPECT_EQ(UnitName(week), "week");
    for (int64_t day = kFirstDay + 7; day <= kLastDay - 800; day += 4'001) {
      ASSERT_EQ(Civil(PeriodStart(day, week)), SlowStart(Civil(day), week)) << first;
      ASSERT_EQ(NextPeriod(day, week), PeriodStart(day, week) + 7) << first;
      ASSERT_EQ(CountPeriods(day, day + 700, week), 101u) << first;
      ASSERT_EQ(PeriodStart(*ParseDate(PeriodLabel(day, week), week), week),
                PeriodStart(day, week));
    }
    EXPECT_EQ(PeriodStart(kFirstDay, week), kFirstDay);
    EXPECT_EQ(NextPeriod(kLastDay, week), kLastDay + 1);
  }
  EXPECT_EQ(PeriodLabel(18'695, WeekFrom(7)), "2021-03-07");
  EXPECT_EQ(PeriodLabel(18'695, WeekFrom(1)), "2021-W10");
}

TEST(Period, ADayOutsideTheCalendarIsItsFirstOrLast) {
  for (const PeriodUnit unit : kUnits) {
    for (const int64_t before : {kFirstDay - 1, std::numeric_limits<int64_t>::min()}) {
      EXPECT_EQ(PeriodStart(before, unit), kFirstDay);
      EXPECT_EQ(NextPeriod(before, unit), NextPeriod(kFirstDay, unit));
      EXPECT_EQ(CountPeriods(before, kFirstDay, unit), 1);
    }
    for (const int64_t after : {kLastDay + 1, std::numeric_limits<int64_t>::max()}) {
      EXPECT_EQ(PeriodLabel(after, unit), PeriodLabel(kLastDay, unit));
      EXPECT_EQ(NextPeriod(after, unit), kLastDay + 1);
    }
    EXPECT_EQ(CountPeriods(1, 0, unit), 0);
  }
  EXPECT_EQ(CountPeriods(kFirstDay, kLastDay, PeriodUnit::kYear), 9999);
  EXPECT_EQ(CountPeriods(kFirstDay, kLastDay, PeriodUnit::kDay), kLastDay - kFirstDay + 1);
}

TEST(DayOf, IsTheDayInUtc) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  for (const int64_t day : {int64_t{-719162}, int64_t{-1}, int64_t{0}, int64_t{18'695}}) {
    const absl::Time start = absl::FromCivil(Civil(day), utc);
    EXPECT_EQ(DayOf(start), day);
    EXPECT_EQ(DayOf(start + absl::Hours(24) - absl::Nanoseconds(1)), day);
    EXPECT_EQ(DayOf(start - absl::Nanoseconds(1)), day - 1);
  }
  EXPECT_LT(DayOf(absl::InfinitePast()), kFirstDay);
  EXPECT_GT(DayOf(absl::InfiniteFuture()), kLastDay);
}

TEST(UnitName, IsReadInAnyCase) {
  for (const PeriodUnit unit : kUnits) {
    EXPECT_EQ(ParseUnit(UnitName(unit)), unit);
    EXPECT_EQ(ParseUnit(absl::AsciiStrToUpper(UnitName(unit))), unit);
  }
  EXPECT_EQ(ParseUnit("decade"), std::nullopt);
  EXPECT_EQ(ParseUnit(""), std::nullopt);
}

}  // namespace
}  // namespace commons
