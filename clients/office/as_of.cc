#include "clients/office/as_of.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace commons::clients {
namespace {

constexpr absl::Duration kEarliestZone = absl::Hours(14);

}  // namespace

absl::StatusOr<std::string> AsOfDay(absl::string_view text, absl::string_view what,
                                    absl::Time now) {
  if (text.empty()) return absl::FormatTime("%Y-%m-%d", now, absl::UTCTimeZone());
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day) || absl::FormatCivilTime(day) != text) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " '", text, "': not a date such as 2024-02-29"));
  }
  if (day > absl::ToCivilDay(now + kEarliestZone, absl::UTCTimeZone())) {
    return absl::InvalidArgumentError(absl::StrCat(what, " ", text, ": lies in the future"));
  }
  return std::string(text);
}

}  // namespace commons::clients
