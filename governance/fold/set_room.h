// How much of an organisation's set each of its keys may fill. The keys have equal parts, so that
// whoever holds one of them leaves room for every other.
#ifndef COMMONS_GOVERNANCE_FOLD_SET_ROOM_H_
#define COMMONS_GOVERNANCE_FOLD_SET_ROOM_H_

#include <cstddef>
#include <map>
#include <set>

#include "absl/status/status.h"
#include "base/ids.h"
#include "governance/document/document.h"
#include "governance/fold/cards_in_log.h"
#include "governance/fold/org_log.h"

namespace commons::governance {

// Not thread-safe.
class SetRoom {
 public:
  // `held` may be nullptr.
  SetRoom(SharedCards cards, const DocumentSet* held);

  // Whether there is room for a payload of so many bytes if this key signs it.
  bool HasRoom(const PublicKey& key, size_t payload_bytes) const;
  // MESSAGE_TOO_LARGE unless one of those who signed has room, those of `before` left out: the same
  // document as it is held, or nullptr. Then all of them have that much less.
  absl::Status Take(const Document& document, const Document* before);

 private:
  size_t Used(const PublicKey& key) const;
  size_t PartOf(const PublicKey& key) const;
  // How much of `used` bytes is in what each key of the newest card has to itself.
  size_t Reserved(const PublicKey& key, size_t used) const;
  void Charge(const Document& document, const Document* before);

  // All of them bytes.
  const SharedCards cards_;
  const std::set<PublicKey> newest_;  // the keys on that card
  std::map<PublicKey, size_t> used_;
  size_t total_ = 0;     // each document once
  size_t reserved_ = 0;  // of all keys
};

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_SET_ROOM_H_
