// Moments as files write them, and the day that each belongs to in a time zone.
#ifndef COMMONS_BASE_TEXT_MOMENT_H_
#define COMMONS_BASE_TEXT_MOMENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace commons {

struct Moment {
  int64_t day = 0;  // since 1970-01-01, as written
  int seconds = 0;  // of that day
  // How far the clock that it was read from is ahead of UTC, in seconds; none: it is not said.
  std::optional<int> offset = {};
};

// ISO 8601 and RFC 3339: "2024-07-31", behind it "T" or a space and "10:05", "10:05:59" or
// "10:05:59.25", behind that "Z", "+12", "+1200" or "+12:00", maybe after a space. Nothing for
// another text, or a day or an hour that no clock shows. Does not allocate.
std::optional<Moment> ParseMoment(absl::string_view text);

// Takes an offset as above from the front of *text. False: there is none.
bool TakeOffset(absl::string_view* text, int* seconds);

// The days of one time zone, by the machine's time zone data. Cheap to copy; thread-safe.
class DayZone {
 public:
  // Whether it may be the name of one in the IANA's list, "Area/Place" or "UTC": a name that means
  // the same on every machine, and no path. Whether there is one of that name only Load knows.
  static bool IsName(absl::string_view name);

  // kNotFound, "what, what to do": the machine's time zone data have none of that name, or it has
  // no such data.
  static absl::StatusOr<DayZone> Load(absl::string_view name);

  // With an offset: the day that clocks of the zone show then. Without one it was read from such a
  // clock, and the day is the one written: be the hour skipped or shown twice when clocks change.
  int64_t DayOf(const Moment& moment) const;

 private:
  explicit DayZone(absl::TimeZone zone) : zone_(zone) {}
  absl::TimeZone zone_;
};

}  // namespace commons

#endif  // COMMONS_BASE_TEXT_MOMENT_H_
