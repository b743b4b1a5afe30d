// Starting a practice federation: one real daemon per CSV file, founded, admitted, loaded, agreed.
#ifndef COMMONS_CLIENTS_CLI_LAB_UP_H_
#define COMMONS_CLIENTS_CLI_LAB_UP_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "clients/cli/lab/blueprint.h"
#include "clients/cli/lab/state.h"
#include "clients/office/files/policy_file.h"
#include "governance/standard/datapackage.h"

namespace commons::clients::lab {

// Returns when every member answers or, with a cooling-off beyond kWaitMax (maturity.h), knows all
// rules and has yet to wait. kInvalidArgument: options or files (exit 2); kCancelled: SIGINT or
// SIGTERM came. Nothing keeps running and no lab is left in the directory on failure.
absl::Status Up(const UpOptions& options);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_UP_H_
