#include "clients/office/as_of.h"

#include "absl/time/civil_time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace commons::clients {
namespace {

using testing::HasSubstr;

const absl::Time kNow = absl::FromCivil(absl::CivilHour(2024, 2, 28, 11), absl::UTCTimeZone());

TEST(AsOfDay, IsTodayWhenNothingIsSaid) { EXPECT_EQ(*AsOfDay("", "--as-of", kNow), "2024-02-28"); }

TEST(AsOfDay, TakesDaysThatHaveBegunSomewhere) {
  EXPECT_EQ(*AsOfDay("1999-12-31", "--as-of", kNow), "1999-12-31");
  // Eleven in the morning in London is one o'clock of the next day on Kiritimati.
  EXPECT_EQ(*AsOfDay("2024-02-29", "--as-of", kNow), "2024-02-29");
  EXPECT_FALSE(AsOfDay("2024-02-29", "--as-of", kNow - absl::Hours(2)).ok());
  const absl::Status status = AsOfDay("2024-03-01", "--as-of", kNow).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "--as-of 2024-03-01: lies in the future");
}

TEST(AsOfDay, RefusesWhatIsNoDate) {
  for (const char* text : {"yesterday", "28/02/2024", "2024-2-28", "2023-02-29", "2024-02",
                           " 2024-2-28", "2024-02-29\n", "2024-02-28T00", "99999999999999999999"}) {
    EXPECT_THAT(AsOfDay(text, "--as-of", kNow).status().message(), HasSubstr("not a date")) << text;
  }
}

}  // namespace
}  // namespace commons::clients
