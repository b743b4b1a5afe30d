// `commons`: everything an organisation's people do from a terminal.
#include <csignal>

#include "clients/cli/command.h"
#include "clients/cli/commands.h"
#include "clients/cli/doc/ceremony.h"
#include "clients/cli/keys/key_commands.h"
#include "clients/cli/lab/lab_commands.h"
#include "clients/cli/stop_commands.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  commons::clients::Cli cli;
  commons::clients::RegisterLabCommands(cli);
  commons::clients::RegisterNodeCommands(cli);
  commons::clients::RegisterDatasetCommands(cli);
  commons::clients::RegisterKeyCommands(cli);
  commons::clients::RegisterCeremonyCommands(cli, commons::clients::RegisterDocCommands(cli));
  commons::clients::RegisterQueryCommands(cli);
  commons::clients::RegisterStopCommands(cli);
  return cli.Run(argc, argv);
}
