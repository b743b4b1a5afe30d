// Whose signatures still count on a document once keys were revoked.
#ifndef COMMONS_GOVERNANCE_FOLD_STILL_COUNTING_H_
#define COMMONS_GOVERNANCE_FOLD_STILL_COUNTING_H_

#include <cstdint>
#include <map>
#include <set>

#include "base/ids.h"
#include "governance/document/document.h"

namespace commons::governance {

// Who signed, without keys that were revoked and do not count for the entry at `index` of the log,
// nor (kInNoLog) beside it.
inline constexpr uint64_t kInNoLog = ~uint64_t{0};
std::set<PublicKey> StillCounting(const Document& document,
                                  const std::map<PublicKey, uint64_t>& revoked, uint64_t index);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_FOLD_STILL_COUNTING_H_
