// `commons dataset import`: a file becomes the dataset's next edition.
#ifndef COMMONS_CLIENTS_CLI_DATASET_IMPORT_H_
#define COMMONS_CLIENTS_CLI_DATASET_IMPORT_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterImport(Cli& cli, const Group& dataset);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DATASET_IMPORT_H_
