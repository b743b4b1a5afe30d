// How to reach a node, signed by its node key. In no log: the highest counter wins.
#ifndef COMMONS_GOVERNANCE_KINDS_ORGANISATION_NODE_INFO_H_
#define COMMONS_GOVERNANCE_KINDS_ORGANISATION_NODE_INFO_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "base/ids.h"
#include "governance/document/kind.h"

namespace commons::governance {

extern const Kind kNodeInfoKind;

// Payload bytes ready for SignDocument; valid for 30 days.
std::string DraftNodeInfo(const OrgId& org, uint64_t counter,
                          absl::Span<const std::string> endpoints, absl::string_view contact,
                          absl::Time now);

}  // namespace commons::governance

#endif  // COMMONS_GOVERNANCE_KINDS_ORGANISATION_NODE_INFO_H_
