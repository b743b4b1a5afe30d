#include "governance/register/cards_in_turn.h"

#include <algorithm>
#include <utility>

#include "crypto/hash.h"

namespace commons::governance {
namespace {

// The board's keys are those of the seats: checked when the card was opened.
Hash32 PowersOn(const v1::OrgRoot& card) {
  v1::OrgRoot powers;
  *powers.mutable_board() = card.board();
  *powers.mutable_guardians() = card.guardians();
  *powers.mutable_stewards() = card.stewards();
  *powers.mutable_recovery() = card.recovery();
  return crypto::Sha256(powers.SerializeAsString());
}

}  // namespace

CardsInTurn::CardsInTurn(std::shared_ptr<const v1::OrgRoot> first, const DocId& id)
    : all_{{std::move(first), id, absl::InfinitePast()}} {
  Index(*newest().root);
}

void CardsInTurn::Add(std::shared_ptr<const v1::OrgRoot> next, const DocId& id,
                      absl::Time seen_at) {
  all_.push_back({std::move(next), id, std::max(newest().since, seen_at)});
  Index(*newest().root);
}

const KeyInTurn* CardsInTurn::Find(const PublicKey& key) const {
  const auto found = keys_.find(key);
  return found == keys_.end() ? nullptr : &found->second;
}

void CardsInTurn::Index(const v1::OrgRoot& card) {
  if (!powers_.insert(PowersOn(card)).second) return;
  std::set<PublicKey> on = KeysOn(card);
  on.merge(KeysThatRecoverOn(card));
  for (const PublicKey& key : on) {
    KeyInTurn& all = keys_[key];
    const KeyRoles roles = RolesOn(card, key.view());
    all.roles = {all.roles.seat || roles.seat, all.roles.guardian || roles.guardian,
                 all.roles.steward || roles.steward, all.roles.recovers || roles.recovers};
    all.cards.push_back(&card);
  }
  for (const PublicKey& key : on) {
    size_t& among = keys_[key].among;
    if (among == 0) among = keys_.size();
  }
}

}  // namespace commons::governance
