#include "records/rows/field_parser.h"

#include "absl/strings/str_cat.h"
#include "base/period.h"
#include "gtest/gtest.h"
#include "records/csv/rejects.h"

namespace commons::records {
namespace {

constexpr char kNotADate[] = "not a date of the declared unit; a day is written 2024-03-15";

std::string Parsed(const ColumnLayout& column, absl::string_view text) {
  ColumnValue value;
  const Reject reason = FieldParser(column).Parse(text, &value);
  if (reason != Reject::kNone) return std::string(RejectText(reason));
  return value.null ? "null" : absl::StrCat(value.number);
}

TEST(FieldParser, MomentsAreCutToTheDayOfTheZone) {
  const int64_t first = *ParseDate("2024-07-01", PeriodUnit::kDay);
  const ColumnLayout column = {.name = "seen",
                               .kind = ColumnKind::kDate,
                               .unit = PeriodUnit::kMonth,
                               .min_value = first,
                               .max_value = first + 30};
  FieldParser parser(column, false, *DayZone::Load("Pacific/Auckland"));
  const struct {
    const char* text;
    Reject reason;
    int64_t day;
  } cases[] = {{"2024-06-30T12:00:00Z", Reject::kNone, 0},
               {"2024-06-30T11:59:59Z", Reject::kOutOfRange, 0},
               {"2024-07-31T23:59:00", Reject::kNone, 30},
               {"2024-07-31T23:59:00-02:00", Reject::kOutOfRange, 0},
               {"2024-07-15", Reject::kNone, 14},
               {"2024-07", Reject::kNotAMoment, 0},
               {"15/07/2024 10:00", Reject::kNotAMoment, 0}};
  for (const auto& c : cases) {
    ColumnValue value;
    EXPECT_EQ(parser.Parse(c.text, &value), c.reason) << c.text;
    if (c.reason != Reject::kNone) continue;
    EXPECT_EQ(value.number, first + c.day) << c.text;
  }
  EXPECT_EQ(Parsed(column, "2024-07-15T10:00:00"), kNotADate) << "without a zone";
}

TEST(FieldParser, NumbersAreScaledAndHeldToTheRange) {
  const ColumnLayout column = {.name = "hours",
                               .kind = ColumnKind::kInteger,
                               .decimals = 1,
                               .min_value = -10,
                               .max_value = 1'680};
  const struct {
    const char* text;
    const char* result;
  } cases[] = {{"12.5", "125"},
               {"+1e1", "100"},
               {"-1", "-10"},
               {"-1.1", "outside the declared range"},
               {"168.1", "outside the declared range"},
               {"1e30", "outside the declared range"},
               {"12.55", "more decimals than declared"},
               {"1,5", "not a number"},
               {" 1", "not a number"},
               {"", "null"}};
  for (const auto& c : cases) EXPECT_EQ(Parsed(column, c.text), c.result) << c.text;
}

TEST(FieldParser, SeveralCodesAreBits) {
  const ColumnLayout column = {.name = "eth",
                               .kind = ColumnKind::kBits,
                               .codes = {{"M\u0101ori", 0}, {"Samoan", 1}, {"Cook Island", 2}},
                               .code_count = 3,
                               .missing = {"", "not stated"},
                               .responses = 2,
                               .separator = ";"};
  const struct {
    const char* text;
    const char* result;
  } cases[] = {{"M\u0101ori", "1"},
               {"Ma\u0304ori;Samoan", "3"},
               {"Samoan;M\u0101ori", "3"},
               {" Samoan ;Cook Island; ", "6"},
               {"Samoan;Samoan;Samoan", "2"},
               {"", "null"},
               {"not stated", "null"},
               {"Samoan;not stated", "not one of the declared codes"},
               {"Samoan;samoan", "not one of the declared codes"},
               {"Samoan,Cook Island", "not one of the declared codes"},
               {";", "not one of the declared codes"},
               {"M\u0101ori;Samoan;Cook Island", "more codes than one row may have"}};
  for (const auto& c : cases) EXPECT_EQ(Parsed(column, c.text), c.result) << c.text;
}

TEST(FieldParser, DatesAreReadInTheUnitAndHeldToTheRange) {
  const ColumnLayout column = {.name = "when",
                               .kind = ColumnKind::kDate,
                               .unit = PeriodUnit::kQuarter,
                               .min_value = 0,
                               .max_value = 20'000,
                               .missing = {"", "NA"}};
  const struct {
    const char* text;
    const char* result;
  } cases[] = {{"2021-Q1", "18628"},
               {"2021-03-09", "18695"},
               {"1969-12-31", "outside the declared range"},
               {"2021-02-29", kNotADate},
               {"2021-03", kNotADate},
               {"9/3/2021", kNotADate},
               {"NA", "null"}};
  for (const auto& c : cases) EXPECT_EQ(Parsed(column, c.text), c.result) << c.text;
}

}  // namespace
}  // namespace commons::records
