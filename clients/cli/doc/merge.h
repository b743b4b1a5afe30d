// `commons doc merge`: signatures from several places.
#ifndef COMMONS_CLIENTS_CLI_DOC_MERGE_H_
#define COMMONS_CLIENTS_CLI_DOC_MERGE_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterMerge(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_MERGE_H_
