// The cards of one organisation that count, in turn: for what stands in no log, so that no place in
// one says which card was in force.
#ifndef COMMONS_GOVERNANCE_REGISTER_CARDS_IN_TURN_H_
#define COMMONS_GOVERNANCE_REGISTER_CARDS_IN_TURN_H_

#include <cstddef>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/card_keys.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct CardInTurn {
  std::shared_ptr<const v1::OrgRoot> root;  // never nullptr
  DocId id;
  // When this node had it and all before it, of a recovery card what put it into force; the
  // infinite past: of the first.
  absl::Time since;
};

// A key of people and what any of the cards says of it.
struct KeyInTurn {
  KeyRoles roles;
  size_t among = 0;  // how many keys there were with the first card that names it, of all till then
  // That name it; of those that give the same keys the same power, the first.
  std::vector<const v1::OrgRoot*> cards;
};

// Looking for a key takes no longer with more cards. Thread-safe as long as nobody adds.
class CardsInTurn {
 public:
  CardsInTurn(std::shared_ptr<const v1::OrgRoot> first, const DocId& id);

  // Takes the newest's place. What came earlier than the one before it counts from then.
  void Add(std::shared_ptr<const v1::OrgRoot> next, const DocId& id, absl::Time seen_at);

  const std::vector<CardInTurn>& all() const { return all_; }  // oldest first, at least one
  const CardInTurn& newest() const { return all_.back(); }
  // nullptr: on none of them. Until the next Add.
  const KeyInTurn* Find(const PublicKey& key) const;

 private:
  void Index(const v1::OrgRoot& card);

  std::vector<CardInTurn> all_;
  std::map<PublicKey, KeyInTurn> keys_;
  std::set<Hash32> powers_;  // of all: which keys, and what they may
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_CARDS_IN_TURN_H_
