// `commons audit list` and `show`: who asked, and what own people did, as the node wrote it down.
#ifndef COMMONS_CLIENTS_CLI_AUDIT_LIST_H_
#define COMMONS_CLIENTS_CLI_AUDIT_LIST_H_

#include "clients/cli/command.h"

namespace commons::clients {

void RegisterAuditList(Cli& cli, Group audit);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_CLI_AUDIT_LIST_H_
