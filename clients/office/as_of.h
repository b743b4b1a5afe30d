// The day that an edition's data describe.
#ifndef COMMONS_CLIENTS_OFFICE_AS_OF_H_
#define COMMONS_CLIENTS_OFFICE_AS_OF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace commons::clients {

// `text` as YYYY-MM-DD, or the day of `now` (UTC) when it is "". kInvalidArgument naming `what`:
// not such a date, or a day that has not begun anywhere on earth.
absl::StatusOr<std::string> AsOfDay(absl::string_view text, absl::string_view what, absl::Time now);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_AS_OF_H_
