#include "clients/office/as_of.h"

#include <optional>

#include "absl/strings/str_cat.h"
#include "base/period.h"

namespace commons::clients {
namespace {

constexpr absl::Duration kEarliestZone = absl::Hours(14);

}  // namespace

absl::StatusOr<std::string> AsOfDay(absl::string_view text, absl::string_view what,
                                    absl::Time now) {
  if (text.empty()) return PeriodLabel(DayOf(now), PeriodUnit::kDay);
  const std::optional<int64_t> day = ParseDate(text, PeriodUnit::kDay);
  if (!day.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(what, " '", text, "': not a date such as 2024-02-29"));
  }
  if (*day > DayOf(now + kEarliestZone)) {
    return absl::InvalidArgumentError(absl::StrCat(what, " ", text, ": lies in the future"));
  }
  return std::string(text);
}

}  // namespace commons::clients
