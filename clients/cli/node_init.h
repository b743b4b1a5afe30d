// `commons node init`: a node's directory, its machine keys and its organisation's card.
#ifndef COMMONS_CLIENTS_CLI_NODE_INIT_H_
#define COMMONS_CLIENTS_CLI_NODE_INIT_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterInit(Cli& cli, Group node);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_NODE_INIT_H_
