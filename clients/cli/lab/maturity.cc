#include "clients/cli/lab/maturity.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace commons::clients::lab {

absl::Status AwaitRules(const Maturity& maturity,
                        const std::function<void(absl::string_view)>& warn,
                        const std::function<bool()>& interrupted) {
  const absl::Time open = maturity.known + maturity.cooling_off;
  if (maturity.cooling_off > kWaitMax) {
    // The minute after it: nobody who comes then is too early.
    const absl::Time minute = absl::FromUnixSeconds((absl::ToUnixSeconds(open) / 60 + 1) * 60);
    if (warn) {
      warn(absl::StrCat("cooling_off: questions are answered from ",
                        absl::FormatTime("%Y-%m-%d %H:%M %Z", minute, maturity.zone),
                        " on; until then each is refused"));
    }
    return absl::OkStatus();
  }
  while (absl::Now() <= open) {
    if (interrupted && interrupted()) return absl::CancelledError("interrupted");
    absl::SleepFor(std::min(open - absl::Now() + absl::Milliseconds(1), absl::Milliseconds(50)));
  }
  return absl::OkStatus();
}

}  // namespace commons::clients::lab
