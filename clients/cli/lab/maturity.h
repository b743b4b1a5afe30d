// The cooling-off of a new federation: nothing can be asked before its first rules are in force.
#ifndef COMMONS_CLIENTS_CLI_LAB_MATURITY_H_
#define COMMONS_CLIENTS_CLI_LAB_MATURITY_H_

#include <functional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace commons::clients::lab {

// A cooling-off up to this is waited for; a longer one is told.
inline constexpr absl::Duration kWaitMax = absl::Seconds(60);

// Every node has seen every rule at `known`, so all of them are in force at known + cooling_off.
// Waits until then, or says through `warn` (one line) from when on questions are answered, in the
// zone given. kCancelled once `interrupted`.
struct Maturity {
  absl::Time known;
  absl::Duration cooling_off;
  absl::TimeZone zone;
};
absl::Status AwaitRules(const Maturity& maturity,
                        const std::function<void(absl::string_view)>& warn,
                        const std::function<bool()>& interrupted);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_MATURITY_H_
