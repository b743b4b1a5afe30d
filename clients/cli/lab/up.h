// Starting a practice federation: one real daemon per CSV file, founded, admitted, loaded, agreed.
#ifndef COMMONS_CLIENTS_CLI_LAB_UP_H_
#define COMMONS_CLIENTS_CLI_LAB_UP_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/lab/state.h"
#include "clients/cli/policy_file.h"
#include "governance/standard/datapackage.h"

namespace commons::clients::lab {

struct UpOptions {
  std::string dir, package, data, policy;           // policy "" = defaults
  std::function<void(absl::string_view)> progress;  // one line each; may be empty
  std::function<void(absl::string_view)> warn;      // of the package, the import, the wait
  std::function<bool()> interrupted;                // set by Up: whether to give up
};

// Everything `up` works out before it touches the directory.
struct Blueprint {
  State state;
  std::map<std::string, std::string> csv;  // member -> file
  governance::ParsedPackage package;
  PolicyFile policy;
  std::string as_of;
};
absl::StatusOr<Blueprint> Draw(const UpOptions& options);

// Returns when every member answers or, with a cooling-off beyond kWaitMax (maturity.h), knows all
// rules and has yet to wait. kInvalidArgument: options or files (exit 2); kCancelled: SIGINT or
// SIGTERM came. Nothing keeps running and no lab is left in the directory on failure.
absl::Status Up(const UpOptions& options);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_UP_H_
