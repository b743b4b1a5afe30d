// `commons dataset check`: what an import would say of files, before there is a node.
#ifndef COMMONS_CLIENTS_CLI_DATASET_CHECK_H_
#define COMMONS_CLIENTS_CLI_DATASET_CHECK_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterCheck(Cli& cli, const Group& dataset);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DATASET_CHECK_H_
