// A resolution: version 2 or later of the commons chain, with common rules as its items.
#ifndef COMMONS_GOVERNANCE_KINDS_COMMONS_RESOLUTION_H_
#define COMMONS_GOVERNANCE_KINDS_COMMONS_RESOLUTION_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"
#include "proto/documents.pb.h"

namespace commons::governance {

extern const Kind kResolutionKind;

// Payload bytes of the next version of the commons chain; `resolution` holds its items and
// departures. The rest is filled here: also the ballot, which is the first that is not dead, and
// what shows that the one before it is.
std::string DraftResolution(const Register& reg, const OrgId& issuer, v1::Resolution resolution,
                            absl::Time now);

// kFailedPrecondition, in words, for one that admits a member, lists a departure of who has not
// left, or whose every item is in force as it is. Others may find it in force only when it is
// decided: the fold asks neither.
absl::Status CheckChanges(const v1::Resolution& resolution, const Register& reg);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_COMMONS_RESOLUTION_H_
