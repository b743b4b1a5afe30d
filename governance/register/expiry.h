// What has expired opens nothing, and who renews it waits as for every widening
// (docs/decisions/0003-in-force.md).
#ifndef COMMONS_GOVERNANCE_REGISTER_EXPIRY_H_
#define COMMONS_GOVERNANCE_REGISTER_EXPIRY_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"
#include "governance/register/chain.h"

namespace commons::governance {

// Whether a version in force has expired: the newest (Chain::ExpiredAt), or one before it while no
// later one has matured.
template <typename Payload>
bool IsClosedByExpiry(const Chain<Payload>& chain, absl::Time now) {
  const auto in_force = chain.At(now).versions;
  return std::any_of(in_force.begin(), in_force.end(), [&](const auto& version) {
    return version.expires_at != 0 && absl::FromUnixSeconds(version.expires_at) <= now;
  });
}

// When a version in force ends with nothing matured by then to take its place, in seconds since
// 1970; 0: never. Passed: IsClosedByExpiry.
template <typename Payload>
int64_t EndOf(const Chain<Payload>& chain, absl::Time now) {
  const auto in_force = chain.At(now).versions;
  int64_t end = 0;
  absl::Time next = absl::InfiniteFuture();  // when the first of those after it has matured
  for (size_t i = in_force.size(); i-- > 0;) {
    const int64_t at = in_force[i].expires_at;
    const bool replaced = next <= absl::FromUnixSeconds(at);
    if (at != 0 && !replaced && (end == 0 || at < end)) end = at;
    next = std::min(next, in_force[i].matured_at);
  }
  return end;
}

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_EXPIRY_H_
