#include "governance/kinds/table.h"

#include <algorithm>

#include "governance/kinds/commons/approval.h"
#include "governance/kinds/commons/charter.h"
#include "governance/kinds/commons/leave.h"
#include "governance/kinds/commons/resolution.h"
#include "governance/kinds/commons/withdrawal.h"
#include "governance/kinds/dataset/manifest.h"
#include "governance/kinds/dataset/owner_policy.h"
#include "governance/kinds/organisation/node_info.h"
#include "governance/kinds/organisation/org_root.h"
#include "governance/kinds/organisation/recovery.h"
#include "governance/kinds/research/accreditation.h"
#include "governance/kinds/research/project.h"
#include "governance/kinds/research/project_approval.h"
#include "governance/kinds/stop/decline.h"
#include "governance/kinds/stop/freeze.h"
#include "governance/kinds/stop/lift.h"
#include "governance/kinds/stop/objection.h"
#include "governance/kinds/stop/revocation.h"

namespace commons::governance {
namespace {

constexpr const Kind* kKinds[] = {
    &kOrgRootKind,          // an organisation's card
    &kRecoveryKind,         // one by others than its board, who lost its keys
    &kNodeInfoKind,         // how to reach its node
    &kCharterKind,          // founds a commons
    &kResolutionKind,       // common rules, members, definitions
    &kApprovalKind,         // of one of these two by an organisation
    &kWithdrawalKind,       // of a resolution by its proposer
    &kLeaveKind,            // of its issuer, from the commons
    &kOwnerPolicyKind,      // an owner's rules
    &kManifestKind,         // what an owner holds
    &kAccreditationKind,    // a researcher's key
    &kProjectKind,          // what researchers want to know
    &kProjectApprovalKind,  // by an owner
    &kFreezeKind,           // stops an owner's answers
    &kLiftKind,             // ends that
    &kDeclineKind,          // a seat will not sign
    &kRevocationKind,       // takes a key's power
    &kObjectionKind,        // a seat stops a recovery
};

}  // namespace

absl::Span<const Kind* const> AllKinds() { return kKinds; }

const Kind* FindKind(absl::string_view payload_type) {
  const auto* found = std::find_if(std::begin(kKinds), std::end(kKinds),
                                   [&](const Kind* kind) { return kind->type == payload_type; });
  return found == std::end(kKinds) ? nullptr : *found;
}

const Kind& KindOf(const Document& document) { return *FindKind(document.kind()); }

}  // namespace commons::governance
