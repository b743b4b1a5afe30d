// What an organisation stopped: its freezes that nobody lifted, recoveries that a seat objected to.
#ifndef COMMONS_GOVERNANCE_REGISTER_STOPS_H_
#define COMMONS_GOVERNANCE_REGISTER_STOPS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/register/cards_in_turn.h"
#include "governance/register/log_cards.h"
#include "governance/register/reign.h"
#include "proto/documents.pb.h"

namespace commons::governance {

struct FreezeInForce {
  DocId id;
  std::shared_ptr<const v1::Freeze> freeze;  // never nullptr
  absl::Time seen_at;                        // when this node first stored it
};

struct Stops {
  std::shared_ptr<const LogCards> in_log;    // never nullptr
  std::shared_ptr<const CardsInTurn> cards;  // of these, by which all of this is judged
  uint64_t steps = 0;  // documents, and cards for each of them, that the fold looked at
  std::map<DocId, Recovery> recoveries;  // those of `in_log`, as this node sees them
  std::vector<FreezeInForce> freezes;    // by id
  std::set<PublicKey> lifted_keys;       // what they alone freeze, or froze, counts for nothing
  std::set<DocId> lifted;                // freezes that are held here and not in force
  std::set<DocId> left_out;  // those of them that lifted keys alone signed: not handed on
  // Keys that lost their power, and in how many of the first entries of the log they keep it.
  std::map<PublicKey, uint64_t> revoked;
  // Over the ids and signers of what is held here and handed on; empty: nothing is.
  std::string sets_hash;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_STOPS_H_
