#include "clients/office/card_in_force.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status.h"
#include "clients/office/papers.h"
#include "governance/document/chains.h"

namespace commons::clients {

absl::Status TakeCardInForce(LocalClient& client, Card& card) {
  ASSIGN_OR_RETURN(const v1::StatusReply status, client.Status(absl::Seconds(5)));
  // Names are unique, and stay.
  const bool later = std::any_of(
      status.cards().begin(), status.cards().end(),
      [&](const auto& each) { return each.version() > 1 && each.member() == card.root.name(); });
  if (!later && status.recoveries().empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const governance::Register reg, FetchRegister(client, {governance::kOrgChain}));
  const governance::Organisation* own = reg.FindMember(card.org);
  if (own != nullptr) card.root = own->root;
  const governance::Recovery* waiting = reg.WaitingRecovery(card.org);
  if (waiting == nullptr) return absl::OkStatus();
  card.other = *waiting->card.root;
  if (waiting->HasPowerAt(absl::Now())) std::swap(card.root, *card.other);
  return absl::OkStatus();
}

}  // namespace commons::clients
