// Hexadecimal text to bytes. (Abseil's own function has one signature in Debian 12, another in 13.)
#ifndef COMMONS_BASE_HEX_H_
#define COMMONS_BASE_HEX_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commons {

// kInvalidArgument: an odd number of digits, or another character than 0-9, a-f, A-F.
absl::StatusOr<std::string> HexToBytes(absl::string_view hex);

}  // namespace commons

#endif  // COMMONS_BASE_HEX_H_
