// An organisation leaves its commons: its data closes and it votes no more, at once. Its seat
// counts until a version of the commons chain lists its departure.
#ifndef COMMONS_GOVERNANCE_KINDS_COMMONS_LEAVE_H_
#define COMMONS_GOVERNANCE_KINDS_COMMONS_LEAVE_H_

#include <string>

#include "absl/time/time.h"
#include "base/ids.h"
#include "governance/document/kind.h"
#include "governance/register/register.h"

namespace commons::governance {

extern const Kind kLeaveKind;

// Payload bytes.
std::string DraftLeave(const Register& reg, const OrgId& issuer, absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_COMMONS_LEAVE_H_
