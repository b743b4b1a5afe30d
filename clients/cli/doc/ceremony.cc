#include "clients/cli/doc/ceremony.h"

#include "clients/cli/doc/decline.h"
#include "clients/cli/doc/merge.h"
#include "clients/cli/doc/new.h"
#include "clients/cli/doc/sign.h"
#include "clients/cli/doc/status.h"
#include "clients/cli/doc/verify.h"
#include "clients/cli/doc/vote.h"

namespace commons::clients {

void RegisterCeremonyCommands(Cli& cli, Group doc) {
  RegisterNew(cli, doc);
  RegisterSign(cli, doc);
  RegisterDecline(cli, doc);
  RegisterMerge(cli, doc);
  RegisterStatus(cli, doc);
  RegisterVerify(cli, doc);
  RegisterVoteCommands(cli, doc);
}

}  // namespace commons::clients
