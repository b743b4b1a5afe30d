// How many of the organisation's own people a node serves at a time.
#ifndef COMMONS_BASE_OWN_PEOPLE_H_
#define COMMONS_BASE_OWN_PEOPLE_H_

#include <cstddef>

#include "base/limits.h"

namespace commons::limits {

inline constexpr size_t kQuestionsWaiting = 64;     // for their turn
inline constexpr size_t kQuestionsWaitingEach = 8;  // of one researcher
// Over the local socket: whose questions wait, and others.
inline constexpr size_t kOwnConnections = kLocalConnections + kQuestionsWaiting;

}  // namespace commons::limits

#endif  // COMMONS_BASE_OWN_PEOPLE_H_
