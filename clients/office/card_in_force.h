// The card of a node's own organisation as its log has it.
#ifndef COMMONS_CLIENTS_OFFICE_CARD_IN_FORCE_H_
#define COMMONS_CLIENTS_OFFICE_CARD_IN_FORCE_H_

#include "absl/status/status.h"
#include "clients/office/daemon/local_client.h"
#include "clients/office/files/node_dir.h"

namespace commons::clients {

// Puts in the place of what card.rule says, which is the first card for ever, what the one in force
// does, and beside it the other one while a recovery is under way. Its envelope stays. Errors as of
// LocalClient.
absl::Status TakeCardInForce(LocalClient& client, Card& card);

}  // namespace commons::clients

#endif  // COMMONS_CLIENTS_OFFICE_CARD_IN_FORCE_H_
