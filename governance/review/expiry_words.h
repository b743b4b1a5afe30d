// When something ends, in words. Pure.
#ifndef COMMONS_GOVERNANCE_REVIEW_EXPIRY_WORDS_H_
#define COMMONS_GOVERNANCE_REVIEW_EXPIRY_WORDS_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace commons::governance {

// Warnings begin this long before an end, and grow more urgent 30 and 7 days before it.
inline constexpr absl::Duration kEndWarning = absl::Hours(90 * 24);

// "" for what does not end; "on 2027-01-31, in 12 days: renew it now"; "ended on 2027-01-31: ...".
// In seconds since 1970.
std::string ExpiryWords(int64_t expires_at, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REVIEW_EXPIRY_WORDS_H_
