#include "governance/register/card_keys.h"

#include <algorithm>

#include "governance/document/quorum.h"

namespace commons::governance {
namespace {

template <typename Keys>
bool Holds(const Keys& keys, absl::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

KeyRoles RolesOn(const v1::OrgRoot& card, absl::string_view key) {
  const bool seat = std::any_of(card.seats().begin(), card.seats().end(),
                                [&](const v1::Seat& one) { return one.key() == key; });
  return {seat, Holds(card.guardians(), key), Holds(card.stewards(), key),
          KeysIn(card.recovery()).contains(std::string(key))};
}

std::set<PublicKey> KeysOn(const v1::OrgRoot& card) {
  std::set<PublicKey> keys;
  const auto add = [&](const std::string& bytes) {
    if (const auto key = PublicKey::FromBytes(bytes); key.ok()) keys.insert(*key);
  };
  for (const std::string& guardian : card.guardians()) add(guardian);
  for (const std::string& steward : card.stewards()) add(steward);
  for (const v1::Seat& seat : card.seats()) add(seat.key());
  return keys;
}

std::set<PublicKey> KeysThatRecoverOn(const v1::OrgRoot& card) {
  std::set<PublicKey> keys;
  for (const std::string& bytes : KeysIn(card.recovery())) {
    if (const auto key = PublicKey::FromBytes(bytes); key.ok()) keys.insert(*key);
  }
  return keys;
}

}  // namespace commons::governance
