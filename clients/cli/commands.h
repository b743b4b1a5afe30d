// The groups of commands; each adds its own to the tree.
#ifndef COMMONS_CLIENTS_CLI_COMMANDS_H_
#define COMMONS_CLIENTS_CLI_COMMANDS_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterNodeCommands(Cli& cli);
void RegisterDatasetCommands(Cli& cli);
Group RegisterDocCommands(Cli& cli);  // `commons doc`, to which others add theirs
void RegisterQueryCommands(Cli& cli);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_COMMANDS_H_
