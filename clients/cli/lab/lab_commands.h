// `commons lab`: a practice federation of real daemons on one machine.
#ifndef COMMONS_CLIENTS_CLI_LAB_LAB_COMMANDS_H_
#define COMMONS_CLIENTS_CLI_LAB_LAB_COMMANDS_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterLabCommands(Cli& cli);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_LAB_LAB_COMMANDS_H_
