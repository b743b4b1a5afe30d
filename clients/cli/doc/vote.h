// `commons doc approve|withdraw|leave`: what an organisation's board says in a vote, and its
// leaving, at its node.
#ifndef COMMONS_CLIENTS_CLI_DOC_VOTE_H_
#define COMMONS_CLIENTS_CLI_DOC_VOTE_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterVoteCommands(Cli& cli, Group doc);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_DOC_VOTE_H_
