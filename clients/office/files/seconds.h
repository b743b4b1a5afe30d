// Times as people write them in files and options.
#ifndef COMMONS_CLIENTS_OFFICE_FILES_SECONDS_H_
#define COMMONS_CLIENTS_OFFICE_FILES_SECONDS_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons::clients {

// "0s", "90s", "15m", "36h", "30d"; at most 3660 days.
absl::StatusOr<int64_t> ParseSeconds(absl::string_view text);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_FILES_SECONDS_H_
