// A seat says that it will not sign, and why. Changes nothing by itself.
#ifndef COMMONS_GOVERNANCE_KINDS_STOP_DECLINE_H_
#define COMMONS_GOVERNANCE_KINDS_STOP_DECLINE_H_

#include "governance/document/kind.h"

namespace commons::governance {

extern const Kind kDeclineKind;

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_STOP_DECLINE_H_
