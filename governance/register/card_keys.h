// The keys of people on an organisation's card: guardians, stewards, seats, and those that replace
// lost ones. Pure.
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
  bool recovers = false;  // one of those that replace lost keys

  bool any() const { return seat || guardian || steward || recovers; }
};

KeyRoles RolesOn(const v1::OrgRoot& card, absl::string_view key);

// The card has been opened, so that each is a key.
std::set<PublicKey> KeysOn(const v1::OrgRoot& card);             // guardians, stewards, seats
std::set<PublicKey> KeysThatRecoverOn(const v1::OrgRoot& card);  // perhaps of other organisations

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_CARD_KEYS_H_
