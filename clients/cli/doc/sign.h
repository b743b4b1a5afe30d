// `commons doc sign`: one person reads, agrees and signs.
#ifndef COMMONS_CLIENTS_CLI_DOC_SIGN_H_
#define COMMONS_CLIENTS_CLI_DOC_SIGN_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterSign(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_SIGN_H_
