#include "base/text/moment.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "base/period.h"

namespace commons {
namespace {

constexpr int64_t kDaySeconds = 86'400;
constexpr size_t kDayBytes = 10;  // of "2024-07-31"
constexpr int kOffsetHoursMax = 15;
constexpr size_t kZoneNameBytes = 64;

// Two digits.
bool TakeTwo(int most, absl::string_view* text, int* number) {
  if (text->size() < 2 || !absl::ascii_isdigit((*text)[0]) || !absl::ascii_isdigit((*text)[1])) {
    return false;
  }
  *number = ((*text)[0] - '0') * 10 + ((*text)[1] - '0');
  text->remove_prefix(2);
  return *number <= most;
}

// ":59", or nothing.
bool TakeSeconds(absl::string_view* text, int* seconds) {
  if (!absl::ConsumePrefix(text, ":")) return true;
  if (!TakeTwo(60, text, seconds)) return false;  // 60: a leap second
  if (!absl::ConsumePrefix(text, ".") && !absl::ConsumePrefix(text, ",")) return true;
  const auto end = std::find_if_not(text->begin(), text->end(), absl::ascii_isdigit);
  const auto digits = static_cast<size_t>(end - text->begin());
  text->remove_prefix(digits);
  return digits > 0;
}

bool TakeClock(absl::string_view* text, int* seconds_of_day) {
  int hours = 0, minutes = 0, seconds = 0;
  if (!TakeTwo(23, text, &hours) || !absl::ConsumePrefix(text, ":") ||
      !TakeTwo(59, text, &minutes) || !TakeSeconds(text, &seconds)) {
    return false;
  }
  *seconds_of_day = (hours * 60 + minutes) * 60 + seconds;
  return true;
}

bool IsZonePart(absl::string_view part) {
  return !part.empty() && absl::ascii_isupper(part[0]) &&
         std::all_of(part.begin(), part.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '_' || c == '-' || c == '+';
         });
}

}  // namespace

bool TakeOffset(absl::string_view* text, int* seconds) {
  *seconds = 0;
  if (absl::ConsumePrefix(text, "Z") || absl::ConsumePrefix(text, "z")) return true;
  const int sign = absl::ConsumePrefix(text, "+") ? 1 : absl::ConsumePrefix(text, "-") ? -1 : 0;
  int hours = 0, minutes = 0;
  if (sign == 0 || !TakeTwo(kOffsetHoursMax, text, &hours)) return false;
  const bool more = absl::ConsumePrefix(text, ":") || (!text->empty() && text->front() != ' ');
  if (more && !TakeTwo(59, text, &minutes)) return false;
  *seconds = sign * (hours * 60 + minutes) * 60;
  return true;
}

std::optional<Moment> ParseMoment(absl::string_view text) {
  const std::optional<int64_t> day = ParseDate(text.substr(0, kDayBytes), PeriodUnit::kDay);
  if (!day) return std::nullopt;
  text.remove_prefix(kDayBytes);
  Moment moment{.day = *day};
  if (text.empty()) return moment;
  const bool divided = absl::ConsumePrefix(&text, "T") || absl::ConsumePrefix(&text, "t") ||
                       absl::ConsumePrefix(&text, " ");
  if (!divided || !TakeClock(&text, &moment.seconds)) return std::nullopt;
  if (text.empty()) return moment;
  absl::ConsumePrefix(&text, " ");
  int offset = 0;
  if (!TakeOffset(&text, &offset) || !text.empty()) return std::nullopt;
  moment.offset = offset;
  return moment;
}

bool DayZone::IsName(absl::string_view name) {
  if (name == "UTC") return true;
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  return name.size() <= kZoneNameBytes && parts.size() >= 2 && parts.size() <= 3 &&
         std::all_of(parts.begin(), parts.end(), IsZonePart);
}

absl::StatusOr<DayZone> DayZone::Load(absl::string_view name) {
  absl::TimeZone zone;
  if (IsName(name) && absl::LoadTimeZone(name, &zone)) return DayZone(zone);
  return absl::NotFoundError(
      absl::StrCat("the time zone \"", name.substr(0, kZoneNameBytes),
                   "\" is not among this machine's time zone data, so nobody knows to which day "
                   "its moments belong; correct the name, or install the package tzdata"));
}

int64_t DayZone::DayOf(const Moment& moment) const {
  if (!moment.offset) return moment.day;
  const absl::Time at =
      absl::FromUnixSeconds(moment.day * kDaySeconds + moment.seconds - *moment.offset);
  return absl::CivilDay(zone_.At(at).cs) - absl::CivilDay(1970, 1, 1);
}

}  // namespace commons
