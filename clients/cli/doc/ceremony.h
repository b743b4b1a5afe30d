// `commons doc new|sign|merge|status|verify|decline`: rules are drafted, read, signed and checked
// on people's own machines. None of these needs a node, a network or another's key. And what a
// board says in a vote at its node (vote.h).
#ifndef COMMONS_CLIENTS_CLI_DOC_CEREMONY_H_
#define COMMONS_CLIENTS_CLI_DOC_CEREMONY_H_

#include "clients/cli/command.h"

namespace commons::clients {

// Adds them to the group `commons doc`.
void RegisterCeremonyCommands(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_CEREMONY_H_
