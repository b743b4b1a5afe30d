// `commons dataset revert`: the edition that an import replaced is the current one again.
#ifndef COMMONS_CLIENTS_CLI_DATASET_REVERT_H_
#define COMMONS_CLIENTS_CLI_DATASET_REVERT_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterRevert(Cli& cli, const Group& dataset);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DATASET_REVERT_H_
