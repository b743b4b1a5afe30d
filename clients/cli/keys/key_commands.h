// People's keys: `commons keygen`, `commons key passphrase`; and checking signatures.
#ifndef COMMONS_CLIENTS_CLI_KEYS_KEY_COMMANDS_H_
#define COMMONS_CLIENTS_CLI_KEYS_KEY_COMMANDS_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterKeyCommands(Cli& cli);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_KEYS_KEY_COMMANDS_H_
