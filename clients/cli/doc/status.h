// `commons doc status`: who has signed a file and who is missing; at a node, where votes stand.
#ifndef COMMONS_CLIENTS_CLI_DOC_STATUS_H_
#define COMMONS_CLIENTS_CLI_DOC_STATUS_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterStatus(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_STATUS_H_
