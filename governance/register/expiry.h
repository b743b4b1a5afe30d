// What has expired opens nothing, and who renews it waits as for every widening
// (docs/decisions/0003-in-force.md).
#ifndef COMMONS_GOVERNANCE_REGISTER_EXPIRY_H_
#define COMMONS_GOVERNANCE_REGISTER_EXPIRY_H_

#include <algorithm>

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

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_REGISTER_EXPIRY_H_
