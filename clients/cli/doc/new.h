// `commons doc new`: a document from a spec.
#ifndef COMMONS_CLIENTS_CLI_DOC_NEW_H_
#define COMMONS_CLIENTS_CLI_DOC_NEW_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterNew(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_NEW_H_
