// `commons dataset infer`: from owners' files to a first datapackage.json.
#ifndef COMMONS_CLIENTS_CLI_DATASET_INFER_H_
#define COMMONS_CLIENTS_CLI_DATASET_INFER_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterInfer(Cli& cli, const Group& dataset);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DATASET_INFER_H_
