// `commons freeze` and `commons lift`, and what the lab's have in common with them.
#ifndef COMMONS_CLIENTS_CLI_STOP_COMMANDS_H_
#define COMMONS_CLIENTS_CLI_STOP_COMMANDS_H_

#include <string>

#include "absl/status/statusor.h"
#include "clients/cli/command.h"
#include "clients/office/stopping.h"

namespace commons::clients {

struct StopOptions {
  std::string dir, key, passphrase_file, out, signed_by, reason = "other";
  StopTarget target;
};
// What --dataset, --purpose, --requester and --project say.
void AddTarget(const Arguments& app, StopTarget& target);

absl::StatusOr<ExitCode> FreezeAt(const StopOptions& options);
absl::StatusOr<ExitCode> LiftAt(const StopOptions& options);

void RegisterStopCommands(Cli& cli);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_STOP_COMMANDS_H_
