// `commons doc status`: who has signed and who is missing.
#ifndef COMMONS_CLIENTS_CLI_DOC_STATUS_H_
#define COMMONS_CLIENTS_CLI_DOC_STATUS_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterStatus(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_STATUS_H_
