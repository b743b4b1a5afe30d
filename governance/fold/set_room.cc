#include "governance/fold/set_room.h"

#include <algorithm>
#include <set>
#include <string>

#include "base/limits.h"
#include "governance/document/refusal.h"

namespace commons::governance {
namespace {

// A key and a signature in an envelope, and what frames them.
constexpr size_t kSignatureBytes = 104;

// Of every card: what a key has filled stays when it goes.
size_t KeysOn(const CardsInTurn& cards) {
  std::set<std::string> keys;
  for (const CardInTurn& card : cards) {
    keys.insert(card.root->guardians().begin(), card.root->guardians().end());
    keys.insert(card.root->stewards().begin(), card.root->stewards().end());
    for (const v1::Seat& seat : card.root->seats()) keys.insert(seat.key());
  }
  return keys.size();
}

size_t CostOf(const Document& document) {
  return document.envelope.payload().size() + kSignatureBytes;
}

}  // namespace

SetRoom::SetRoom(const CardsInTurn& cards, const DocumentSet* held)
    : each_(std::min(limits::kSetBytesPerKey, limits::kSetBytesPerOrg / KeysOn(cards))) {
  if (held == nullptr) return;
  for (const auto& [id, entry] : *held) {
    for (const PublicKey& signer : entry.document->signers)
      used_[signer] += CostOf(*entry.document);
  }
}

bool SetRoom::HasRoom(const PublicKey& key) const {
  const auto found = used_.find(key);
  return found == used_.end() || found->second < each_;
}

absl::Status SetRoom::Take(const Document& document, const Document* before) {
  const auto adds = [&](const PublicKey& key) {
    return before == nullptr || !before->signers.contains(key);
  };
  const bool room = std::any_of(document.signers.begin(), document.signers.end(),
                                [&](const PublicKey& key) { return adds(key) && HasRoom(key); });
  if (!room) {
    return Refuse(v1::MESSAGE_TOO_LARGE,
                  "the keys that signed it have filled their part of what an organisation may stop "
                  "and lift; another guardian's key has its own");
  }
  for (const PublicKey& key : document.signers) {
    if (adds(key)) used_[key] += CostOf(document);
  }
  return absl::OkStatus();
}

}  // namespace commons::governance
