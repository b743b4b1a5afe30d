// The keys of people on an organisation's card: guardians, stewards, seats. Pure.
#ifndef COMMONS_GOVERNANCE_REGISTER_CARD_KEYS_H_
#define COMMONS_GOVERNANCE_REGISTER_CARD_KEYS_H_

#include <set>
#include <string>

#include "absl/strings/string_view.h"
#include "base/ids.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// What a key is on a card, or on any of several.
struct KeyRoles {
  bool seat = false;
  bool guardian = false;
  bool steward = false;

  bool any() const { return seat || guardian || steward; }
};

KeyRoles RolesOn(const v1::OrgRoot& card, absl::string_view key);

// All that have a role; the card has been opened, so that each is a key.
std::set<PublicKey> KeysOn(const v1::OrgRoot& card);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_CARD_KEYS_H_
