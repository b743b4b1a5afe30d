// How many neighbours a node that was away has to hear before it signs or answers again.
#ifndef COMMONS_GOVERNANCE_EXCHANGE_CATCH_UP_H_
#define COMMONS_GOVERNANCE_EXCHANGE_CATCH_UP_H_

#include <cstddef>

namespace commons::governance {

// Of `members` in all (this node included). An entry is confirmed by more than half of the others;
// so many must state what they hold of this node's log that they can't all be without such an
// entry.
constexpr size_t CatchUpQuorum(size_t members) {
  if (members <= 1) return 0;
  const size_t others = members - 1;
  const size_t witnesses = others / 2 + 1;
  return others - witnesses + 1;
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_EXCHANGE_CATCH_UP_H_
