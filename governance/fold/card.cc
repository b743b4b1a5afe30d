#include "governance/fold/card.h"

#include <algorithm>

#include "governance/document/refusal.h"

namespace commons::governance {

Organisation MakeOrganisation(const OrgId& id, const Card& card, uint64_t version, absl::Time at) {
  Organisation org;
  org.id = id;
  org.name = card.root->name();
  org.root = *card.root;
  org.root_id = card.id;
  org.node_key = *PublicKey::FromBytes(card.root->node().node_key());
  org.tls_key = *PublicKey::FromBytes(card.root->node().tls_key());
  org.practice = card.root->practice();
  org.admitted_version = version;
  org.admitted_at = at;
  return org;
}

const Chain<v1::OrgRoot>::Version* NewestWithPower(const Chain<v1::OrgRoot>& cards) {
  const auto newest =
      std::find_if(cards.versions.rbegin(), cards.versions.rend(),
                   [](const auto& card) { return card.matured_at < absl::InfiniteFuture(); });
  return newest == cards.versions.rend() ? nullptr : &*newest;
}

void TakeCard(const Chain<v1::OrgRoot>& cards, Organisation& member) {
  const auto* newest = NewestWithPower(cards);
  if (newest == nullptr || newest->id == member.root_id) return;
  member.root = *newest->payload;
  member.root_id = newest->id;
}

std::shared_ptr<const Problem> MakeProblem(const DocId& id, const OrgId& log,
                                           const absl::Status& status, bool proposal) {
  const v1::Refusal refusal = RefusalOf(status);
  return std::make_shared<const Problem>(
      Problem{id, log, refusal.reason(), refusal.message(), proposal});
}

}  // namespace commons::governance
