// The work of `lab up`: nodes, daemons, charter, members, data, agreements.
#ifndef COMMONS_CLIENTS_CLI_LAB_BUILDER_H_
#define COMMONS_CLIENTS_CLI_LAB_BUILDER_H_

#include "absl/status/status.h"
#include "clients/cli/lab/blueprint.h"

namespace commons::clients::lab {

// Builds the federation of the plan in its directory. On failure daemons may be left running.
absl::Status Build(const UpOptions& options, const Blueprint& plan);

}  // namespace commons::clients::lab

#endif  // COMMONS_CLIENTS_CLI_LAB_BUILDER_H_
