// `commons doc decline`: a seat will not sign, and says why.
#ifndef COMMONS_CLIENTS_CLI_DOC_DECLINE_H_
#define COMMONS_CLIENTS_CLI_DOC_DECLINE_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterDecline(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_DECLINE_H_
