// The cards of one organisation that count, in turn: for what stands in no log, so that no place in
// one says which card was in force.
#ifndef COMMONS_GOVERNANCE_REGISTER_CARDS_IN_TURN_H_
#define COMMONS_GOVERNANCE_REGISTER_CARDS_IN_TURN_H_

#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct CardInTurn {
  std::shared_ptr<const v1::OrgRoot> root;  // never nullptr
  absl::Time since;  // when this node had it; the infinite past: of the first

  bool operator==(const CardInTurn&) const = default;
};
using CardsInTurn = std::vector<CardInTurn>;  // oldest first; at least one where a card is held

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_CARDS_IN_TURN_H_
