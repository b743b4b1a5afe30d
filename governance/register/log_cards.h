// What an organisation's log alone says of its cards, before it is known who objected to a recovery
// (docs/decisions/0021-recovery.md). Plain data without a clock.
#ifndef COMMONS_GOVERNANCE_REGISTER_LOG_CARDS_H_
#define COMMONS_GOVERNANCE_REGISTER_LOG_CARDS_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/register/cards_in_turn.h"
#include "governance/register/reign.h"

namespace commons::governance {

struct RecoveryInLog {
  std::shared_ptr<const Document> card;  // never nullptr
  absl::Time seen_at;                    // when this node had it
  uint64_t index = 0;                    // in the log, of the last of its signatures
  size_t replaces = 0;                   // of the cards in turn
  std::optional<absl::Time> turned_at;   // when this node had what its board says first,
  DocId turned_by;                       // which document that is,
  uint64_t turned_index = 0;             // and where in the log
  // Of the cards in turn, by which its wait ended: itself, or one of the board before it that came
  // after the wait.
  std::optional<size_t> ended_by;
};

struct LogCards {
  CardsInTurn turn;  // that are or were in force
  Reign reign;       // at the end of the log
  // Those that wait, have been put into force, or were set aside after their wait. Which was set
  // aside within it is as if it had never come.
  std::map<DocId, RecoveryInLog> recoveries;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_LOG_CARDS_H_
