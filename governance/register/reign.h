// Whose word counts at a place of an organisation's log (docs/decisions/0020-cards-that-change.md,
// 0021-recovery.md). Plain data without a clock.
#ifndef COMMONS_GOVERNANCE_REGISTER_REIGN_H_
#define COMMONS_GOVERNANCE_REGISTER_REIGN_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "proto/documents.pb.h"

namespace commons::governance {

// How long a recovery card waits for an objection, from when a node has stored it.
inline constexpr absl::Duration kRecoveryWait = absl::Hours(30 * 24);
// Of a log that a node has had for less than this it takes what has been done as it is.
inline constexpr absl::Duration kLogIsNew = absl::Hours(24);

struct StandingCard {
  DocId id;
  std::shared_ptr<const v1::OrgRoot> root;  // never nullptr
  absl::Time seen_at;                       // when this node had it

  uint64_t version() const { return root->header().version(); }
};

inline StandingCard StandingCardOf(const Counted& counted) {
  return {counted.document.id,
          std::static_pointer_cast<const v1::OrgRoot>(counted.document.payload), counted.seen_at};
}

struct Reign {
  StandingCard card;                    // in force
  std::optional<StandingCard> waiting;  // a recovery card behind it whose board has not spoken yet

  // Which the next card follows.
  const StandingCard& Tip() const { return waiting.has_value() ? *waiting : card; }
};

// A recovery card as one node sees it.
struct Recovery {
  StandingCard card;
  std::shared_ptr<const Document> document;     // the same, with who signed it
  std::shared_ptr<const v1::OrgRoot> replaces;  // the card in force where it stands
  std::optional<absl::Time> objected_at;        // when this node had the first objection
  absl::Time
      matures_at;  // when it may take power, by what this node has; the infinite future: never
  // From when on the board before it has none here: at its organisation's own node that moment, at
  // others not before the log says so.
  absl::Time acts_from;

  bool HasPowerAt(absl::Time now) const { return matures_at <= now; }
};

// Rules that a board signed before a recovery open nothing from when it takes power.
struct Eras {
  uint64_t now = 0;                          // so many recoveries have taken power
  absl::Time ends = absl::InfiniteFuture();  // when the one that waits does

  bool Over(uint64_t era, absl::Time at) const { return era < now || at >= ends; }
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_REIGN_H_
