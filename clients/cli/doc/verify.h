// `commons doc verify`: whether a document would count.
#ifndef COMMONS_CLIENTS_CLI_DOC_VERIFY_H_
#define COMMONS_CLIENTS_CLI_DOC_VERIFY_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterVerify(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_VERIFY_H_
