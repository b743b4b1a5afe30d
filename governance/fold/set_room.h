// How much of an organisation's set each of its keys may fill. The keys have equal parts, so that
// whoever holds one of them leaves room for every other.
#ifndef COMMONS_GOVERNANCE_FOLD_SET_ROOM_H_
#define COMMONS_GOVERNANCE_FOLD_SET_ROOM_H_

#include <cstddef>
#include <map>

#include "absl/status/status.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/fold/org_log.h"
#include "governance/register/cards_in_turn.h"

namespace commons::governance {

// Not thread-safe.
class SetRoom {
 public:
  // `held` may be nullptr.
  SetRoom(const CardsInTurn& cards, const DocumentSet* held);

  // Whether this key has room left, though perhaps for one document only.
  bool HasRoom(const PublicKey& key) const;
  // MESSAGE_TOO_LARGE unless one of those who signed has room, those of `before` left out: the same
  // document as it is held, or nullptr. Then all of them have that much less.
  absl::Status Take(const Document& document, const Document* before);

 private:
  size_t each_;  // bytes
  std::map<PublicKey, size_t> used_;
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_SET_ROOM_H_
