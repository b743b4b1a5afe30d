#include "clients/office/files/seconds.h"

#include <map>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "governance/document/payload.h"

namespace commons::clients {

absl::StatusOr<int64_t> ParseSeconds(absl::string_view text) {
  const std::map<char, int64_t> units = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  int64_t number = 0;
  const auto unit = text.empty() ? units.end() : units.find(text.back());
  if (unit == units.end() || !absl::SimpleAtoi(text.substr(0, text.size() - 1), &number) ||
      number < 0 || number > governance::kCoolingOffSecondsMax / unit->second) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", text, "' is not a time such as 36h, of at most 3660 days"));
  }
  return number * unit->second;
}

}  // namespace commons::clients
